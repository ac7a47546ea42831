"""How alive layers are, counted value by value from the recorded activations."""

from __future__ import annotations

import numpy as np

from tests.evidence.world import World

SHOWN = 6  # layers
ROOM = 50  # units, which all have a dot where six layers are shown
BENDING = {"ReLU": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh"}
PERCENTS = (5, 25, 50, 75, 95)


def bands(world: World) -> object:
    numbers = {array: _quantiles(values[-1]) for array, (_, values) in _shown(world).items()}
    return {"percents": PERCENTS, "numbers": numbers}


def silent(world: World) -> object:
    return {
        array: {
            "units": values.shape[2],
            "steps": world["film"].steps(array),
            "out": [sum(_is_out(snapshot[:, unit], bent) for unit in range(values.shape[2])) for snapshot in values],
        }
        for array, (bent, values) in _shown(world).items()
    }


def end(world: World) -> object:
    layers = _shown(world)
    counted = silent(world)
    shares = {array: counted[array]["out"][-1] / counted[array]["units"] for array in layers}
    worst = next(array for array in layers if shares[array] == max(shares.values()))
    return {
        "layer": _called(world, worst),
        "count": counted[worst]["out"][-1],
        "units": counted[worst]["units"],
        "probes": layers[worst][1].shape[1],
        "rectified": sum(bent == "relu" for bent, _ in layers.values()),
        "layers": len(layers),
        "share": 0.95,
    }


def spread(world: World) -> object:
    times = {}
    for array, (_, values) in _shown(world).items():
        (low, *_, high), (lowest, *_, highest) = _quantiles(values[0]), _quantiles(values[-1])
        times[array] = (highest - lowest) / (high - low)
    most = max(times, key=lambda array: max(times[array], 1 / times[array]))
    return {"layer": _called(world, most), "times": times[most], "percent": 5}


def stopped(world: World) -> object:
    first = {}
    for array, (_, values) in _shown(world).items():
        finite = [bool(np.isfinite(snapshot).all()) for snapshot in values]
        if not finite[-1]:
            first[array] = max((place + 1 for place, known in enumerate(finite) if known), default=0)
    broken = min(first, key=lambda array: first[array])
    step = int(world["film"].steps(broken)[first[broken]])
    return {"layer": _called(world, broken), "step": step, "finite": 0}


def layers(world: World) -> object:
    return {"count": SHOWN, "all": len(_bent(world))}


def dots(world: World) -> object:
    return {array: values.shape[2] for array, (_, values) in _shown(world).items() if values.shape[2] > ROOM}


def probes(world: World) -> object:
    counts = [values.shape[1] for _, values in _shown(world).values()]
    return {"least": min(counts), "most": max(counts), "all": len(world.read("film", "probe.input"))}


def _bent(world: World) -> dict[str, tuple[str, bool]]:
    """Return the arrays of layers that bend their values, how, and whether that follows outside of modules."""
    structure = world["film"].structure
    found = {}
    for module in structure.modules:
        behind = {flow.through[0] for flow in structure.flow if flow.source == module.path and flow.through}
        array = f"{module.path}.activation"
        if module.leaf and array in world["film"].arrays and module.kind != "Dropout":
            if module.kind in BENDING:
                found[array] = (BENDING[module.kind], False)
            elif behind == {"relu"}:
                found[array] = ("relu", True)
    return found


def _shown(world: World) -> dict[str, tuple[str, np.ndarray]]:
    """Return by array how its values are bent, and the values behind that, (step, probe, unit, place)."""
    known = list(_bent(world).items())
    count = min(SHOWN, len(known))
    chosen = [known[round(place * (len(known) - 1) / max(1, count - 1))] for place in range(count)]
    shown = {}
    for array, (bent, outside) in chosen:
        values = world.read("film", array).astype(float)
        values = np.where(values < 0, 0, values) if outside else values
        if "channel" not in world["film"].arrays[array].axes:
            values = np.swapaxes(values.reshape(*values.shape[:2], -1, values.shape[-1]), 2, 3)
        shown[array] = (bent, values.reshape(*values.shape[:3], -1))
    return shown


def _is_out(values: np.ndarray, bent: str) -> bool:
    """Tell whether a unit is out, of whose values (probe, place) a film is drawn."""
    if bent == "relu":
        return not np.count_nonzero(values)
    ends = (0, 1) if bent == "sigmoid" else (-1, 1)
    within = 0.01 * (ends[1] - ends[0]) / 2
    stuck = [min(abs(value - ends[0]), abs(value - ends[1])) < within for value in values.ravel()]
    return sum(stuck) > 0.95 * len(stuck)


def _quantiles(values: np.ndarray) -> list[float]:
    """Return the five quantiles, each between the two values in order around it."""
    ordered = np.sort(values, axis=None)
    if not np.isfinite(ordered).all():
        return [float("nan")] * len(PERCENTS)
    places = [percent / 100 * (len(ordered) - 1) for percent in PERCENTS]
    shares = [place - int(place) for place in places]
    after = [min(int(place) + 1, len(ordered) - 1) for place in places]
    return [
        float(ordered[int(place)] * (1 - share) + ordered[more] * share)
        for place, share, more in zip(places, shares, after, strict=True)
    ]


def _called(world: World, array: str) -> str:
    path = array.removesuffix(".activation")
    kind = next(module.kind for module in world["film"].structure.modules if module.path == path)
    name = f"{kind} {path}" if path.isdigit() else path
    return name if len(name) <= 24 else f"…{name[-23:]}"
