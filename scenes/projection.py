"""Vectors of many numbers in a plane: the one through them that keeps most of their differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Projection:
    """A plane (or space) through `center` (feature,), spanned by the rows of `axes` (dimension, feature), orthonormal.

    explained: which share of the variance of the vectors that it was laid through it keeps, 0 to 1.
    """

    center: np.ndarray
    axes: np.ndarray
    explained: float

    def of(self, vectors: np.ndarray) -> np.ndarray:
        """Return where vectors (…, feature) fall, (…, dimension)."""
        return (vectors - self.center) @ self.axes.T

    def direction(self, steps: np.ndarray) -> np.ndarray:
        """Return how differences of vectors (…, feature) are seen, (…, dimension)."""
        return steps @ self.axes.T


def principal_plane(vectors: np.ndarray, dimensions: int = 2) -> Projection:
    """Lay a plane through vectors (n, feature) by principal component analysis.

    Each axis points to the side on which its largest coordinate lies, so that the picture does not depend on chance.
    """
    center = vectors.mean(axis=0)
    _, sizes, rows = np.linalg.svd(vectors - center, full_matrices=False)
    axes = rows[:dimensions]
    places = (vectors - center) @ axes.T
    farthest = places[np.abs(places).argmax(axis=0), np.arange(len(axes))]
    signs = np.where(farthest < 0, -1.0, 1.0)
    power = sizes**2
    total = float(power.sum())
    return Projection(center, axes * signs[:, None], float(power[:dimensions].sum() / total) if total else 1.0)
