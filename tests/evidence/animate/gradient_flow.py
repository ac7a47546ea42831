"""How long gradients were, from the recorded gradients themselves rather than from their recorded norms."""

from __future__ import annotations

import math
import statistics

import numpy as np

from tests.evidence.world import World

MUCH = 100


def parameters(world: World) -> object:
    return _summary(_of_parameters(world))


def outputs(world: World) -> object:
    return _summary(_of_outputs(world))


def parameters_shades(world: World) -> object:
    return _shades(_of_parameters(world))


def outputs_shades(world: World) -> object:
    return _shades(_of_outputs(world))


def parameters_drawn(world: World) -> object:
    return _drawn(world, _of_parameters(world), "weight.gradient")


def outputs_drawn(world: World) -> object:
    return _drawn(world, _of_outputs(world), "activation_gradient")


def _of_parameters(world: World) -> dict[str, dict[int, float]]:
    """Return the length of each layer's gradient by step, layers in the order of their calls."""
    recording = world["film"]
    paths = [module.path for module in recording.structure.leaves if module.parameters]
    begun = {name.rpartition("@")[2].partition(".")[0] for name in recording.arrays if "@" in name}
    ends = ["", *(f"@{step}" for step in begun)]  # of arrays that begin anew where the layer was replaced
    names = {path: [f"{path}.{one}{end}.gradient" for one in ("weight", "bias") for end in ends] for path in paths}
    return {path: _lengths(world, [one for one in names[path] if one in recording.arrays]) for path in paths}


def _of_outputs(world: World) -> dict[str, dict[int, float]]:
    recording = world["film"]
    found = {}
    for module in recording.structure.leaves:
        names = [name for name in recording.arrays if name.endswith(".activation_gradient")]
        own = [name for name in names if name.removesuffix(".activation_gradient").partition("@")[0] == module.path]
        if own:
            found[module.path] = _lengths(world, own)
    return found


def _lengths(world: World, names: list[str]) -> dict[int, float]:
    """Return the root of the sum of squares over arrays, by step; steps without a gradient are left out."""
    recording = world["film"]
    squares: dict[int, float] = {}
    for name in names:
        values = recording.read(name).astype(np.float64)
        for step, value in zip(recording.steps(name).tolist(), values, strict=True):
            squares[step] = squares.get(step, 0.0) + float(np.vdot(value, value))
    return {step: math.sqrt(square) for step, square in squares.items() if not math.isnan(square)}


def _summary(layers: dict[str, dict[int, float]]) -> dict[str, object]:
    medians = [statistics.median(lengths.values()) for lengths in layers.values()]
    steps = sorted({step for lengths in layers.values() for step in lengths})
    whole = [math.hypot(*(lengths[step] for lengths in layers.values() if step in lengths)) for step in steps]
    tenth = max(1, len(whole) // 10)
    weakest, strongest = min(medians), max(medians)
    return {
        "layers": len(layers),
        "reached": sum(any(length > 0 for length in lengths.values()) for lengths in layers.values()),
        "missed": sum(not any(length > 0 for length in lengths.values()) for lengths in layers.values()),
        "finite": True,
        "stopped": None,
        "medians": medians,
        "first": medians[0],
        "last": medians[-1],
        "weakest": weakest,
        "strongest": strongest,
        "zero": medians.count(0.0),
        "growth": statistics.median(whole[-tenth:]) / statistics.median(whole[:tenth]),
        "factor": _two_digits(medians[-1] / medians[0] if MUCH * medians[0] < medians[-1] else strongest / weakest),
    }


def _two_digits(ratio: float) -> str:
    exponent = math.floor(math.log10(ratio))
    rounded = round(ratio / 10**exponent, 1) * 10**exponent
    return f"{rounded:.1f}" if exponent == 0 else f"{rounded:,.0f}"


def _shades(layers: dict[str, dict[int, float]]) -> dict[str, object]:
    every = [length for lengths in layers.values() for length in lengths.values()]
    known = [length for length in every if length > 0]
    steps = {step for lengths in layers.values() for step in lengths}
    none = len(layers) * len(steps) - len(every)  # columns of layers that were frozen then, or not there
    return {"least": min(known), "most": max(known), "zeros": every.count(0.0), "odd": none}


def _drawn(world: World, layers: dict[str, dict[int, float]], kind: str) -> dict[str, object]:
    recording = world["film"]
    named = [name for name in recording.arrays if name.endswith(f".{kind}")]
    array = max(named, key=lambda name: recording.arrays[name].shape[0])
    first = min(min(lengths) for lengths in layers.values())
    return {
        "layers": len(layers),
        "of_layers": len(layers),
        "snapshots": recording.arrays[array].shape[0],
        "of": recording.arrays[array].shape[0],
        "first": first,
    }
