"""All derivatives of the chain, by autograd."""

from __future__ import annotations

from tests.evidence import chains
from tests.evidence.world import World


def values(world: World) -> object:
    return chains.values(world)


def derivatives(world: World) -> object:
    return chains.derivatives(world)


def backwards(world: World) -> object:
    one = chains.passed(world)
    return {"weight": float(one.w[-1]), "one": 1, "by_before": one.by(one.a[-2])[0]}
