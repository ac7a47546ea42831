"""The planes of `two_weights`: slopes of two weights by their formula, and the descent by differences of the cost."""

from __future__ import annotations

import math

import numpy as np

from tests.evidence.gradient_descent.landscapes import (
    ANALYSIS,
    Images,
    LastLayer,
    examples_of,
    moved,
    parameters_of,
    random_directions,
    trained,
)
from tests.evidence.world import World

ARROWS = 8  # cells from one arrow to the next, the first half as many from the edge
TURN = 1e-5  # of the plane's unit: the difference that slopes are measured by


def parameters(world: World) -> int:
    return parameters_of(world)


def examples(world: World) -> object:
    return examples_of(world)


def directions(world: World) -> object:
    return {"all": parameters_of(world), "before": 2}


def steepest(world: World) -> float:
    layer = LastLayer(world)
    return max(math.hypot(*layer.cost_and_slopes(first, second)[1]) for first, second in _with_arrows(world))


def uphill(world: World) -> object:
    """Walk around the steepest place with an arrow that is at no corner, and look where the cost rises most."""
    layer, places, pitch = LastLayer(world), _with_arrows(world), _ticks(world)[1]
    ends = min(places)[0], max(places)[0]
    within = [place for place in places if not set(place) <= set(ends)] or places
    first, second = max(within, key=lambda place: math.hypot(*layer.cost_and_slopes(*place)[1]))
    here, slope = layer.cost_and_slopes(first, second)
    rises = {
        degrees: (layer.cost_and_slopes(first + x * pitch, second + y * pitch)[0] - here) / math.hypot(x, y)
        for degrees, (x, y) in {
            0: (1, 0),
            45: (1, 1),
            90: (0, 1),
            135: (-1, 1),
            180: (-1, 0),
            -135: (-1, -1),
            -90: (0, -1),
            -45: (1, -1),
        }.items()
    }
    return {"gradient": math.degrees(math.atan2(slope[1], slope[0])), "neighbour": max(rises, key=rises.__getitem__)}


def descent(world: World) -> object:
    settings, images = world[ANALYSIS].config, Images(world)
    origin, plane = trained(world), random_directions(world)

    def cost(place: np.ndarray) -> float:
        return images.cost(moved(origin, plane, place))

    place = np.array(settings["start"], dtype=float)
    start = cost(place)
    for _ in range(settings["descent_steps"]):
        slope = [(cost(place + TURN * axis) - cost(place - TURN * axis)) / (2 * TURN) for axis in np.eye(2)]
        place = place - settings["rate"] * np.array(slope)
    ticks = np.linspace(-1, 1, settings["side"])
    ground = [cost(np.array([x, y])) for x in ticks for y in ticks]
    return {"start": start, "end": cost(place), "lowest": min(ground), "highest": max(ground)}


def _ticks(world: World) -> tuple[list[float], float]:
    settings = world[ANALYSIS].config
    ticks = np.linspace(-settings["reach"], settings["reach"], settings["side"])
    return ticks.tolist(), float(ticks[1] - ticks[0])


def _with_arrows(world: World) -> list[tuple[float, float]]:
    ticks, _ = _ticks(world)
    chosen = ticks[ARROWS // 2 : -1 : ARROWS]
    return [(first, second) for second in chosen for first in chosen]
