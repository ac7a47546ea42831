"""Passes one example through layers of sigmoid neurons and back again, each value of the way in the open.

In double precision and by hand, so that every number of the backward pass can be shown, and held against autograd's.

[1] Rumelhart, Hinton, Williams, *Learning representations by back-propagating errors*, 1986.
[2] Nielsen, *Neural Networks and Deep Learning*, ch. 2, equations BP1 to BP4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import nn

Layer = tuple[np.ndarray, np.ndarray]  # weight (out, in) and bias (out)


@dataclass(frozen=True)
class LayerPass:
    """What one layer computes on the way forward and on the way back, for C₀ = Σⱼ (aⱼ − yⱼ)².

    before: the activations that it reads, (in). z, activation: (out). slope: σ′(z), (out). wanted: ∂C₀/∂a, (out).
    delta: ∂C₀/∂z, (out). d_weight: (out, in). d_bias: (out). paths: what each neuron adds to ∂C₀/∂a of the layer
    before, wⱼₖ δⱼ, (out, in); added up over j they are that.
    """

    before: np.ndarray
    z: np.ndarray
    activation: np.ndarray
    slope: np.ndarray
    wanted: np.ndarray
    delta: np.ndarray
    paths: np.ndarray

    @property
    def d_weight(self) -> np.ndarray:
        return np.outer(self.delta, self.before)

    @property
    def d_bias(self) -> np.ndarray:
        return self.delta


def pass_back(layers: Sequence[Layer], inputs: np.ndarray, targets: np.ndarray) -> tuple[LayerPass, ...]:
    """Return the passes of all layers, in order, for one example [1], [2]. inputs: (in). targets: (out)."""
    values = [np.asarray(inputs, dtype=np.float64).ravel()]
    sums = []
    for weight, bias in layers:
        sums.append(np.asarray(weight, dtype=np.float64) @ values[-1] + bias)
        values.append(stable_sigmoid(sums[-1]))
    wanted = 2 * (values[-1] - np.asarray(targets, dtype=np.float64))  # ∂C₀/∂a of the last layer
    found: list[LayerPass] = []
    for number in reversed(range(len(layers))):
        activation = values[number + 1]
        slope = activation * (1 - activation)
        delta = wanted * slope
        paths = np.asarray(layers[number][0], dtype=np.float64) * delta[:, None]
        found.append(LayerPass(values[number], sums[number], activation, slope, wanted, delta, paths))
        wanted = paths.sum(axis=0)
    return tuple(reversed(found))


def weights_and_biases(model: nn.Module) -> list[Layer]:
    """Return the weights and biases of a model that is made of layers alone, in order."""
    values = [parameter.detach().numpy() for parameter in model.parameters()]
    return list(zip(values[::2], values[1::2], strict=True))


def stable_sigmoid(z: np.ndarray) -> np.ndarray:
    """Return σ(z) = 1/(1 + e^−z), without an overflow for any z."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))
