"""The gradient before the first step, found again with NumPy on MNIST's own images, and what is shown of it."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import LAYERS, gradient_of
from tests.evidence.world import World

SHOWN, MOST_DRAWN = 7, 16


def rows(world: World) -> object:
    chosen, wishes = _chosen(world), _wishes(world)
    weights = [world.read("digits", f"{layer}.weight", step=0) for layer in LAYERS]
    return {
        "weights": [float(weights[layer][out, into]) for layer, out, into in chosen],
        "components": [float(wishes[layer][out, into]) for layer, out, into in chosen],
        "places": [list(place) for place in chosen],
    }


def pair(world: World) -> object:
    shown = sorted(rows(world)["components"], key=abs)
    large = shown[-1]
    others = [one for one in shown[:-1] if abs(one) >= abs(large) / 100]
    small = next((one for one in others if one * large < 0), others[0] if others else shown[0])
    ratio = abs(large / small)
    power = 10.0 ** np.floor(np.log10(ratio))
    return {"small": small, "large": large, "ratio": round(ratio / power) * power if ratio >= 10 else round(ratio, 1)}


def by_layer(world: World) -> object:
    sizes = [np.abs(wish).ravel().tolist() for wish in _wishes(world)]
    return {"largest": [max(one) for one in sizes], "mean": [sum(one) / len(one) for one in sizes]}


def of_what(world: World) -> object:
    """It is the gradient of the network before its first step, as `_wishes` finds it again."""
    return {"step": 0, "count": world["digits-review"].config["examples"]}


def _wishes(world: World) -> list[np.ndarray]:
    if id(world) not in _KNOWN:
        train, count = world.mnist.train, world["digits-review"].config["examples"]
        _KNOWN.clear()
        _KNOWN[id(world)] = world, [-one for one in gradient_of(world, train.inputs[:count], train.labels[:count])]
    return _KNOWN[id(world)][1]


_KNOWN: dict[int, tuple[World, list[np.ndarray]]] = {}  # it takes a while to find


def _chosen(world: World) -> list[tuple[int, int, int]]:
    """Return layer, target and source of the weights that are written: evenly spread over those drawn."""
    wishes = _wishes(world)
    sizes = [784, *(len(wish) for wish in wishes)]
    drawn = [list(range(28 * 14 + 6, 28 * 14 + 22)), *(_ends(size) for size in sizes[1:])]
    every = [(k, out, into) for k in range(len(wishes)) for out in drawn[k + 1] for into in drawn[k]]
    rising = sorted(every, key=lambda place: wishes[place[0]][place[1:]])
    return sorted(rising[round(k * (len(every) - 1) / (SHOWN - 1))] for k in range(SHOWN))


def _ends(size: int) -> list[int]:
    """Return which neurons of a layer are drawn: the first and the last ones, where there are many."""
    return [k for k in range(size) if size <= MOST_DRAWN or k < MOST_DRAWN / 2 or k >= size - MOST_DRAWN / 2]
