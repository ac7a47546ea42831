"""Reads the backward pass through the last two layers of the network on digits, and measures what is said of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording

GRADIENT = "digits-gradient"
SHOWN = 3  # neurons of a layer that are drawn, where not all are
CLOSE = 1e-12


class LastLayers:
    """The values of one image in the last two layers. inputs, outputs: positions of the neurons that are drawn."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        read = recording.read
        self.before, self.weight, self.z, self.a = (read(name) for name in ("before", "weight", "z", "activation"))
        self.wanted, self.target, self.paths = read("wanted"), read("example.target"), read("path")
        self.label = int(read("example.label")[0])
        self.inputs = _strongest(self.paths.sum(axis=0), ())
        self.outputs = _strongest(self.wanted, (self.label,))

    @property
    def cost(self) -> float:
        """C₀ of the image."""
        return float(((self.a - self.target) ** 2).sum())

    @cached_property
    def sizes(self) -> Measured:
        """How many neurons both layers have, and how many of them are drawn."""
        told = {
            "before": len(self.before),
            "outputs": len(self.a),
            "shown": len(self.inputs),
            "drawn": len(self.outputs),
        }
        how = N_(
            "neurons of the last two layers, and those drawn: the outputs the cost follows most, the wanted among them"
        )
        return Measured("sizes", told, how, _of("before", "activation", "wanted", "path"))

    @cached_property
    def example(self) -> Measured:
        """The image, its cost and the answers that are drawn."""
        shown = list(self.outputs)
        told = {
            "label": self.label,
            "answer": int(np.argmax(self.a)),
            "cost": self.cost,
            "step": int(self._recording.config["moment_step"]),
            "answers": self.a[shown].tolist(),
            "targets": self.target[shown].tolist(),
            "activations": self.before[list(self.inputs)].tolist(),
        }
        how = N_("the first training image answered wrongly at the first evaluation with six in ten test images right")
        return Measured(
            "example", told, how, _of("before", "activation", "example.target", "example.label", "config.moment_step")
        )

    @cached_property
    def one_weight(self) -> Measured:
        """The derivative of C₀ by one of the weights that are drawn, and its factors."""
        j, k = self.outputs[0], self.inputs[0]
        slope = float(self.a[j] * (1 - self.a[j]))
        told = {"before": float(self.before[k]), "slope": slope, "error": float(self.wanted[j])}
        told["product"] = told["before"] * told["slope"] * told["error"]
        told["by_delta"] = float(self._recording.read("delta")[j] * self.before[k])
        how = N_("the factors of the derivative of the cost by one weight drawn, and their product")
        return Measured("one_weight", told, how, _of("before", "activation", "wanted", "delta"))

    @cached_property
    def influence(self) -> Measured:
        """What each output adds to the derivative by the first neuron drawn of the layer before, and their sum."""
        k = self.inputs[0]
        total, own = float(self.paths[:, k].sum()), float(self._recording.read("autograd.before")[k])
        told = {"paths": self.paths[:, k].tolist(), "sum": total, "autograd": own, "alike": abs(total - own) <= CLOSE}
        told["count"] = len(self.a)
        told["cancelled"] = 100 * (1 - abs(total) / max(float(np.abs(self.paths[:, k]).sum()), 1e-300))
        how = N_(
            "what each output adds to the derivative of the cost by the neuron whose sum is the largest, and the sum"
        )
        return Measured("influence", told, how, _of("path", "autograd.before"))


def _strongest(values: np.ndarray, first: tuple[int, ...]) -> tuple[int, ...]:
    """Return the positions of the largest amounts, some that are wanted first, as many as are drawn."""
    order = [int(at) for at in np.argsort(-np.abs(values), kind="stable") if at not in first]
    return (*first, *order)[:SHOWN]


def _of(*names: str) -> tuple[str, ...]:
    return tuple(f"{GRADIENT}/{name}" for name in names)
