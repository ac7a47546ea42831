"""A plot over the steps of a training that is under way: when its curves get to the edge, the axis reaches further."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import DOWN, Dot, Line, VGroup
from manim.utils.color import ParsableManimColor

from scenes.mobjects.axes import LABEL_GAP, MOST_POINTS, TICK, Axes2D, Curve, those_that_show, up_to
from scenes.mobjects.glyphs import format_number
from scenes.mobjects.typeset import Words
from scenes.style import SMALL, STROKE, THIN, palette

CROWDED = 0.23  # share of the axis up to which a mark is left out: further marks need the room
FADING = 0.05  # share of the axis along which a mark fades


@dataclass
class _Line:
    """What a curve shows, (n,) each, and the curve as far as it is drawn."""

    steps: np.ndarray
    values: np.ndarray
    curve: Curve


class GrowingPlot(VGroup):
    """Axes from step 0 to `reach`, and curves over them that end where the training is.

    first: the step to which the axis reaches at the beginning. last: the training's last step. high: the value at the
    upper end. y: further options of the upright axis. marked: whether steps are written below.
    `show(now)` draws all as it is at a step: the axis reaches to `first`, or to `now` where that is further.
    """

    def __init__(
        self,
        first: float,
        last: float,
        high: float,
        width: float,
        height: float,
        *,
        y: dict[str, Any],
        marked: bool = False,
    ) -> None:
        self.first = self.reach = float(first)
        self.axes = Axes2D((0, first), (0, high), width, height, x={"ticks": (), "form": ""}, y=y)
        numbers = [digit * 10**power for power in range(9) for digit in (1, 2, 5) if digit * 10**power <= last]
        self.marks = {number: _mark(number, marked) for number in (0, *numbers)}
        self.lines: list[_Line] = []
        self.tips = VGroup()
        super().__init__(self.axes, *self.marks.values())
        self.show(0.0)

    def add_line(
        self, steps: np.ndarray, values: np.ndarray, color: ParsableManimColor, *, faint: bool = False
    ) -> None:
        """Add a curve through values measured at steps, (n,) each; all but a faint one carry a dot at their tip."""
        curve = Curve(np.zeros((2, 3)), np.ones(2, dtype=bool), color=color)
        curve.set_stroke(width=0.7 * THIN if faint else 1.4 * STROKE, opacity=0.8 if faint else 1)
        self.lines.append(_Line(steps.astype(float), values, curve))
        self.add(curve)
        if not faint:
            self.tips.add(Dot(radius=0.07, color=color))
            self.add(self.tips[-1])
        self.show(0.0)

    def place(self, steps: np.ndarray | float, values: np.ndarray | float) -> np.ndarray:
        """Return where steps and values are, the axis reaching as far as it does now."""
        return self.axes.point(np.asarray(steps) * self.first / self.reach, values)

    def show(self, now: float) -> GrowingPlot:
        """Draw all as it is at step `now`."""
        self.reach = max(self.first, now)
        for number, mark in self.marks.items():
            share = number / self.reach
            mark.shift(self.place(number, 0) - mark[0].get_start())
            mark.set_opacity(float(np.clip((share - CROWDED) / FADING, 0, 1)) * (share <= 1) if number else 1.0)
        tips = iter(self.tips)
        for line in self.lines:
            steps, values = up_to(line.steps, line.values, max(now, 1e-6))
            kept = those_that_show(values, MOST_POINTS)
            points = self.place(steps[kept], values[kept])
            line.curve.set_points(Curve(points, np.ones(len(kept), dtype=bool)).points)
            if line.curve.get_stroke_opacity() == 1:
                next(tips).move_to(points[-1])
        return self


def _mark(number: int, written: bool) -> VGroup:
    """Return a tick, and below it the step that it stands for."""
    tick = Line(0 * DOWN, TICK * DOWN, color=palette().muted, stroke_width=THIN)
    mark = VGroup(tick)
    if written:
        mark.add(Words(format_number(number, "{:,.0f}"), SMALL, palette().muted).next_to(tick, DOWN, buff=LABEL_GAP))
    return mark
