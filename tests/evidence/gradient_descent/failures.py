"""What the network gets wrong, from its weights, MNIST's own test images and their labels."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import answers_of
from tests.evidence.world import World

MOST = 108


def wrong(world: World) -> object:
    test = world.mnist.test
    right = sum(int(said == label) for said, label in zip(_answers(world), test.labels, strict=True))
    return {"wrong": len(test.labels) - right, "count": len(test.labels)}


def wall(world: World) -> object:
    answers, labels = _answers(world), world.mnist.test.labels
    mistakes = [image for image in range(len(labels)) if answers[image] != labels[image]]
    picked = {_close(world), _sure(world)}
    others = [image for image in mistakes if image not in picked][: MOST - len(picked)]
    shown = mistakes if len(mistakes) <= MOST else sorted([*others, *picked])
    return {"shown": len(shown), "answers": [int(answers[image]) for image in shown]}


def close(world: World) -> object:
    return _looked_at(world, _close(world))


def sure(world: World) -> object:
    return _looked_at(world, _sure(world))


def tenths(world: World) -> object:
    outputs = world.read("digits-review", "test.output")
    highest, right = outputs.max(axis=1), _answers(world) == world.mnist.test.labels
    each = len(right) // 10
    order = sorted(range(len(right)), key=lambda image: highest[image])
    return {"right": [int(sum(right[order[k * each : (k + 1) * each]])) for k in range(10)], "each": each}


def _answers(world: World) -> np.ndarray:
    return answers_of(world, world.mnist.test.inputs).argmax(axis=1)


def _ranked(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return the digits of the two highest outputs, as they were recorded, and how far apart these are."""
    outputs = world.read("digits-review", "test.output")
    first = outputs.argmax(axis=1)
    every = np.arange(len(outputs))
    others = outputs.copy()
    others[every, first] = -np.inf
    second = others.argmax(axis=1)
    return np.stack([first, second]), outputs[every, first] - outputs[every, second]


def _sure(world: World) -> int:
    outputs, labels = world.read("digits-review", "test.output"), world.mnist.test.labels
    mistakes = np.flatnonzero(outputs.argmax(axis=1) != labels)
    return int(max(mistakes, key=lambda image: outputs[image].max()))


def _close(world: World) -> int:
    (first, second), apart = _ranked(world)
    labels, surest = world.mnist.test.labels, _sure(world)
    near = [image for image in range(len(labels)) if first[image] != labels[image] == second[image] and image != surest]
    return int(min(near, key=lambda image: apart[image]))


def _looked_at(world: World, image: int) -> object:
    """Return an image's digits as recorded, and the two outputs of the network run again."""
    (first, second), _ = _ranked(world)
    answer, next_one = int(first[image]), int(second[image])
    outputs = answers_of(world, world.mnist.test.inputs[image : image + 1])[0]
    told = {"label": int(world.mnist.test.labels[image]), "answer": answer, "second": next_one}
    return {**told, "output": float(outputs[answer]), "second_output": float(outputs[next_one])}
