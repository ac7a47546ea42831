"""The factors that `chain_rule` writes, by autograd."""

from __future__ import annotations

from tests.evidence import chains
from tests.evidence.world import World


def values(world: World) -> object:
    return chains.values(world)


def factors(world: World) -> object:
    return chains.factors(world)
