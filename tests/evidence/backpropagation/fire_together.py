"""Which weights change most, by autograd and by counting."""

from __future__ import annotations

import torch

from tests.evidence import wishes
from tests.evidence.world import World


def strongest(world: World) -> object:
    one = wishes.chosen(world)
    (by_weight,) = torch.autograd.grad(one.cost, one.weights[-1])
    before = one.activations[-2].detach()
    most = int((-by_weight[one.label]).argmax())
    return {"brightest": int(before.argmax()), "most": most, "count": len(before)}


def rows(world: World) -> object:
    return wishes.rows(world)
