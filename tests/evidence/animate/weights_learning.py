"""How weights are scaled and how far they went, from all recorded values in Python's own sums."""

from __future__ import annotations

import math

import numpy as np

from tests.evidence.world import World

SHOWN, ROWS, COLUMNS, PICTURES = 6, 48, 64, 40  # at most: sets of weights, and what is drawn of each
WEAKER = 0.98


def scales(world: World) -> object:
    return {name: max(_quantile(_drawn(world, name, at)) for at in (0, -1)) for name in _shown(world)}


def parts(world: World) -> object:
    found = {}
    for name in _shown(world):
        shape = world["film"].arrays[name].shape[1:]
        if len(shape) > 2:
            kernels = shape[0] * shape[1]
            found[name] = sorted({min(kernels, PICTURES), kernels, *shape[2:], 1})
        else:
            found[name] = sorted({*shape, min(shape[0], ROWS), min(shape[1], COLUMNS)})
    return found


def sets(world: World) -> object:
    weights = _weights(world)
    return {"shown": len(_shown(world)), "all": len(weights), "passing": len(_wide(world)) - len(weights)}


def snapshots(world: World) -> object:
    steps = world["film"].steps(_shown(world)[0]).tolist()
    return {"shown": len(steps), "all": len(steps), "first": min(steps)}


def moved(world: World) -> object:
    return {name: _moved(world, name) for name in _shown(world)}


def everywhere(world: World) -> object:
    shares = [_moved(world, name) for name in _weights(world)]
    known = [share for share in shares if math.isfinite(share)]
    return {"least": min(known), "most": max(known), "count": len(shares)}


def _wide(world: World) -> list[str]:
    """Return all arrays of weights with rows and columns."""
    recording = world["film"]
    wide = [name for name, info in recording.arrays.items() if info.axes[:2] == ("step", "out") and len(info.axes) > 2]
    wide = [name for name in wide if not name.endswith("gradient")]
    return wide + [name for name, info in recording.arrays.items() if info.axes == ("step", "in", "out")]


def _weights(world: World) -> list[str]:
    """Return the arrays of weights with rows and columns, in the order of the layers' calls, others behind."""
    recording = world["film"]
    calls = [module.path for module in recording.structure.leaves]
    rows = {name: len(recording.steps(name)) for name in _wide(world)}
    wide = [name for name, count in rows.items() if count == max(rows.values())]

    def place(name: str) -> tuple[int, str]:
        inside = [at for at, path in enumerate(calls) if name.startswith(f"{path}.")]
        return (min(inside, default=len(calls)), name)

    return sorted(wide, key=place)


def _shown(world: World) -> list[str]:
    """Return those that are drawn: of more than six some, from the first to the last."""
    names = _weights(world)
    if len(names) <= SHOWN:
        return names
    return [names[round(at * (len(names) - 1) / (SHOWN - 1))] for at in range(SHOWN)]


def _drawn(world: World, name: str, snapshot: int) -> list[float]:
    """Return the values of a picture: a matrix has its biases beside it, of many columns some are left out."""
    recording = world["film"]
    values = recording.read(name, step=snapshot).astype(float)
    if values.ndim > 2:
        return values.ravel().tolist()
    if values.shape[1] > COLUMNS:
        values = values[:, np.round(np.arange(COLUMNS) * (values.shape[1] - 1) / (COLUMNS - 1)).astype(int)]
    bias = name.rpartition(".")[0] + "." + name.rpartition(".")[2].replace("weight", "bias")
    beside = recording.read(bias, step=snapshot).tolist() if bias in recording.arrays else []
    return [*values.ravel().tolist(), *beside]


def _quantile(values: list[float]) -> float:
    """Return what 98 in 100 of the |values| are below, on the straight line between two of them."""
    ordered = sorted(map(abs, values))
    place = WEAKER * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def _moved(world: World, name: str) -> float:
    first, last = (world["film"].read(name, step=at).ravel().tolist() for at in (0, -1))
    gone, start = math.hypot(*(b - a for a, b in zip(first, last, strict=True))), math.hypot(*first)
    return gone / start if start else math.inf
