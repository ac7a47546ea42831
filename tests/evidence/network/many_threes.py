"""The wall of threes, from MNIST's own files, compared pair by pair in whole grey levels."""

from __future__ import annotations

import itertools

import numpy as np

from tests.evidence.world import World

SHOWN = 144  # in a wide frame
LEVELS = 256  # by which the packaged files divide a byte


def wall(world: World) -> object:
    levels = _levels(world)
    same = sum(np.array_equal(one, other) for one, other in itertools.combinations(levels, 2))
    return {"pictures": len(levels), "labels": [3], "same": same}


def nearest(world: World) -> object:
    levels = _levels(world)
    squares = [int(((one - other) ** 2).sum()) for one, other in itertools.combinations(levels, 2)]
    place = int(np.argmin(squares))
    one, other = next(itertools.islice(itertools.combinations(levels, 2), place, None))
    distance = squares[place] ** 0.5 / LEVELS
    return {"distance": distance, "differing": int((one != other).sum()), "pixels": one.size, "pairs": len(squares)}


def _levels(world: World) -> np.ndarray:
    """Return the first threes of the test set as grey levels, (picture, 28, 28), whole numbers from 0 to 255."""
    test = world.mnist.test
    images = np.asarray(test.inputs)[np.asarray(test.labels) == 3][:SHOWN]
    return np.rint(LEVELS * images.reshape(-1, 28, 28)).astype(int)
