"""Plots how numbers are distributed at each step of a training: the median as a line, and bands around it."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import VGroup, VMobject

from scenes.look.style import palette
from scenes.mobjects.plots.growing_plot import GrowingPlot
from scenes.mobjects.plots.long_curve import LongCurve

OPACITIES = (0.3, 0.6)  # of the outer band and of the inner one


class BandPlot(GrowingPlot):
    """A plot of quantiles (n, 5) at steps (n,): between the outer two a faint band, a stronger one between the inner.

    What is above 0 is blue, what is below red. Where the quantiles are no numbers there is neither band nor line.
    """

    def __init__(
        self,
        steps: np.ndarray,
        quantiles: np.ndarray,
        first: float,
        last: float,
        width: float,
        height: float,
        **kwargs: Any,
    ) -> None:
        low, high = span_of(quantiles)
        self._edges: list[LongCurve] = []
        self.bands = VGroup()
        super().__init__(first, last, high, width, height, low=low, **kwargs)
        self._edges = [LongCurve(steps, column, first, last, len(steps)) for column in quantiles.T]
        for opacity in OPACITIES:
            for shade in (palette().positive, palette().negative):
                self.bands.add(VMobject(stroke_width=0, fill_color=shade, fill_opacity=opacity))
        self.add(self.bands)
        self.add_line(steps, quantiles[:, 2], palette().text)

    def show(self, now: float, told: float | None = None) -> BandPlot:
        """Draw all as it is at step `now`, curves and bands no further than to step `told` if that is given."""
        super().show(now, told)
        if not self._edges:
            return self
        until = now if told is None else told
        steps, _ = self._edges[0].visible(until, self.reach)
        edges = np.array([edge.visible(until, self.reach)[1] for edge in self._edges])  # (quantile, step)
        known = np.isfinite(edges).all(axis=0)
        steps, edges = steps[known], edges[:, known]
        for pair, (below, above) in enumerate(((edges[0], edges[-1]), (edges[1], edges[-2]))):
            self._fill(self.bands[2 * pair], steps, np.maximum(below, 0), np.maximum(above, 0))
            self._fill(self.bands[2 * pair + 1], steps, np.minimum(below, 0), np.minimum(above, 0))
        return self

    def _fill(self, band: VMobject, steps: np.ndarray, below: np.ndarray, above: np.ndarray) -> None:
        """Make a band reach from one edge to the other."""
        if len(steps) < 2 or (below == above).all():
            band.clear_points()
            return
        there = self.place(steps, above)
        back = self.place(steps, below)[::-1]
        band.set_points_as_corners(np.concatenate([there, back, there[:1]]))


def span_of(quantiles: np.ndarray) -> tuple[float, float]:
    """Return the ends of an axis that holds 0 and all finite quantiles (n, 5)."""
    finite = quantiles[np.isfinite(quantiles).all(axis=1)]
    low, high = min(0.0, float(finite.min(initial=0.0))), max(0.0, float(finite.max(initial=0.0)))
    return (low, high) if low < high else (low, low + 1.0)
