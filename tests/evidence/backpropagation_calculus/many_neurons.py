"""What `many_neurons` tells of the last two layers, by autograd."""

from __future__ import annotations

import torch

from tests.evidence import last_layers
from tests.evidence.world import World


def sizes(world: World) -> object:
    return last_layers.sizes(world)


def example(world: World) -> object:
    one = last_layers.passed(world)
    inputs, outputs = last_layers.drawn(one)
    step = int(world["digits"].steps("layer1.weight")[last_layers.moment(world)])
    told = {"label": one.label, "answer": int(one.a.argmax()), "cost": float(one.cost), "step": step}
    told |= {"answers": [float(one.a[j]) for j in outputs], "targets": [float(one.target[j]) for j in outputs]}
    return {**told, "activations": [float(one.before[k]) for k in inputs]}


def one_weight(world: World) -> object:
    one = last_layers.passed(world)
    (k, *_), (j, *_) = last_layers.drawn(one)
    by_weight, by_a = torch.autograd.grad(one.cost, (one.weight, one.a), retain_graph=True)
    slope = torch.autograd.grad(one.a[j], one.z, retain_graph=True)[0][j]
    told = {"before": float(one.before[k]), "slope": float(slope), "error": float(by_a[j])}
    return {**told, "product": float(by_weight[j, k]), "by_delta": float(by_weight[j, k])}
