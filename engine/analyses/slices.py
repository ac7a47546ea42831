"""Computes many slices of the cost, each along one weight of the first layer, and whether a slice has two minima.

Such a weight changes one number per example, its neuron's weighted sum, so these sums are computed once for all slices.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from engine.analyses.cost_surface import Objective
from engine.models.mlp import DenseLayer

SEED = 0  # of the choice of weights


@dataclass(frozen=True)
class Slices:
    """The costs along slices. entries: the weights' entries (out, in), (slice, 2). costs: (slice, place)."""

    entries: np.ndarray
    costs: np.ndarray


def slices_of_first_layer(model: nn.Module, objective: Objective, count: int, reach: float, points: int) -> Slices:
    """Return the cost along `count` weights of a perceptron's first layer, chosen at random.

    Only weights of pixels whose standard deviation over the examples is above 0.1 are chosen, since others hardly
    change the cost. reach: the distance from the trained value to both ends.
    """
    layers = [cast(DenseLayer, layer) for layer in model.children()]
    pixels = objective.inputs.flatten(start_dim=1)  # (example, in)
    lit = torch.nonzero(pixels.std(dim=0) > 0.1).ravel().numpy()
    generator = np.random.default_rng(SEED)
    neurons = len(layers[0].bias)
    chosen = generator.choice(neurons * len(lit), min(count, neurons * len(lit)), replace=False)
    entries = np.stack([chosen // len(lit), lit[chosen % len(lit)]], axis=1)
    changes = torch.linspace(-reach, reach, points)
    with torch.no_grad():
        sums = nn.functional.linear(pixels, layers[0].weight, layers[0].bias)  # (example, neuron)
        costs = [_costs_along(layers, sums, pixels[:, i], j, changes, objective) for j, i in entries.tolist()]
    return Slices(entries, torch.stack(costs).double().numpy())


def _costs_along(
    layers: list[DenseLayer], sums: Tensor, pixel: Tensor, neuron: int, changes: Tensor, objective: Objective
) -> Tensor:
    """Return the costs (place,) while the weight between a pixel (example,) and a neuron changes."""
    first = layers[0].function
    after = nn.functional.linear(first(sums), layers[1].weight, layers[1].bias)  # (example, out) of the next layer
    own = first(sums[:, neuron])  # (example,)
    moved = first(sums[None, :, neuron] + changes[:, None] * pixel) - own  # (place, example)
    values = layers[1].function(after + moved[..., None] * layers[1].weight[:, neuron])  # (place, example, out)
    for layer in layers[2:]:
        values = layer(values)
    targets = objective.targets
    return torch.stack([objective.cost(outputs, targets) for outputs in values])


def barrier(costs: np.ndarray, least: float) -> float:
    """Return how high the ridge between two minima of a slice is over the higher of them; 0 where there is only one.

    costs: (place,). The ends are no minima. least: the share of the slice's range below which a ridge does not count.
    """
    inner = np.flatnonzero((costs[1:-1] < costs[:-2]) & (costs[1:-1] <= costs[2:])) + 1
    highest = 0.0
    for left, right in pairwise(inner):
        highest = max(highest, float(costs[left : right + 1].max() - max(costs[left], costs[right])))
    return highest if highest > least * np.ptp(costs) else 0.0
