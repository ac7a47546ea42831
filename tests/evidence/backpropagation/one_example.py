"""What one image wants of the outputs."""

from __future__ import annotations

from tests.evidence import wishes
from tests.evidence.world import World


def moment(world: World) -> object:
    return wishes.moment(world)


def example(world: World) -> object:
    return wishes.example(world)
