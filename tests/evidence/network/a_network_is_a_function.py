"""What the program of `a_network_is_a_function` returns, from the layers run with NumPy."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import LAYERS, answers_of, layers_of, picture_of
from tests.evidence.world import World

DIGITS = (7, 2, 0)


def sizes(world: World) -> list[int]:
    return [world.mnist.test.inputs[0].size, *world["digits"].config["hidden"], len(set(world.mnist.test.labels))]


def returned(world: World) -> list[list[float]]:
    return answers_of(world, _pictures(world)).tolist()


def same(world: World) -> object:
    pictures, images = _pictures(world), world.read("digits", "probe.input")
    recorded = world.read("digits", "layer3.activation", step=-1)
    places = [next(place for place, image in enumerate(images) if (image == picture).all()) for picture in pictures]
    apart = np.abs(answers_of(world, pictures) - recorded[places])
    return {"outputs": apart.size, "alike": int((apart < 1e-4).sum())}


def flow_shades(world: World) -> list[float]:
    pictures = _pictures(world)
    before = [pictures.reshape(len(pictures), -1), *layers_of(world, pictures)]
    largest = []
    for layer, values in zip(LAYERS, before[:-1], strict=True):
        weight = world.read("digits", f"{layer}.weight", step=-1).astype(float)
        into, out = (_drawn(count) for count in weight.T.shape)
        largest.append(max(abs(weight[j, i] * value[i]) for value in values for j in out for i in into))
    return largest


def _pictures(world: World) -> np.ndarray:
    """Return the pictures shown: the first is the user's own where there is one."""
    first, *others = DIGITS
    return np.array([picture_of(world, first), *[picture_of(world, digit, own=False) for digit in others]])


def _drawn(count: int) -> list[int]:
    """Return which neurons of a layer are drawn: sixteen at most, of the input in its middle."""
    if count == 28 * 28:
        return [14 * 28 + column for column in range(6, 22)]
    return [*range(count)] if count <= 16 else [*range(8), *range(count - 8, count)]
