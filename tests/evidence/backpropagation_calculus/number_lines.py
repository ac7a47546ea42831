"""How far each value moves with the last weight, by passes of their own at changed weights."""

from __future__ import annotations

import numpy as np

from tests.evidence import chains
from tests.evidence.world import World

REACH, ROOM, CHANGE = 0.5, 0.08, 0.1


def stretched_weight(world: World) -> float:
    return _stretched(world, 0)


def stretched_z(world: World) -> float:
    return _stretched(world, 1)


def stretched_activation(world: World) -> float:
    return _stretched(world, 2)


def stretched_cost(world: World) -> float:
    return _stretched(world, 3)


def nudge(world: World) -> object:
    before, after = _values(world, 0.0), _values(world, CHANGE)
    moved = [b - a for a, b in zip(before, after, strict=True)]
    ratios = [moved[at + 1] / moved[at] if moved[at] else 0.0 for at in range(3)]
    direct = moved[3] / moved[0]
    told = dict(zip(("z_by_w", "a_by_z", "cost_by_a"), ratios, strict=True))
    off = abs(float(np.prod(ratios)) - direct) / max(abs(direct), 1e-12)
    names = ("weight", "z", "activation", "cost")
    return {"change": moved[0], "moved": dict(zip(names, moved, strict=True)), **told, "direct": direct, "off": off}


def _values(world: World, change: float) -> list[float]:
    one = chains.passed(world, change)
    return [float(one.w[-1]), float(one.z[-1]), float(one.a[-1]), float(one.cost)]


def _stretched(world: World, which: int) -> float:
    along = np.array([_values(world, change) for change in np.linspace(-REACH, REACH, 11)])
    spans = np.ptp(along, axis=0)  # both ends are among the places: all four only rise or only fall
    return float(spans[0] / max(spans[which], 1e-9))
