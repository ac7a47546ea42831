"""The costs of single training images before and after the training, from the weights and MNIST's own files."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import answers_of
from tests.evidence.world import World


def columns(world: World) -> object:
    outputs, labels = _cases(world)
    wanted = [[float(digit == label) for digit in range(10)] for label in labels]
    squares = [
        [(a - y) ** 2 for a, y in zip(*pair, strict=True)] for pair in zip(outputs.tolist(), wanted, strict=True)
    ]
    return {"output": outputs.tolist(), "wanted": wanted, "square": squares}


def answers(world: World) -> object:
    outputs, labels = _cases(world)
    return [{"label": label, "answer": int(output.argmax())} for output, label in zip(outputs, labels, strict=True)]


def costs(world: World) -> list[float]:
    outputs, labels = _cases(world)
    return [_cost(output, label) for output, label in zip(outputs, labels, strict=True)]


def squares_added(world: World) -> object:
    cost = costs(world)[0]
    return {"sum": cost, "cost": cost}


def worst(world: World) -> object:
    first, _ = _chosen(world)
    after = [cost for example, cost in enumerate(_all(world)[1]) if example != first]
    return {"others": len(after), "cost": max(after), "highest": max(after)}


def _cases(world: World) -> tuple[np.ndarray, list[int]]:
    """Return the outputs (case, 10) and the labels of the three cases."""
    first, worst_of_others = _chosen(world)
    images, labels = world.mnist.train.inputs, world.mnist.train.labels
    cases = [(first, 0), (first, -1), (worst_of_others, -1)]
    outputs = [answers_of(world, images[example : example + 1], step=step)[0] for example, step in cases]
    return np.stack(outputs), [int(labels[example]) for example, _ in cases]


def _chosen(world: World) -> tuple[int, int]:
    before, after = _all(world)
    first = int(np.argmax(np.subtract(before, after)))
    return first, max((example for example in range(len(after)) if example != first), key=after.__getitem__)


def _all(world: World) -> list[list[float]]:
    """Return the costs before and after the training of all images that are looked at."""
    shown = world["digits-review"].config["shown"]
    images, labels = world.mnist.train.inputs[:shown], world.mnist.train.labels[:shown].tolist()
    runs = [answers_of(world, images, step=step) for step in (0, -1)]
    return [[_cost(output, label) for output, label in zip(outputs, labels, strict=True)] for outputs in runs]


def _cost(output: np.ndarray, label: int) -> float:
    """Return Σ a² − 2 a_label + 1, which is the sum of the squared differences from 1 at the label and 0 elsewhere."""
    return float(output @ output - 2 * output[label] + 1)
