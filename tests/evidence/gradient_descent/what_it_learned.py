"""What the first layer looks like, by other ways: Fourier transforms, single pairs of pixels, MNIST's own images."""

from __future__ import annotations

import numpy as np

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
    """Lay every edge at every place over the weights, pixel by pixel, and keep what the best one explains."""
    weights = _weights(world)[-1].reshape(-1, 784).astype(np.float64)
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    y, x = np.divmod(np.arange(784), 28)
    right, down = x - x[:, None], y - y[:, None]  # (middle, pixel) from the edge's middle
    best = 0.0
    for turn in range(8):
        direction = np.exp(1j * np.pi * turn / 8)
        place = (right + 1j * down) * np.conj(direction)
        for width in (1.5, 2.5, 4.0, 6.0):
            for longer in (1.0, 2.0):
                away = np.hypot(place.real / width, place.imag / width / longer)
                edges = np.exp(-(away**2) / 2) * np.sin(2 * np.pi * place.real / (3 * width))
                cosines = weights @ (edges / np.linalg.norm(edges, axis=1, keepdims=True)).T
                best = max(best, float(np.abs(cosines).max()) ** 2)
    return best


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
