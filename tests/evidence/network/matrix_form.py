"""The first layer's sums for the picture of `matrix_form`, summed one by one, and what of them is written out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.evidence.networks import picture_of, quantile_of
from tests.evidence.world import World


def shape(world: World) -> object:
    return {"neurons": world["digits"].config["hidden"][0], "inputs": world.mnist.test.inputs[0].size}


def pixels_shown(world: World) -> list[int]:
    picture = picture_of(world, 7).tolist()
    best, found = -1.0, 0
    for row, pixels in enumerate(picture):
        for column, (one, next_one) in enumerate(pairwise(pixels)):
            if min(one, next_one) > 0 and abs(next_one - one) > best:
                best, found = abs(next_one - one), row * len(pixels) + column
    return [0, found, found + 1, len(picture) * len(picture[0]) - 1]


def sums(world: World) -> list[float]:
    pixels = picture_of(world, 7).ravel().tolist()
    rows = world.read("digits", "layer1.weight", step=-1).tolist()
    return [sum(weight * pixel for weight, pixel in zip(row, pixels, strict=True)) for row in rows]


def full_shade(world: World) -> object:
    strengths = np.abs(world.read("digits", "layer1.weight", step=-1)).ravel()
    return {"from": float(f"{quantile_of(strengths, 0.98):.2g}"), "share": 0.98}
