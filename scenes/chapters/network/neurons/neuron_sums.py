"""The weighted sums of one neuron over the recorded images, and what is measured of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.recording import Recording
from engine.recording.format.conventions import USER_PROBE_LABEL
from scenes.beats.stage import LAST
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.measures.functions import sigmoid

SUMS, BIAS, ACTIVATION = "digits/layer1.pre_activation", "digits/layer1.bias", "digits/layer1.activation"


def hardest_to_wake(bias: np.ndarray) -> int:
    """Return the neuron with the most negative bias, (neuron,): it needs the largest sum."""
    return int(np.argmin(bias))


def sums_before_bias(pre_activation: np.ndarray, bias: float) -> np.ndarray:
    """Return the weighted sums w · a, (image,): what was recorded, z = w · a + b, without b."""
    return pre_activation - bias


@dataclass(frozen=True)
class NeuronSums:
    """The neuron of the first hidden layer with the lowest bias, after the training, and the images but the user's own.

    index: of the neuron. biases: (neuron,) of its layer. sums: (image,) without the bias. activations: (image, neuron)
    of its layer. images: (image, 28, 28).
    """

    index: int
    biases: np.ndarray
    sums: np.ndarray
    activations: np.ndarray
    images: np.ndarray

    @classmethod
    def of(cls, recording: Recording) -> NeuronSums:
        """Return what was recorded last."""
        known = recording.read("probe.label") != USER_PROBE_LABEL
        biases = recording.read("layer1.bias", step=LAST)
        index = hardest_to_wake(biases)
        recorded = recording.read("layer1.pre_activation", step=LAST, feature=index)[known].astype(float)
        activations = recording.read("layer1.activation", step=LAST)[known]
        sums = sums_before_bias(recorded, float(biases[index]))
        return cls(index, biases, sums, activations, recording.read("probe.input")[known])

    @property
    def bias(self) -> float:
        """The neuron's own bias."""
        return float(self.biases[self.index])

    def squashed(self, bias: float) -> np.ndarray:
        """Return σ(sum + bias), (image,)."""
        return sigmoid(self.sums + bias)

    def awake(self, bias: float) -> int:
        """Return how many images squash to above one half with a bias."""
        return int((self.squashed(bias) > 0.5).sum())

    # What is measured ---------------------------------------------------------------------------------------------

    def measure_sums(self) -> Measured:
        """Measure how many sums there are and from where to where they run."""
        values = {"count": len(self.sums), "low": float(self.sums.min()), "high": float(self.sums.max())}
        how = N_("the weighted sums, before the bias, of the neuron whose bias is the lowest of its layer")
        return Measured("sums", values, how, (SUMS, BIAS))

    def measure_range(self) -> Measured:
        """Measure that the layer's activations lie between 0 and 1."""
        found = [float(self.activations.min()), float(self.activations.max())]
        how = N_("the lowest and the highest activation of the first hidden layer, and the ends of its range")
        measured = Measured("activations", {"of": found, "ends": [0, 1]}, how, (ACTIVATION,))
        return measured.when(
            lambda are: are["ends"][0] <= are["of"][0] and are["of"][1] <= are["ends"][1],
            N_("all of them lie within it"),
        )

    def measure_bias(self) -> Measured:
        """Measure the bias, and that it is the lowest."""
        values = {"bias": self.bias, "others": int((self.biases > self.bias).sum()), "neurons": len(self.biases)}
        how = N_("the lowest bias of the first hidden layer, and how many neurons have a higher one")
        return Measured("lowest_bias", values, how, (BIAS,))

    def measure_awake(self, biases: Sequence[float]) -> Measured:
        """Measure how many images wake it with each of some biases."""
        values = {"biases": list(biases), "awake": [self.awake(one) for one in biases], "images": len(self.sums)}
        how = N_("how many images give an activation above one half: without a bias, with the one tried, with its own")
        return Measured("awake", values, how, (SUMS, BIAS))
