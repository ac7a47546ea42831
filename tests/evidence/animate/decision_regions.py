"""What a model answers all over a grid, by the grid's recorded outputs themselves."""

from __future__ import annotations

import math

import numpy as np

from tests.evidence.world import World


def grid(world: World) -> object:
    sides = [world.read("film", name) for name in _sides(world)]
    outputs = _answers(world).shape[-1]
    probe = world.read("film", "probe.input")
    return {
        "places": math.prod(map(len, sides)),
        "numbers": len(sides),
        "probe": len(probe),
        "outputs": outputs,
    }


def right(world: World) -> object:
    truth = world.read("film", "probe.target")
    counts, last = [], 0
    for scores in world.read("film", "output"):
        known = np.isfinite(scores).all(axis=1)
        last = int(known.sum())
        counts.append(sum(bool(row.argmax() == label) for row, label in zip(scores[known], truth[known], strict=True)))
    shares = [count / len(truth) for count in counts]
    return {"steps": _steps(world), "right": counts, "share": shares, "count": len(truth), "last": last}


def errors(world: World) -> object:
    truth = world.read("film", "probe.target").reshape(len(world.read("film", "probe.target")), -1)[:, 0]
    found = []
    for said in world.read("film", "output").astype(float):
        apart = said.reshape(len(truth), -1)[:, 0] - truth
        found.append(math.sqrt(float(np.mean(np.square(apart)))))
    return {"steps": _steps(world), "errors": found}


def changed(world: World) -> object:
    answers = _answers(world)
    first, last = answers[0].reshape(-1, answers.shape[-1]), answers[-1].reshape(-1, answers.shape[-1])
    pairs = [(_class(before), _class(after)) for before, after in zip(first, last, strict=True)]
    other = sum(before != after and -1 not in (before, after) for before, after in pairs)
    return {"changed": other, "count": len(first)}


def confidence(world: World) -> object:
    answers = _answers(world)
    known = answers[np.isfinite(answers).all(axis=-1)]
    if known.min() < 0 or known.max() > 1:
        return "confidence: softmax of the output"
    in_all = bool(abs(known.sum(axis=-1) - 1).max() < 1e-3)
    return "confidence: the output, which sums to 1" if in_all else "confidence: the output itself, between 0 and 1"


def targets(world: World) -> object:
    truth = world.read("film", "probe.target")
    first = truth.reshape(len(truth), -1)[:, 0].tolist()
    return [min(first), max(first)]


def _class(scores: np.ndarray) -> int:
    return int(np.argmax(scores)) if np.isfinite(scores).all() else -1


def _answers(world: World) -> np.ndarray:
    return world.read("film", "probe.grid.output").astype(float)


def _sides(world: World) -> list[str]:
    return [name for name in ("probe.grid.across", "probe.grid.up") if name in world["film"].arrays]


def _steps(world: World) -> list[int]:
    return [int(step) for step in world["film"].steps("probe.grid.output")]
