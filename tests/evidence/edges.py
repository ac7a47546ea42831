"""How much of a neuron's weights one edge explains, by laying every edge over them, pixel by pixel."""

from __future__ import annotations

import numpy as np


def explained_by_an_edge(weights: np.ndarray) -> float:
    """Return the largest share of a neuron's squared weights, (neuron, …) of 28 x 28 pixels, that one edge explains."""
    weights = weights.reshape(-1, 784).astype(np.float64)
    weights = weights / np.linalg.norm(weights, axis=1, keepdims=True)
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
