"""A picture and a neuron that answers it strongly: which two, their weighted sum, and what is measured of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.recording import Recording
from engine.recording.format.conventions import USER_PROBE_LABEL
from scenes.beats.beat import Beat
from scenes.beats.stage import LAST, pixels_of
from scenes.beats.timeline import Said, said
from scenes.evidence.evidence import Measured
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.mobjects.pictures.colormap import full_shade

SUM_OF = ("digits/layer1.pre_activation", "digits/layer1.bias")
PRODUCTS_OF = ("digits/probe.input", "digits/layer1.weight")
CHOSEN_BY = ("digits/layer3.activation", "digits/probe.label")
EXACT = 1e-3  # what the recorded sum may differ by from the products added up


@dataclass(frozen=True)
class ImageAndNeuron:
    """A recorded picture and a neuron of the first layer.

    pixels, weights: (rows, columns). sum: the recorded weighted sum, without the bias. own: whether it is the user's.
    """

    probe: int
    neuron: int
    pixels: np.ndarray
    weights: np.ndarray
    sum: float
    own: bool

    @property
    def products(self) -> np.ndarray:
        """The products (pixel,), row by row, in double precision."""
        return self.pixels.ravel().astype(float) * self.weights.ravel()

    def joined(self) -> Measured:
        """Count pixels and weights."""
        how = N_("the pixels of the picture, and the weights into the neuron")
        counts = {"pixels": self.pixels.size, "weights": self.weights.size}
        return Measured("joined", counts, how, PRODUCTS_OF).when(lambda are: are["pixels"] == are["weights"])

    def shades(self) -> Measured:
        """Measure the scale of the weights' picture, and the largest weight."""
        shades = {"scale": full_shade(self.weights), "largest": float(np.abs(self.weights).max())}
        how = N_("the size that 98 of 100 weights into this neuron stay below, and the largest")
        return Measured("shades", shades, how, PRODUCTS_OF[1:])

    def total(self) -> Measured:
        """Add up the products, beside the recorded sum."""
        how = N_("the recorded sum without its bias, of the neuron with the highest one for the picture that you gave")
        if not self.own:
            how = N_(
                "the recorded sum without its bias, of the neuron with the highest one for a picture that is answered "
                "right, and of the picture with the most sum for its ink"
            )
        values = {"sum": self.sum, "added": float(self.products.sum()), "count": self.products.size}
        total = Measured("weighted_sum", values, how, (*SUM_OF, *PRODUCTS_OF, *CHOSEN_BY))
        return total.when(lambda is_: abs(is_["sum"] - is_["added"]) < EXACT)

    def so_far(self) -> Series:
        """Add up the products of the pixels that are not 0, row by row: a series over how many have arrived."""
        arriving = np.append(0.0, self.products[self.pixels.ravel() > 0].cumsum())
        how = N_("the products of the pixels that are not 0, added up row by row")
        return Series(np.arange(len(arriving)), arriving, Measured("so_far", arriving, how, PRODUCTS_OF))

    def signs(self) -> Measured:
        """Add up the products above zero, and those below."""
        products = self.products
        signs = {"above": float(products[products > 0].sum()), "below": float(products[products < 0].sum())}
        how = N_("the sum of the products above zero, and of those below")
        return Measured("signs", signs, how, PRODUCTS_OF)


def line_on_signs(signs: Measured) -> Said:
    """Return what is said of the pixels that count most."""
    high = signs.when(lambda are: are["above"] > -are["below"])
    low = signs.when(lambda are: are["above"] <= -are["below"])
    return Beat.choose(
        said(N_("It is large when bright pixels meet blue weights."), high),
        said(N_("Bright pixels that meet red weights make it small."), low),
    )


def find_meeting(recording: Recording) -> ImageAndNeuron:
    """Return the picture and the neuron that show best what a weighted sum is, from what was recorded last."""
    sums = weighted_sums(*(recording.read(f"layer1.{kind}", step=LAST) for kind in ("pre_activation", "bias")))
    labels, answers = recording.read("probe.label"), recording.read("layer3.activation", step=LAST)
    own = labels == USER_PROBE_LABEL
    fitting = own if own.any() else answers.argmax(axis=1) == labels
    probe, neuron = strongest_meeting(sums, fitting, recording.read("probe.input"))
    pixels = pixels_of(recording, probe)
    weights = recording.read("layer1.weight", step=LAST, out=neuron).reshape(pixels.shape)
    return ImageAndNeuron(probe, neuron, pixels, weights, float(sums[probe, neuron]), bool(own.any()))


def weighted_sums(pre_activation: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Return w · a alone, (probe, neuron), out of z = w · a + b."""
    return pre_activation - bias


def strongest_meeting(sums: np.ndarray, fitting: np.ndarray, images: np.ndarray) -> tuple[int, int]:
    """Return a probe and a neuron that show best what a weighted sum is.

    The neuron is the one whose sum rises highest among the fitting probes, all of them where none is; the probe, among
    these, the one that gives it the largest sum for its ink, the sum divided by the length of the pixels' vector.
    sums: (probe, neuron). fitting: (probe,) bool. images: (probe, rows, columns).
    """
    among = np.where(fitting[:, None] | ~fitting.any(), sums, -np.inf)
    neuron = int(np.argmax(among.max(axis=0)))
    ink = np.linalg.norm(images.reshape(len(images), -1), axis=1)
    return int(np.argmax(among[:, neuron] / np.maximum(ink, 1e-9))), neuron
