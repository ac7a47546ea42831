"""Two weights that are nudged: their derivatives by autograd, and the cost evaluated anew."""

from __future__ import annotations

import numpy as np
import torch

from tests.evidence import wishes
from tests.evidence.world import World

IMAGES, NUDGE = 10_000, 0.01


def pair(world: World) -> object:
    weights, biases = wishes.parameters(world, 0)
    train = world.mnist.train
    inputs = torch.from_numpy(train.inputs[:IMAGES].reshape(IMAGES, -1).astype(np.float64))
    wanted = torch.eye(10, dtype=torch.float64)[torch.from_numpy(train.labels[:IMAGES].copy())]

    def cost(last: torch.Tensor) -> torch.Tensor:
        value = inputs
        for weight, bias in zip([*weights[:-1], last], biases, strict=True):
            value = torch.sigmoid(value @ weight.T + bias)
        return ((value - wanted) ** 2).sum(dim=1).mean()

    gradient = torch.autograd.grad(cost(weights[-1]), weights[-1])[0].numpy()
    entries = [tuple(entry) for entry in world.read("digits-backprop", "pair.entry").tolist()]
    amounts = np.abs(gradient)
    assert amounts[entries[0]] == amounts.max()
    off = np.abs(np.log(amounts.max() / amounts / 25))
    assert off[entries[1]] == off.min()
    with torch.no_grad():
        before, changes = float(cost(weights[-1])), []
        for entry in entries:
            turned = weights[-1].clone()
            turned[entry] += NUDGE
            changes.append(float(cost(turned)) - before)
    first, second = (float(gradient[entry]) for entry in entries)
    ratio, measured = first / second, changes[0] / changes[1]
    told = {"images": IMAGES, "gradients": [first, second], "nudge": NUDGE, "changes": changes}
    return {**told, "ratio": ratio, "measured": measured, "off": abs(measured / ratio - 1)}
