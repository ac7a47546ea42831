"""Measures how much of a picture of weights one clean edge explains."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

CLEAN = 0.5  # the share of a picture's squared weights from which an edge explains it
ACROSS = (1.5, 2.5, 4.0, 6.0)  # pixels from an edge's middle within which most of it lies
ALONG = (1.0, 2.0)  # how many times as far it reaches along its line
WAVE = 3.0  # times as far as it reaches across: the distance at which it would repeat itself
DIRECTIONS = 8


def edge_share(pictures: np.ndarray) -> float:
    """Return the largest share of a picture's squared weights that one edge explains, wherever it lies.

    Its weights are positive on one side of a straight line, negative on the other, and fade away from its middle, as
    in Gabor's functions; the share is the squared cosine between it, cut off at the picture's border, and the picture.
    pictures: (neuron, row, column).
    """
    side = pictures.shape[1]
    size = (3 * side, 3 * side)  # so that nothing comes round from the other side
    seen, whole = np.fft.rfft2(pictures, size), np.fft.rfft2(np.ones((side, side)), size)
    lengths = (pictures.astype(np.float64) ** 2).sum(axis=(1, 2), keepdims=True)
    best = 0.0
    for edge in _edges(side):
        product = np.fft.irfft2(seen * np.fft.rfft2(edge, size).conj(), size)  # (neuron, row, column) of the middle
        square = np.fft.irfft2(whole * np.fft.rfft2(edge**2, size).conj(), size)
        shares = np.roll(product**2 / lengths, (side - 1, side - 1), axis=(1, 2))[:, :side, :side]
        best = max(best, float((shares / np.roll(square, (side - 1, side - 1), axis=(0, 1))[:side, :side]).max()))
    return best


def _edges(side: int) -> Iterator[np.ndarray]:
    """Yield edges of each direction and size around the middle of a square twice as wide as a picture."""
    y, x = np.mgrid[1 - side : side, 1 - side : side]
    for angle in np.pi * np.arange(DIRECTIONS) / DIRECTIONS:
        across, along = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        for width in ACROSS:
            for longer in ALONG:
                fading = np.exp(-(across**2 + (along / longer) ** 2) / (2 * width**2))
                yield fading * np.sin(2 * np.pi * across / (WAVE * width))
