"""The scale in which the weights of `the_whole_way` are drawn."""

from __future__ import annotations

from tests.evidence.networks import shade_of
from tests.evidence.world import World


def full_shade(world: World) -> object:
    return {"from": shade_of(world), "share": 0.98}
