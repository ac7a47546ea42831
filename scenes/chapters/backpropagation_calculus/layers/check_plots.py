"""Draws the check of a gradient: one way of computing it over the other, and the error over the step h."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, PI, DashedLine, Group, VGroup

from scenes.chapters.backpropagation_calculus.layers.check import GradientCheck
from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Mark
from scenes.look.boxes import FrameBox
from scenes.look.style import SMALL, palette
from scenes.mobjects.plots.axes import Axes2D, Curve
from scenes.text.typeset import Formula, Words

RADIUS, ALPHA = 0.04, 0.6  # of a point: scene units, and how much it covers
BESIDE = 0.95  # scene units for what is written beside an axis


class BothWays(Group):
    """Each entry of a gradient as a point: to the right by backpropagation, upwards by differences.

    names: of both axes.
    """

    def __init__(self, check: GradientCheck, box: FrameBox, names: tuple[Words, Words]) -> None:
        most = 1.08 * max(float(np.abs(check.analytic).max()), 1e-12)
        side = min(box.width, box.height) - BESIDE
        look = {"ticks": 3, "form": "{:.2g}"}
        self.axes = Axes2D((-most, most), (-most, most), side, side, x=look, y=look)
        self.names = _named(self.axes, names)
        Group(self.axes, self.names).move_to(box.center)
        points = self.axes.point(check.analytic, check.numeric)
        fill = np.tile([*rgb255(palette().attention), ALPHA], (len(points), 1))
        self.points_of = Tiles(points, RADIUS, fill=fill, corner=1.0)
        ends = [self.axes.point(end, end) for end in (-most, most)]
        diagonal = DashedLine(*ends, color=palette().muted, stroke_width=1.5)
        super().__init__(self.axes, self.names, diagonal, self.points_of)


class ErrorOverStep(Group):
    """The largest error of the differences over their step h, both on logarithmic scales. names: of both axes."""

    def __init__(self, check: GradientCheck, box: FrameBox, names: tuple[Words, Words]) -> None:
        x, y = np.log10(check.steps), np.log10(np.maximum(check.errors, 1e-300))
        across, up = ((float(np.floor(part.min())), float(np.ceil(part.max()))) for part in (x, y))
        look = {"ticks": 5, "form": _power}
        self.axes = Axes2D(across, up, box.width - BESIDE - 0.7, box.height - BESIDE, x=look, y=look)
        self.names = _named(self.axes, names)
        Group(self.axes, self.names).move_to(box.center)
        order = np.argsort(x)
        places = self.axes.point(x[order], y[order])
        self.curve = Curve(places, np.ones(len(places), dtype=bool), color=palette().positive)
        fill = np.tile([*rgb255(palette().positive), 1.0], (len(places), 1))
        self.points_of = Tiles(places, 1.8 * RADIUS, fill=fill, corner=1.0)
        super().__init__(self.axes, self.names, self.curve, self.points_of)


def _power(power: float) -> Formula:
    return Formula(f"10^({power:g})", SMALL, palette().muted, because=Mark(10))


def _named(axes: Axes2D, names: tuple[Words, Words]) -> VGroup:
    across, up = names
    across.next_to(axes.x_axis, DOWN, buff=0.12)
    up.rotate(PI / 2).next_to(axes.y_axis, LEFT, buff=0.12)
    return VGroup(across, up)
