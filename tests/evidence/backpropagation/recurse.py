"""How large the derivatives by the weights are in each layer, by autograd."""

from __future__ import annotations

import torch

from tests.evidence import wishes
from tests.evidence.world import World


def fading(world: World) -> object:
    one = wishes.chosen(world)
    largest = [float(part.abs().max()) for part in torch.autograd.grad(one.cost, one.weights)]
    falls = all(largest[at] < largest[at + 1] for at in range(len(largest) - 1))
    times = largest[-1] / max(largest[0], 1e-300)
    return {"largest": largest, "times": times, "layers": len(largest), "falls": falls}
