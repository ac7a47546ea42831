"""What is measured of the first hidden layer where it is written as a matrix."""

from __future__ import annotations

import numpy as np

from scenes.chapters.network.whole_network.excerpt import shown_in
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.mobjects.pictures.colormap import WEAKER, full_shade
from scenes.text.matrices import Slots

WEIGHT, PIXELS = "digits/layer1.weight", "digits/probe.input"
CHOSEN_BY = ("digits/layer3.activation", "digits/probe.label")  # which picture is shown


def measure_shape(weight: np.ndarray) -> Measured:
    """Measure how large the layer of those weights, (out, in), is."""
    values = dict(zip(("neurons", "inputs"), weight.shape, strict=True))
    return Measured("shape", values, N_("neurons of the first hidden layer, and inputs of a neuron"), (WEIGHT,))


def measure_excerpt(inputs: Slots) -> Measured:
    """Measure which pixels are written out."""
    how = N_("the pixels written out: the first, the last, and the two neighbours with ink that differ most")
    return Measured("pixels_shown", shown_in(inputs), how, (PIXELS,))


def measure_sums(weight: np.ndarray, pixels: np.ndarray) -> Measured:
    """Measure the weighted sums, (out,), of weights (out, in) and pixels (rows, columns)."""
    sums = weight.astype(float) @ pixels.ravel()
    how = N_(
        "for each neuron, the sum of its weights times the pixels of your picture, or else of the first 7 that is "
        "answered right or comes nearest to it"
    )
    return Measured("sums", sums.tolist(), how, (WEIGHT, PIXELS, *CHOSEN_BY))


def measure_shade(weight: np.ndarray) -> Measured:
    """Measure the strength from which on weights, (out, in), are drawn in full shade, in two digits."""
    values = {"from": float(f"{full_shade(weight):.2g}"), "share": WEAKER}
    how = N_("the strength that 98 % of the layer's weights do not reach, rounded")
    return Measured("full_shade", values, how, (WEIGHT,))
