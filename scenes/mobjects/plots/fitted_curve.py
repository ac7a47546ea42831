"""Plots a prediction as a line over the inputs, and the truth as dots that it is to come close to."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from manim import Group

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import STROKE, palette
from scenes.mobjects.plots.axes import Axes2D, Curve
from scenes.mobjects.plots.scatter import radius_of

ALPHA = 0.55  # of a dot of the truth
ROOM = 0.03  # of the inputs' span, left and right of them


class FittedCurve(Group):
    """Axes over one number that goes in, the truth as dots, and what is predicted as a line from input to input.

    inputs, truth, said: (n,). span: the numbers at the ends of the upright axis; the line breaks where it is further
    out or no number. width, height: scene units. x, y: further options of the axes.

    Members: `axes`, `truths` (one Tiles), `curve`.
    """

    def __init__(
        self,
        inputs: np.ndarray,
        truth: np.ndarray,
        said: np.ndarray,
        span: tuple[float, float],
        width: float,
        height: float,
        *,
        x: dict[str, Any],
        y: dict[str, Any],
    ) -> None:
        self.order, self.span = np.argsort(inputs, kind="stable"), span
        self.inputs = np.asarray(inputs, dtype=float)[self.order]
        low, high = self.inputs[[0, -1]]
        room = ROOM * (high - low)
        self.axes = Axes2D((low - room, high + room), span, width, height, x=x, y=y)
        fill = np.tile(np.append(rgb255(palette().line), ALPHA), (len(truth), 1))
        places = self.axes.point(self.inputs, np.clip(truth[self.order], *span))
        self.truths = Tiles(places, 0.8 * radius_of(len(truth)), fill=fill, corner=1.0)
        self.curve = Curve(places, np.zeros(len(truth), dtype=bool), color=palette().attention)
        self.curve.set_stroke(width=1.6 * STROKE)
        super().__init__(self.axes, self.truths, self.curve)
        self.show(said)

    def show(self, said: np.ndarray, after: np.ndarray | None = None, share: float = 0.0) -> Self:
        """Show predictions (n,), or a share of the way to others."""
        then = said if after is None else after
        now = (said + (then - said) * share if share < 1 else then)[self.order]
        shown = np.isfinite(now) & (now >= self.span[0]) & (now <= self.span[1])
        points = self.axes.point(self.inputs, np.where(shown, now, self.span[0]))
        self.curve.set_points(Curve(points, shown).points)
        return self
