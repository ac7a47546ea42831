"""The costs of the training images before and after the training, from the weights and MNIST's own files."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.evidence.networks import LAYERS, answers_of
from tests.evidence.world import World

WALL = 66  # images that come first
STOPS = 40


def running(world: World) -> object:
    before, _ = _costs(world)
    wanted = WALL * (len(before) / WALL) ** (np.arange(STOPS) / (STOPS - 1))
    stops = sorted({round(float(stop)) for stop in wanted})
    return {"images": stops, "averages": [float(np.mean(before[:stop])) for stop in stops]}


def averages(world: World) -> object:
    before, after = _costs(world)
    return {"before": float(np.mean(before)), "after": float(np.mean(after))}


def moves(world: World) -> object:
    before, after = _costs(world)
    change = float(np.mean(np.maximum(before, after) - np.minimum(before, after)) / np.mean(before))
    return {"fell": np.count_nonzero(before > after) / len(before), "change": change}


def counts(world: World) -> object:
    sizes = [28 * 28, *world["digits"].config["hidden"], 10]
    parameters = sum((before + 1) * after for before, after in pairwise(sizes))
    examples = world["digits-review"].config["examples"]
    return {"examples": examples, "pixels": sizes[0], "outputs": sizes[-1], "parameters": parameters}


def parameters(world: World) -> list[float]:
    first = world.read("digits", f"{LAYERS[0]}.weight", step=-1)[0, :2]
    last = world.read("digits", f"{LAYERS[-1]}.bias", step=-1)[-1]
    return [*map(float, first), float(last)]


def _costs(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return the cost of each image before and after the training: Σ a² − 2 a_label + 1."""
    count = world["digits-review"].config["examples"]
    images, labels = world.mnist.train.inputs[:count], world.mnist.train.labels[:count]
    runs = [answers_of(world, images, step=step) for step in (0, -1)]
    before, after = ((run**2).sum(axis=1) - 2 * run[np.arange(count), labels] + 1 for run in runs)
    return before, after
