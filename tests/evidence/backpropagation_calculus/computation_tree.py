"""What `computation_tree` writes into its boxes, computed by a pass of its own."""

from __future__ import annotations

from tests.evidence import chains
from tests.evidence.world import World


def values(world: World) -> object:
    return chains.values(world)
