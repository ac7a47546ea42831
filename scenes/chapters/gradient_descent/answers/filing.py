"""A number that flies to where it is filed, and the formula in its way that fades meanwhile."""

from __future__ import annotations

import numpy as np
from manim import UpdateFromAlphaFunc
from manim.utils.rate_functions import smooth

from scenes.text.numbers import Number

FADES = 0.2  # share of a flight in which what is in its way goes, and of that in which it comes back


def flight_below(number: Number, place: np.ndarray, scale: float) -> UpdateFromAlphaFunc:
    """Return the way of a number to a place, (3,): sideways at its own height, then up, `scale` times as large there.

    It waits until what fades at the rate `gone_between` is gone, and ends before that is back.
    """
    start, size = number.get_center(), number.size
    corner = np.array([place[0], start[1], 0])
    ways = np.cumsum([0, np.linalg.norm(corner - start), np.linalg.norm(place - corner)])

    def fly(number: Number, alpha: float) -> None:
        gone = alpha * ways[-1]
        middle = [np.interp(gone, ways, along) for along in np.stack([start, corner, place], axis=1)]
        number.scale((1 + (scale - 1) * alpha) * size / number.size).move_to(middle)

    return UpdateFromAlphaFunc(number, fly, rate_func=_between_fades)


def gone_between(alpha: float) -> float:
    """A rate at which something fades, stays away and comes back."""
    return float(np.clip(min(alpha, 1 - alpha) / FADES, 0, 1))


def _between_fades(alpha: float) -> float:
    return float(smooth(np.clip((alpha - FADES) / (1 - 2 * FADES), 0, 1)))
