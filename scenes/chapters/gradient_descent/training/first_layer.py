"""What the first layer's weights show as pictures, and how alike neighbours are."""

from __future__ import annotations

import numpy as np

from scenes.evidence.series import Series
from scenes.mobjects.pictures.colormap import full_shade
from scenes.mobjects.pictures.pixels import SignedPicture


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
