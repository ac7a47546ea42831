"""What learning curves are said to be, read off the stored metrics with Python's own arithmetic."""

from __future__ import annotations

import math
import statistics

from tests.evidence.world import World

SHOWN = 6  # curves
SCATTER = 400  # values from which on a curve may get a running median


def ends(world: World) -> object:
    found = {}
    for name, (steps, values) in _curves(world).items():
        bad = [step for step, value in zip(steps, values, strict=True) if not math.isfinite(value)]
        last = max((step for step, value in zip(steps, values, strict=True) if math.isfinite(value)), default=-1)
        if after := [step for step in bad if step > last]:
            found[name] = after[0]
    return found


def windows(world: World) -> object:
    return {name: _window(values) for name, (_, values) in _curves(world).items() if len(values) >= SCATTER}


def curves(world: World) -> object:
    every = [name for name in world["film"].arrays if name.startswith("metric.")]
    return {"shown": min(SHOWN, len(every)), "all": len(every)}


def reached(world: World) -> object:
    known = _curves(world)
    losses = [name for name in known if "loss" in name]
    name = min(losses, key=lambda name: "val" not in name)
    steps, values = known[name]
    count = _window(values) // 2 + 1 if len(values) >= SCATTER else 1
    return {"name": name, "step": steps[-1], "value": statistics.median(values[-count:]), "count": count}


def highest(world: World) -> object:
    name, (steps, values) = next((name, curve) for name, curve in _curves(world).items() if "accuracy" in name)
    at = max(range(len(values)), key=lambda place: (values[place], -place))
    return {
        "name": name,
        "step": steps[at],
        "value": values[at],
        "times": values.count(values[at]),
        "of": sum(map(math.isfinite, values)),
    }


def _curves(world: World) -> dict[str, tuple[list[int], list[float]]]:
    """Return the steps and values of the metrics that are shown, by their names in words."""
    recording = world["film"]
    names = sorted((name for name in recording.arrays if name.startswith("metric.")), key=lambda one: "loss" not in one)
    return {
        name.removeprefix("metric.").replace("_", " "): (
            recording.steps(name).tolist(),
            recording.read(name).astype(float).tolist(),
        )
        for name in names[:SHOWN]
    }


def _window(values: list[float]) -> int:
    """Return an odd number near a hundredth of the values, at least nine."""
    width = max(9, len(values) // 100)
    return width if width % 2 else width + 1
