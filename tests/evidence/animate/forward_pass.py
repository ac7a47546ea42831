"""What one input became, from the recorded outputs in plain Python."""

from __future__ import annotations

import math

import numpy as np

from tests.evidence.world import World

UNITS = 256  # drawn at most


def chosen(world: World) -> object:
    right = [at for at, (scores, target) in enumerate(_answers(world)) if _best(scores) == target]
    return {"number": right[0] if right else 0, "right": bool(right), "apart": 1}


def at(world: World) -> object:
    return {"step": max(world["film"].steps("output").tolist())}


def modules(world: World) -> object:
    called = [module for module in world["film"].structure.modules if module.calls]
    inside = {module.path: [other for other in called if other.path.startswith(f"{module.path}.")] for module in called}
    return {"all": sum(bool(module.path) and not inside[module.path] for module in called)}


def unseen(world: World) -> object:
    film = world["film"]
    attention = [module for module in film.structure.modules if "attention" in module.kind.lower() and module.calls]
    return {"count": sum(f"{module.path}.pattern" not in film.arrays for module in attention)}


def left_out(world: World) -> object:
    """Return the numbers drawn of longer lists: all else is whole in these recordings."""
    arrays = world["film"].arrays
    wide = {name: info.shape[2] for name, info in arrays.items() if info.axes == ("step", "batch", "feature")}
    calls = [module.path for module in world["film"].structure.leaves]
    last = {name for name in wide if name == f"{calls[1]}.activation"}  # the hidden layer behind its function
    return {name: [UNITS, count] for name, count in wide.items() if count > UNITS and name in last}


def answer(world: World) -> object:
    number = chosen(world)["number"]
    output = world.read("film", "output", step=-1)[number].tolist()
    target = world.read("film", "probe.target")[number].tolist()
    if isinstance(target, int):
        powers = [math.exp(score - max(output)) for score in output]
        shares = [power / math.fsum(powers) for power in powers]
        return {
            "answer": _best(output),
            "target": target,
            "shares": shares,
            "classes": len(output),
            "shown": len(output),
        }
    if isinstance(target[0], int):
        right = sum(_best(scores) == wanted for scores, wanted in zip(output, target, strict=True))
        return {"right": right, "all": len(target), "shown": len(target)}
    return {"answers": output, "targets": target, "shown": len(output), "all": len(output)}


def _answers(world: World) -> list[tuple[list[float], int]]:
    """Return the scores and the class of each probe; none where the model is no classifier of whole inputs."""
    target = world.read("film", "probe.target")
    if target.ndim != 1 or target.dtype.kind not in "iu":
        return []
    return list(zip(world.read("film", "output", step=-1).tolist(), target.tolist(), strict=True))


def _best(scores: list[float]) -> int:
    return int(np.asarray(scores).argmax())
