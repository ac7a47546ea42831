"""Sorts the dots of predictions into piles by their errors."""

from __future__ import annotations

import numpy as np
from manim import DOWN, UP, DashedLine, Group

from scenes.animate.fits.fits import Fits
from scenes.animate.shared.own import OwnBeat
from scenes.drawing.flight import Flight
from scenes.language.translation import N_
from scenes.look.style import SMALL, THIN, palette
from scenes.mobjects.plots.axes import AxisLine
from scenes.mobjects.plots.scatter import Scatter, pile_up

FAR = 4.0  # root mean squared errors at which the piles end
BINS = (10, 40)  # piles, at least and at most


def beyond_piles(fits: Fits) -> bool:
    """Tell whether an error of an output that is shown lies beyond its piles."""
    return bool((np.abs(fits.residuals).max(axis=0) > FAR * fits.errors[-1]).any())


def pile_of(beat: OwnBeat, fits: Fits, number: int, plot: Scatter) -> tuple[Flight, Group]:
    """Return the flight of an output's dots to their piles, and the floor on which these stand."""
    residuals = fits.residuals[:, number]
    half = min(float(np.abs(residuals).max()), FAR * float(fits.errors[-1, number])) or 1.0
    line = plot.axes.x_axis.line
    start, end = line.get_start_and_end()
    width, height = float(end[0] - start[0]), 0.9 * plot.axes.y_axis.line.get_length()
    bins = int(np.clip(np.sqrt(len(residuals)), *BINS)) // 2 * 2
    places, pitch = pile_up(residuals, half, width, height, bins)
    target = plot.dots.copy()
    target.move_items(places + (start + end) / 2)
    target.scale_items(0.46 * pitch / (plot.dots.item(0).width / 2))
    floor = AxisLine((-half, half), width, ticks=3 if width < 4 else 5, form="{:.2g}")
    floor.shift((start + end) / 2 - floor.line.get_center())
    middle = floor.to_point(0.0)
    told = [] if len(fits.outputs) > 1 else [beat.words(N_("prediction − truth"), SMALL, color=palette().muted)]
    for words in told:
        words.next_to(floor, DOWN, buff=0.12)
    zero = DashedLine(middle, middle + (height + 0.2) * UP, stroke_width=THIN, color=palette().line)
    order = np.argsort(np.argsort(np.abs(residuals))) / max(1, len(residuals) - 1)
    return Flight(plot.dots, target, order=order, lag=0.6), Group(floor, zero, *told)
