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


def so_far(world: World) -> object:
    last = int(world["digits"].steps("layer1.weight")[-1])
    first_look = min(last, 1000 * -(-last // 4000))  # a quarter of all, rounded up
    step = max(step for step in world["digits"].steps("metric.test_accuracy").tolist() if step <= first_look)
    return {"step": step, **_right_at(world, step)}


def at_the_end(world: World) -> object:
    return _right_at(world, int(world["digits"].steps("layer1.weight")[-1]))


def _right_at(world: World, step: int) -> dict[str, float]:
    """Return how often both networks are right with the weights of a step."""
    labels, inputs = world.mnist.test.labels, world.mnist.test.inputs
    places = [world[run].steps("layer1.weight").tolist().index(step) for run in RUNS]
    answers = [answers_of(world, inputs, run, place).argmax(axis=1) for run, place in zip(RUNS, places, strict=True)]
    return {"sigma": float(np.mean(answers[0] == labels)), "relu": float(np.mean(answers[1] == labels))}


def _curve(world: World, run: str) -> tuple[list[int], list[float]]:
    """Return the steps at which a network was evaluated, and its accuracy there, of its recorded weights."""
    steps = world[run].steps("metric.test_accuracy").tolist()
    snapshots = world[run].steps("layer1.weight").tolist()
    labels, found = world.mnist.test.labels, []
    for step in steps:
        answers = answers_of(world, world.mnist.test.inputs, run, snapshots.index(step))
        found.append(float(np.mean(answers.argmax(axis=1) == labels)))
    return steps, found
