"""Finds a place for words where no curve runs through them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim.mobject.mobject import Mobject

DENSE = 0.05  # scene units between two places of a line that are looked at
MARGIN = 0.08  # scene units around the words


def first_free(words: Mobject, spots: Sequence[np.ndarray], lines: Sequence[np.ndarray]) -> np.ndarray:
    """Return the first of spots (3,) for the middle of words that no line crosses; the one least crossed where all are.

    lines: polylines (n, 3), scene units.
    """
    points = np.concatenate([_dense(line) for line in lines if len(line)]) if lines else np.zeros((0, 2))
    half = np.array([words.width, words.height]) / 2 + MARGIN
    crossed = [int((np.abs(points - spot[:2]) < half).all(axis=1).sum()) for spot in spots]
    return spots[int(np.argmin(crossed))]


def lines_over(mobject: Mobject) -> list[np.ndarray]:
    """Return lines across the box around something that words are to be clear of; none where there is nothing."""
    if not mobject.width:
        return []
    left, right = mobject.get_left()[0], mobject.get_right()[0]
    return [
        np.array([[left, y, 0.0], [right, y, 0.0]])
        for y in np.linspace(mobject.get_bottom()[1], mobject.get_top()[1], 4)
    ]


def _dense(line: np.ndarray) -> np.ndarray:
    """Return places (m, 2) along a polyline, close together."""
    ends = np.asarray(line, dtype=float)[:, :2]
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(ends, axis=0), axis=1))])
    wanted = np.linspace(0, along[-1], max(2, int(along[-1] / DENSE)))
    return np.column_stack([np.interp(wanted, along, ends[:, axis]) for axis in (0, 1)])
