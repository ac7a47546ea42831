"""Projects vectors onto a plane, by principal component analysis or along a given direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Projection:
    """A plane (or space) through `center` (feature,), spanned by the rows of `axes` (dimension, feature), orthonormal.

    explained: share of the variance of the vectors it was fitted to that it keeps, 0 to 1.
    """

    center: np.ndarray
    axes: np.ndarray
    explained: float

    def of(self, vectors: np.ndarray) -> np.ndarray:
        """Return the coordinates (…, dimension) in the plane of vectors (…, feature)."""
        return (vectors - self.center) @ self.axes.T

    def direction(self, steps: np.ndarray) -> np.ndarray:
        """Return the coordinates (…, dimension) in the plane of differences of vectors (…, feature)."""
        return steps @ self.axes.T


def principal_plane(vectors: np.ndarray, dimensions: int = 2) -> Projection:
    """Return the plane that principal component analysis fits to vectors (n, feature).

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


def plane_along(direction: np.ndarray, vectors: np.ndarray) -> Projection:
    """Return the plane along one direction (feature,) and, across it, along where vectors (n, feature) differ most.

    The direction is the second axis: what points there is seen in its full length.
    """
    upwards = direction / np.linalg.norm(direction)
    beside = vectors - np.outer(vectors @ upwards, upwards)
    across = principal_plane(beside, 1).axes[0]
    center = vectors.mean(axis=0)
    axes = np.stack([across, upwards])
    total = float(((vectors - center) ** 2).sum())
    kept = float((((vectors - center) @ axes.T) ** 2).sum())
    return Projection(center, axes, kept / total if total else 1.0)
