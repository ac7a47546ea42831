"""The parts of drawn digits, and what the first layer's weights look like, measured with SciPy and in plain loops."""

from __future__ import annotations

import statistics

import numpy as np
from scipy import ndimage

from tests.evidence.edges import explained_by_an_edge
from tests.evidence.networks import answers_of
from tests.evidence.world import World

SHOWN = 36  # neurons at most


def loops(world: World) -> object:
    return {name: max(_holes(world, digit, count))[1] for name, digit, count in (("nine", 9, 1), ("eight", 8, 2))}


def shades(world: World) -> object:
    weights = _weights(world)
    sizes = sorted(abs(weight) for weight in weights[:SHOWN].ravel().tolist())
    place = 0.98 * (len(sizes) - 1)
    below, above = sizes[int(place)], sizes[int(place) + 1]
    scale = below + (place - int(place)) * (above - below)
    return {"scale": scale, "largest": sizes[-1], "shown": min(SHOWN, len(weights)), "neurons": len(weights)}


def look(world: World) -> object:
    pictures = _weights(world)[:SHOWN].reshape(-1, 28, 28)
    neighbours = [statistics.correlation(one[:, :-1].ravel().tolist(), one[:, 1:].ravel().tolist()) for one in pictures]
    narrow = sum(_pixels_for(one.ravel() ** 2, 0.9) < 78.4 for one in pictures)
    return {
        "neighbours": statistics.median(neighbours),
        "narrow": narrow,
        "neurons": len(pictures),
        "edge": explained_by_an_edge(pictures),
    }


def right(world: World) -> object:
    test = world.mnist.test
    outputs = answers_of(world, test.inputs)
    return {"share": float(np.mean(outputs.argmax(axis=1) == test.labels)), "images": len(test)}


def _holes(world: World, digit: int, count: int) -> list[tuple[int, int]]:
    """Return for each probe of a digit with so many holes the size of its smallest one, and how many it has."""
    found = []
    for image, label in zip(world.read("digits", "probe.input"), world.read("digits", "probe.label"), strict=True):
        areas, number = ndimage.label(np.pad(image, 1) < 0.5)
        if label == digit and number == count + 1:  # and the area around the digit
            found.append((min(int((areas == area).sum()) for area in range(2, number + 1)), number - 1))
    return found


def _weights(world: World) -> np.ndarray:
    return world.read("digits", "layer1.weight", step=-1).astype(float)


def _pixels_for(squares: np.ndarray, share: float) -> int:
    """Return how many of the largest of numbers (n,) make up that share of their sum."""
    needed, count, left = share * squares.sum(), 0, sorted(squares.tolist())
    while needed > 0:
        needed -= left.pop()
        count += 1
    return count
