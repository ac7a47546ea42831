"""Plots predictions against the truth: a dot for each example, blue above the line of equals, red below it."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from manim import DashedLine, Group

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import THIN, palette
from scenes.mobjects.plots.axes import Axes2D

ALPHA = 0.85  # of a dot
OUTSIDE = 0.4  # of a dot that waits at the edge, being further out
LARGEST, SMALLEST = 0.07, 0.018  # radius of a dot, scene units


def radius_of(count: int) -> float:
    """Return the radius, scene units, of each of `count` dots."""
    return float(np.clip(0.9 / np.sqrt(max(1, count)), SMALLEST, LARGEST))


class Scatter(Group):
    """Axes, truth across and prediction upwards, the line on which both are equal, and a dot for each example.

    truth, said: (n,); a dot is unseen where what is said is no number, and at the edge where it is further out. span:
    the numbers at the ends of both axes. width, height: scene units. x, y: further options of the axes.

    Members: `axes`, `equal`, `dots` (one Tiles, in the order given).
    """

    def __init__(
        self,
        truth: np.ndarray,
        said: np.ndarray,
        span: tuple[float, float],
        width: float,
        height: float,
        *,
        x: dict[str, Any],
        y: dict[str, Any],
    ) -> None:
        self.truth, self.span = np.asarray(truth, dtype=float), span
        self.axes = Axes2D(span, span, width, height, x=x, y=y)
        ends = [self.axes.point(one, one) for one in span]
        self.equal = DashedLine(*ends, stroke_width=THIN, color=palette().line, dash_length=0.1)
        places = np.zeros((len(self.truth), 3))
        fill = np.zeros((len(self.truth), 4))
        self.dots = Tiles(places, radius_of(len(places)), fill=fill, corner=1.0)
        super().__init__(self.axes, self.equal, self.dots)
        self.show(said)

    def places_of(self, said: np.ndarray) -> np.ndarray:
        """Return the places (n, 3) of the dots for predictions `said` (n,)."""
        return self.axes.point(np.clip(self.truth, *self.span), np.clip(np.nan_to_num(said), *self.span))

    def fill_of(self, said: np.ndarray) -> np.ndarray:
        """Return the colours (n, 4) of the dots for predictions `said` (n,)."""
        fill = np.empty((len(said), 4), np.float32)
        above = np.nan_to_num(said) >= self.truth
        fill[:, :3] = np.where(above[:, None], rgb255(palette().positive), rgb255(palette().negative))
        inside = (said >= self.span[0]) & (said <= self.span[1])
        fill[:, 3] = np.where(np.isfinite(said), np.where(inside, ALPHA, OUTSIDE), 0.0)
        return fill

    def show(self, said: np.ndarray, after: np.ndarray | None = None, share: float = 0.0) -> Self:
        """Show predictions (n,), or a share of the way to others."""
        then = said if after is None else after
        starts, ends = self.places_of(said), self.places_of(then)
        self.dots.move_items(starts + (ends - starts) * share)
        now = said + (then - said) * share if share < 1 else then
        self.dots.fill = self.fill_of(now)
        return self


def pile_up(values: np.ndarray, half: float, width: float, height: float, bins: int) -> tuple[np.ndarray, float]:
    """Return the places of dots piled up by their values, those beyond ±half in the outermost piles.

    values: (n,), finite. width, height: of all piles, scene units. Returns the dots' centers (n, 3), from the middle of
    the floor, and how far apart they are.
    """
    pile = np.clip(((values + half) / (2 * half) * bins).astype(int), 0, bins - 1)
    most = int(np.bincount(pile, minlength=bins).max(initial=1))
    each = width / bins
    across = 1
    while -(-most // across) * (0.92 * each / across) > height:
        across += 1
    pitch = 0.92 * each / across
    centers = np.zeros((len(values), 3))
    for number in range(bins):
        own = np.flatnonzero(pile == number)
        own = own[np.argsort(np.abs(values[own]), kind="stable")]
        place = np.arange(len(own))
        centers[own, 0] = (number + 0.5) * each - width / 2 + (place % across - (across - 1) / 2) * pitch
        centers[own, 1] = (place // across + 0.5) * pitch
    return centers, pitch
