"""How the squared gradient of one output's cost is shared out, by autograd."""

from __future__ import annotations

import torch

from tests.evidence import wishes
from tests.evidence.world import World


def example(world: World) -> object:
    return wishes.example(world)


def levers(world: World) -> object:
    one = wishes.chosen(world)
    cost = (one.activations[-1][one.label] - 1) ** 2
    by_bias, by_weight, by_before = torch.autograd.grad(cost, (one.biases[-1], one.weights[-1], one.activations[-2]))
    squares = {"bias": by_bias, "weights": by_weight, "activations": by_before}
    sums = {name: float((part**2).sum()) for name, part in squares.items()}
    return {name: 100 * part / sum(sums.values()) for name, part in sums.items()}
