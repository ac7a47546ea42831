"""The two runs by heart: their labels from MNIST's own files, their accuracies as they were recorded."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from tests.evidence.world import World

RUNS = ("digits-true-labels", "digits-shuffled-labels")


def labels_kept(world: World) -> object:
    """Compare MNIST's labels with those that the shuffled run took, drawn again from its seed."""
    config = world[RUNS[1]].config
    order = np.random.default_rng([config["seed"], config["train_images"]]).permutation(config["train_images"])
    labels, count = world.mnist.train.labels.tolist(), len(world.read(RUNS[1], "train.label"))
    kept = sum(labels[image] == labels[order[image]] for image in range(count))
    chance = sum(often**2 for often in Counter(labels[:count]).values()) / count**2
    pairs = [(labels[image], labels[order[image]]) for image in range(count)]
    guessed = sum(
        _usual(pairs[:image] + pairs[image + 1 :], pairs[image][0]) == pairs[image][1] for image in range(count)
    )
    return {"count": count, "kept": kept, "guessed": guessed, "chance": chance}


def race(world: World) -> object:
    runs = [_measured(world, run, "train_accuracy") for run in RUNS]
    best = [max(share for _, share in run) for run in runs]
    level = math.floor(10 * min(best)) / 10
    first, second = (next(step for step, share in run if share >= level) for run in runs)
    ends = [run[-1][1] for run in runs]
    steps = world[RUNS[0]].config["steps"]
    return {"level": level, "first": first, "second": second, "best": best, "steps": steps, "ends": ends}


def new_images(world: World) -> object:
    true, shuffled = (_measured(world, run, "test_accuracy")[-1][1] for run in RUNS)
    return {"true": true, "shuffled": shuffled}


def _usual(pairs: list[tuple[int, int]], true: int) -> int:
    """Return the label that images of a true label got most often, the lowest of those that are equally frequent."""
    got = Counter(shuffled for own, shuffled in pairs if own == true)
    return min(range(10), key=lambda label: (-got[label], label))


def _measured(world: World, run: str, name: str) -> list[tuple[int, float]]:
    """Return the steps at which a run was measured, and the shares that were right, as whole images."""
    config = world[run].config
    count = config["train_images"] if name.startswith("train") else len(world.mnist.test.labels)
    pairs = zip(world[run].steps(f"metric.{name}"), world.read(run, f"metric.{name}"), strict=True)
    return [(int(step), round(count * share) / count) for step, share in pairs]
