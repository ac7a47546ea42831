"""The two trainings of `relu`: which settings differ, and how often each network is right, run with NumPy."""

from __future__ import annotations

import json

import numpy as np

from tests.evidence.networks import answers_of
from tests.evidence.world import World

RUNS = ("digits", "digits-relu")


def changed(world: World) -> list[str]:
    first, second = (
        {(key, json.dumps(value)) for key, value in world[run].config.items() if key != "name"} for run in RUNS
    )
    return sorted({key for key, _ in first ^ second})


def images(world: World) -> object:
    return {"count": len(world.mnist.test.labels)}


def reached(world: World) -> object:
    curves = [dict(zip(*_curve(world, run), strict=True)) for run in RUNS]
    common = sorted(set(curves[0]) & set(curves[1]))
    tenths = min(int(10 * max(curve[step] for step in common)) for curve in curves)
    first = [next(step for step in common if curve[step] >= tenths / 10) for curve in curves]
    return {"level": tenths / 10, "sigma": first[0], "relu": first[1]}


def at_the_end(world: World) -> object:
    labels = world.mnist.test.labels
    answers = [answers_of(world, world.mnist.test.inputs, run).argmax(axis=1) for run in RUNS]
    return {"sigma": np.mean(answers[0] == labels), "relu": np.mean(answers[1] == labels)}


def _curve(world: World, run: str) -> tuple[list[int], list[float]]:
    """Return the steps at which a network was evaluated, and its accuracy there, of its recorded weights."""
    steps = world[run].steps("metric.test_accuracy").tolist()
    snapshots = world[run].steps("layer1.weight").tolist()
    labels, found = world.mnist.test.labels, []
    for step in steps:
        answers = answers_of(world, world.mnist.test.inputs, run, snapshots.index(step))
        found.append(float(np.mean(answers.argmax(axis=1) == labels)))
    return steps, found
