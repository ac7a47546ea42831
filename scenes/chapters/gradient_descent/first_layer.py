"""What the first layer's weights show as pictures: how alike neighbours are, and how much one edge explains."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scenes.mobjects.colormap import full_shade
from scenes.mobjects.pixels import SignedPicture
from scenes.series import Series

ACROSS = (1.5, 2.5, 4.0, 6.0)  # pixels from an edge's middle within which most of it lies
ALONG = (1.0, 2.0)  # how many times as far it reaches along its line
WAVE = 3.0  # times as far as it reaches across: the distance at which it would repeat itself
DIRECTIONS = 8


class Weights:
    """The recorded weights of the first layer.

    values: (snapshot, neuron, pixel). neuron: of the first `most`, the one that went farthest from its start. between:
    the first snapshot at which it has gone half of that. changed: how far the neurons went, by their length at the
    start, in the median.
    """

    def __init__(self, series: Series, most: int) -> None:
        self.series, self.values, self.steps = series, series.values, series.steps
        self.scale = full_shade(self.values[-1])
        self.strongest = float(np.abs(self.values[-1]).max())
        self.side = int(np.sqrt(self.values.shape[2]))
        gone = np.linalg.norm(self.values - self.values[:1], axis=2)  # (snapshot, neuron) from the start
        self.neuron = int(gone[-1, :most].argmax())
        self.between = int(np.searchsorted(gone[:, self.neuron] / max(gone[-1, self.neuron], 1e-12), 0.5))
        self.changed = float(np.median(gone[-1] / np.linalg.norm(self.values[0], axis=1)))

    def pictures(self, snapshot: int) -> np.ndarray:
        """Return the weights at a snapshot, (neuron, row, column)."""
        return self.values[snapshot].reshape(-1, self.side, self.side)

    def moved(self) -> np.ndarray:
        """Return where some neuron's weight ever changed, (row, column) bool."""
        return (self.values != self.values[:1]).any(axis=(0, 1)).reshape(self.side, self.side)

    def picture(self, snapshot: int, neuron: int, height: float) -> SignedPicture:
        """Return one neuron's weights at a snapshot, to the scale of all."""
        return SignedPicture(self.pictures(snapshot)[neuron], scale=self.scale, height=height, line=0)


def neighbours_alike(pictures: np.ndarray) -> np.ndarray:
    """Return the correlation of weights that lie beside or above each other, (neuron,).

    It is about 0 for noise, and 1 for one smooth patch. pictures: (neuron, row, column).
    """
    away = pictures - pictures.mean(axis=(1, 2), keepdims=True)
    beside = (away[:, :, 1:] * away[:, :, :-1]).mean(axis=(1, 2))
    above = (away[:, 1:] * away[:, :-1]).mean(axis=(1, 2))
    return (beside + above) / 2 / (away**2).mean(axis=(1, 2))


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
