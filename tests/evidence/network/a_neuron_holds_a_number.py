"""The row that is walked along, found again among MNIST's own test images, or in the user's own picture."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import own_picture_of
from tests.evidence.world import World


def row(world: World) -> object:
    own = own_picture_of(world)
    picture = _typical_three(world) if own is None else own
    grey = [sum(min(pixel, 1 - pixel) for pixel in line) for line in picture.tolist()]
    place = grey.index(max(grey))
    return {"row": place, "pixels": picture[place].tolist()}


def inputs(world: World) -> object:
    weights = world.read("digits", "layer1.weight", step=-1)
    return {"pixels": world.mnist.test.inputs[0].size, "inputs": len(weights[0])}


def _typical_three(world: World) -> np.ndarray:
    """Return that of the recorded threes, (28, 28), which is nearest to their mean."""
    threes = np.flatnonzero(world.mnist.test.labels == 3)[: world["digits"].config["probes_per_class"]]
    images = world.mnist.test.inputs[threes].astype(float)
    squares = ((images - images.mean(axis=0)) ** 2).sum(axis=(1, 2))
    return images[squares.argmin()]
