"""What `train_and_test` tells of the cards and of both accuracies, from the weights and from MNIST's own files."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import answers_of
from tests.evidence.world import World

CARDS, ACROSS, ROWS = 30, 6, 5


def shown_first(world: World) -> object:
    """Look among the six cards nearest to the middle of the wall, by hand: column, then row."""
    images = world.mnist.train.inputs[:CARDS]
    places = [(column - (ACROSS - 1) / 2, (ROWS - 1) / 2 - row) for row in range(ROWS) for column in range(ACROSS)]
    middle = sorted(range(CARDS), key=lambda card: (round(np.hypot(*places[card]), 6), card))[:ACROSS]
    ink = {card: float(images[card].sum()) for card in middle}
    average = sum(ink.values()) / len(ink)
    first = min(middle, key=lambda card: abs(ink[card] - average))
    return {"image": first, "label": int(world.mnist.train.labels[first])}


def answers(world: World) -> list[int]:
    return answers_of(world, world.mnist.test.inputs[:CARDS]).argmax(axis=1).tolist()


def scores(world: World) -> object:
    return {"train": _right(world, world.mnist.train), "test": _right(world, world.mnist.test)}


def tested(world: World) -> int:
    return len(world.mnist.test.labels)


def _right(world: World, images) -> float:
    return float((answers_of(world, images.inputs).argmax(axis=1) == images.labels).mean())
