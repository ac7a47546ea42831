"""What `a_network_is_a_function` measures: of the layers, of what the program returns, and of what flows in between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenes.beats.stage import LAYERS
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

ALIKE = 1e-4  # outputs that differ by less are the same
_WEIGHTS, _BIASES, _ACTIVATIONS = (
    tuple(f"digits/{layer}.{kind}" for layer in LAYERS) for kind in ("weight", "bias", "activation")
)
_RUN = (*_WEIGHTS, *_BIASES, "digits/probe.input", "digits/probe.label", _ACTIVATIONS[-1])


def measure_layer_sizes(of_layers: Sequence[int]) -> Measured:
    """Measure how large the layers are."""
    return Measured("sizes", list(of_layers), N_("how many neurons the layers have"), _WEIGHTS)


def returned(outputs: np.ndarray) -> Measured:
    """Measure what the program returns, (picture, output)."""
    how = N_(
        "what the program returns for the pictures shown: your picture, or else the first 7, and the first 2 and "
        "0, that are answered right or come nearest to it"
    )
    return Measured("returned", outputs.tolist(), how, _RUN)


def same(outputs: np.ndarray, recorded: np.ndarray) -> Measured:
    """Measure how many of the program's outputs are those recorded, both (picture, output)."""
    alike = np.abs(outputs - recorded) < ALIKE
    values = {"outputs": alike.size, "alike": int(alike.sum())}
    how = N_("outputs for the pictures shown, and how many of them are as they were recorded, to 0.0001")
    return Measured("same", values, how, _RUN)


def flows(largest: Sequence[float]) -> Measured:
    """Measure what is the largest flow of each layer."""
    how = N_("the largest product of a weight and the activation that it is multiplied by, of each layer as drawn")
    return Measured("flow_shades", list(largest), how, (*_RUN, *_ACTIVATIONS[:-1]))
