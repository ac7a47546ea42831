"""Plots curves over the steps of a running training: when they get to the edge, the axis reaches further."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import DOWN, Dot, Line, VGroup
from manim.utils.color import ParsableManimColor

from scenes.evidence.evidence import Mark
from scenes.look.style import SMALL, STROKE, THIN, palette
from scenes.mobjects.plots.axes import LABEL_GAP, TICK, Axes2D, Curve
from scenes.mobjects.plots.long_curve import LongCurve
from scenes.text.glyphs import format_number
from scenes.text.typeset import Formula, Words

CROWDED = 0.23  # share of the axis up to which a mark is left out: further marks need the room
FADING = 0.05  # share of the axis along which a mark fades
COLUMNS = 120  # a scene unit of width, into which the steps of a long curve are cut
PLAIN_POWERS = range(-3, 5)  # of ten, that are written out
MOST_POWERS = 6  # that are marked on a logarithmic axis


@dataclass
class _Line:
    """What a curve shows, the curve as far as it is drawn, and the dot at its tip if there is one."""

    data: LongCurve
    curve: Curve
    tip: Dot | None


class GrowingPlot(VGroup):
    """Axes from step 0 to `reach`, and curves over them that end where the training is.

    first: the step to which the axis reaches at the beginning. last: the training's last step. high, low: the values at
    the ends of the upright axis. y: its further options; of a logarithmic one the ticks are powers of ten. marked:
    whether steps are written below. crowded: share of the axis up to which there is no mark but that of step 0.
    `show(now)` draws all as it is at a step: the axis reaches to `first`, or to `now` where that is further. Where the
    step is told that was recorded last, `show(now, told)`, the curves end there.
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
        low: float = 0.0,
        logarithmic: bool = False,
        crowded: float = CROWDED,
    ) -> None:
        self.first = self.reach = float(first)
        self.last, self._crowded, self._columns = float(last), crowded, round(COLUMNS * width)
        self._scale = np.log10 if logarithmic else np.asarray
        span = (float(self._scale(low)), float(self._scale(high)))
        upright = {**power_ticks(*span), **y} if logarithmic else y
        self.axes = Axes2D((0, first), span, width, height, x={"ticks": (), "form": ""}, y=upright)
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
        tip = None if faint else Dot(radius=0.07, color=color)
        self.lines.append(_Line(LongCurve(steps, values, self.first, self.last, self._columns), curve, tip))
        self.add(curve)
        if tip:
            self.tips.add(tip)
            self.add(tip)
        self.show(0.0)

    def place(self, steps: np.ndarray | float, values: np.ndarray | float) -> np.ndarray:
        """Return the scene points of steps and values, on the axis as far as it reaches now."""
        return self.axes.point(np.asarray(steps) * self.first / self.reach, self._scale(values))

    def bottom(self, steps: np.ndarray | float) -> np.ndarray:
        """Return the scene points of steps on the axis of steps."""
        return self.axes.x_axis.to_point(np.asarray(steps) * self.first / self.reach)

    def show(self, now: float, told: float | None = None) -> GrowingPlot:
        """Draw all as it is at step `now`, curves no further than to step `told` if that is given."""
        self.reach = max(self.first, now)
        for number, mark in self.marks.items():
            share = number / self.reach
            opacity = float(np.clip((share - self._crowded) / FADING, 0, 1)) * (share <= 1) if number else 1.0
            shown = mark[0].get_stroke_opacity()
            if opacity == shown == 0:
                continue  # most marks are not to be seen most of the time
            mark.shift(self.bottom(number) - mark[0].get_start())
            if opacity != shown:
                mark.set_opacity(opacity)
        for line in self.lines:
            self._draw(line, now, told)
        return self

    def _draw(self, line: _Line, now: float, told: float | None) -> None:
        """Draw a curve as far as it goes at step `now`, or to what was measured last up to step `told`."""
        steps, values = line.data.visible(now if told is None else told, self.reach, measured=told is not None)
        shown = np.isfinite(values)
        points = self.place(steps, np.where(shown, values, 1.0))
        line.curve.set_points(Curve(points, shown).points)
        if line.tip:
            line.tip.set_opacity(float(shown.any()))
            if shown.any():
                line.tip.move_to(points[shown][-1])


def power_ticks(low: float, high: float) -> dict[str, Any]:
    """Return ticks and their form for an axis from 10**low to 10**high."""
    powers = range(int(np.ceil(low - 1e-9)), int(np.floor(high + 1e-9)) + 1)
    powers = powers[:: -(-len(powers) // MOST_POWERS)]
    plain = all(power in PLAIN_POWERS for power in powers)

    def write(power: float) -> str | Formula:
        if plain:
            return format_number(10.0**power, f"{{:,.{max(0, -round(power))}f}}")
        return Formula(f"10^({power:.0f})", SMALL, palette().muted, because=Mark(10))

    return {"ticks": [float(power) for power in powers], "form": write}


def _mark(number: int, written: bool) -> VGroup:
    """Return a tick, and below it the step that it stands for."""
    tick = Line(0 * DOWN, TICK * DOWN, color=palette().muted, stroke_width=THIN)
    mark = VGroup(tick)
    if written:
        text = format_number(number, "{:,.0f}")
        mark.add(Words(text, SMALL, palette().muted, because=Mark(text)).next_to(tick, DOWN, buff=LABEL_GAP))
    return mark
