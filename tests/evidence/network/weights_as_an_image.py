"""One neuron's weighted sum, from the trained weights and the picture, term by term."""

from __future__ import annotations

import itertools
import math

import numpy as np

from tests.evidence.networks import answers_of
from tests.evidence.world import World


def joined(world: World) -> object:
    pixels, weights = _shown(world)
    return {"pixels": len(pixels), "weights": len(weights)}


def shades(world: World) -> object:
    sizes = sorted(abs(weight) for weight in _shown(world)[1])
    place = 0.98 * (len(sizes) - 1)
    below, above = sizes[int(place)], sizes[int(place) + 1]
    return {"scale": below + (place - int(place)) * (above - below), "largest": sizes[-1]}


def weighted_sum(world: World) -> object:
    products = _products(world)
    return {"sum": math.fsum(products), "added": math.fsum(products), "count": len(products)}


def so_far(world: World) -> object:
    pixels, _ = _shown(world)
    inked = [product for pixel, product in zip(pixels, _products(world), strict=True) if pixel > 0]
    return list(itertools.accumulate(inked, initial=0.0))


def signs(world: World) -> object:
    products = _products(world)
    return {
        "above": math.fsum(product for product in products if product > 0),
        "below": math.fsum(product for product in products if product < 0),
    }


def _products(world: World) -> list[float]:
    return [pixel * weight for pixel, weight in zip(*_shown(world), strict=True)]


def _shown(world: World) -> tuple[list[float], list[float]]:
    """Return the pixels and the weights: of the neuron with the highest sum, and the picture with most for its ink."""
    images, labels = world.read("digits", "probe.input").astype(float), world.read("digits", "probe.label")
    right = labels < 0 if (labels < 0).any() else answers_of(world, images).argmax(axis=1) == labels
    flat = images.reshape(len(images), -1)[right if right.any() else slice(None)]
    weights = world.read("digits", "layer1.weight", step=-1).astype(float)
    sums = flat @ weights.T  # (image, neuron)
    neuron = int(np.unravel_index(sums.argmax(), sums.shape)[1])
    image = int((sums[:, neuron] / np.sqrt((flat**2).sum(axis=1))).argmax())
    return flat[image].tolist(), weights[neuron].tolist()
