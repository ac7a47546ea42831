"""What each output asks of the layer before, by autograd of one output after the other."""

from __future__ import annotations

import numpy as np
import torch

from tests.evidence import wishes
from tests.evidence.world import World


def example(world: World) -> object:
    return wishes.example(world)


def sums(world: World) -> object:
    one = wishes.chosen(world)
    outputs = one.activations[-1]
    asked = []
    for j in range(len(outputs)):
        of_one = (outputs[j] - one.target[j]) ** 2
        asked.append(-torch.autograd.grad(of_one, one.activations[-2], retain_graph=True)[0].numpy())
    total = -torch.autograd.grad(one.cost, one.activations[-2])[0].numpy()
    loud = [float(np.abs(row).sum()) for row in asked]
    amount = max(sum(loud), 1e-300)
    told = {"cancelled": 100 * (1 - float(np.abs(total).sum()) / amount), "outputs": len(asked)}
    order = sorted(range(len(loud)), key=lambda j: -loud[j])
    told |= {"neurons": len(total), "loudest": order[0]}
    return {**told, "share": 100 * (loud[order[0]] + loud[order[1]]) / amount}
