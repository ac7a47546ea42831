"""What the first layer looks like, by other ways: Fourier transforms, single pairs of pixels, MNIST's own images."""

from __future__ import annotations

import numpy as np

from tests.evidence.edges import explained_by_an_edge
from tests.evidence.networks import answers_of
from tests.evidence.world import World

SHOWN = 24  # neurons, of which one is looked at closely


def alike(world: World) -> object:
    values = _weights(world)
    return {name: float(np.median([_alike(one) for one in values[at]])) for name, at in (("start", 0), ("end", -1))}


def changed(world: World) -> float:
    values = _weights(world).astype(np.float64)
    went = [((end - start) ** 2).sum() / (start**2).sum() for start, end in zip(values[0], values[-1], strict=True)]
    return float(np.median(np.sqrt(went)))


def closeup(world: World) -> object:
    values = _weights(world).astype(np.float64)
    went = ((values - values[0]) ** 2).sum(axis=(2, 3))[:, :SHOWN]  # (snapshot, neuron), squared
    neuron = int(went[-1].argmax())
    half = next(place for place, gone in enumerate(went[:, neuron]) if gone >= went[-1, neuron] / 4)
    steps = world["digits"].steps("layer1.weight")
    return {"alike": _alike(values[-1, neuron]), "steps": [int(steps[0]), int(steps[half]), int(steps[-1])]}


def edge_share(world: World) -> float:
    return explained_by_an_edge(_weights(world)[-1])


def never_lit(world: World) -> object:
    values = _weights(world)
    dark = world.mnist.train.inputs.max(axis=0) == 0
    moved = np.ptp(values, axis=0).max(axis=0) > 0
    return {"pixels": int(np.count_nonzero(dark)), "moved": int(np.count_nonzero(dark & moved))}


def right(world: World) -> float:
    test = world.mnist.test
    return float((answers_of(world, test.inputs).argmax(axis=1) == test.labels).mean())


def full_shade(world: World) -> object:
    sizes = np.sort(np.abs(_weights(world)[-1]).ravel().astype(np.float64))
    full = float(np.interp(0.98 * (len(sizes) - 1), np.arange(len(sizes)), sizes))
    return {"full": full, "beyond": float((sizes > full).mean()), "strongest": float(sizes[-1])}


def _weights(world: World) -> np.ndarray:
    """Return the first layer's weights, (snapshot, neuron, row, column)."""
    values = world.read("digits", "layer1.weight")
    return values.reshape(*values.shape[:2], 28, 28)


def _alike(picture: np.ndarray) -> float:
    """Return how alike the weights of pairs of neighbouring pixels are."""
    away = picture.astype(np.float64) - picture.mean(dtype=np.float64)
    pairs = [[away[r, c] * away[r + d, c + 1 - d] for r in range(28 - d) for c in range(27 + d)] for d in (0, 1)]
    return float(np.mean([np.mean(products) for products in pairs]) / np.var(away))
