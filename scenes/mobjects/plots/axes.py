"""Draws number lines, axes and curves, with few and readable labels."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Create, Line, linear
from manim.animation.animation import Animation
from manim.constants import LineJointType
from manim.mobject.types.vectorized_mobject import VGroup, VMobject
from manim.utils.color import ParsableManimColor

from scenes.evidence.evidence import Mark
from scenes.look.style import SMALL, STROKE, THIN, palette
from scenes.text.glyphs import format_number
from scenes.text.typeset import Typeset, Words

TICK = 0.09  # scene units, half of it on each side of the line
_POWER = re.compile(r"e[+]?(−?)0*(?=[0-9])")  # of ten, as Python writes it: "e+07"
APART = 0.06  # scene units between two labels, at least
LABEL_GAP = 0.14  # scene units between a tick and its label
MOST_POINTS = 1600  # of a curve: more than twice the pixels it is ever wide does not show


class AxisLine(VGroup):
    """A line with ticks and numbers.

    span: the numbers at its ends. length: scene units. ticks: where, or about how many at round numbers. form: how
    their numbers are written, as `str.format` takes it or as a function tells or sets it; "" for none. upright: runs
    upwards rather than to the right. label: what the line measures, beyond its far end.
    """

    def __init__(
        self,
        span: tuple[float, float],
        length: float,
        *,
        ticks: Sequence[float] | int = 5,
        form: str | Callable[[float], str | Typeset] = "{:g}",
        upright: bool = False,
        label: str | Typeset = "",
        size: float = SMALL,
        color: ParsableManimColor | None = None,
    ) -> None:
        low, high = span
        if not low < high:
            raise ValueError(f"a number line runs from a smaller to a larger number, got {span}")
        self.span = (float(low), float(high))
        shade = palette().muted if color is None else color
        along, across = (UP, LEFT) if upright else (RIGHT, DOWN)
        self.line = Line(-along * length / 2, along * length / 2, color=shade, stroke_width=STROKE)
        places = [float(tick) for tick in (round_numbers(low, high, ticks) if isinstance(ticks, int) else ticks)]
        points = dict(zip(places, self.to_point(np.array(places)), strict=True))
        self.ticks = VGroup(
            *(Line(at - across * TICK, at + across * TICK, color=shade, stroke_width=THIN) for at in points.values())
        )
        write: Callable[[float], str | Typeset] = (
            (lambda number: _POWER.sub(r"e\1", format_number(number, form))) if isinstance(form, str) else form
        )
        labels = [
            (Words(text, size, shade, because=Mark(text)) if isinstance(text, str) else text).next_to(
                at, across, buff=LABEL_GAP
            )
            for text, at in zip(map(write, points if form else ()), points.values(), strict=False)
        ]
        self.labels = VGroup(*_apart(labels, int(upright)))
        self.label = Words(label, size, shade) if isinstance(label, str) else label
        super().__init__(self.line, self.ticks, self.labels, self.label)
        if len(self.label):
            self.label.next_to(self.line, along, buff=LABEL_GAP * 1.5)

    def to_point(self, number: float | np.ndarray) -> np.ndarray:
        """Return the scene point (3,) of a number, or (n, 3) of an array (n,), wherever the line is now."""
        low, high = self.span
        share = (np.asarray(number, dtype=float)[..., None] - low) / (high - low)
        start, end = self.line.get_start(), self.line.get_end()
        return start + share * (end - start)


def _apart(labels: Sequence[Typeset], axis: int) -> Sequence[Typeset]:
    """Return labels, or every second of them, or fourth …, so that none covers another. axis: along which they lie."""
    labels = sorted(labels, key=lambda label: float(label.get_center()[axis]))
    every, along = 1, UP if axis else RIGHT
    while any(
        after.get_critical_point(-along)[axis] - before.get_critical_point(along)[axis] < APART
        for before, after in pairwise(labels[::every])
    ):
        every *= 2
    return labels[::every]


class Curve(VMobject):
    """A line through data points, as one mobject.

    points: (n, 3) scene points. shown: (n,) bool, where the curve may be drawn; the line breaks elsewhere.
    """

    def __init__(
        self,
        points: np.ndarray,
        shown: np.ndarray,
        *,
        color: ParsableManimColor | None = None,
        stroke_width: float = 1.5 * STROKE,
        **kwargs: Any,
    ) -> None:
        shade = palette().text if color is None else color
        round_joints = {"joint_type": LineJointType.ROUND, **kwargs}
        super().__init__(color=shade, stroke_width=stroke_width, fill_opacity=0, **round_joints)
        steps = np.linspace(0, 1, 4)[:, None]
        segments = points[:-1, None] * (1 - steps) + points[1:, None] * steps
        self.points = segments[shown[:-1] & shown[1:]].reshape(-1, 3)

    def animate_draw(self, **kwargs: Any) -> Animation:
        """Return an animation that draws the curve from its first point to its last, at an even pace along x."""
        return Create(self, **{"rate_func": linear, **kwargs})


class Axes2D(VGroup):
    """Two number lines, and the mapping from a pair of numbers to the scene.

    x_span, y_span: the numbers at the ends. width, height: scene units. cross: the numbers at which the lines cross,
    the lower left corner unless given. x, y: further options of the `AxisLine`s (ticks, form, label, size, color).
    """

    def __init__(
        self,
        x_span: tuple[float, float],
        y_span: tuple[float, float],
        width: float,
        height: float,
        *,
        cross: tuple[float, float] | None = None,
        x: dict[str, Any] | None = None,
        y: dict[str, Any] | None = None,
    ) -> None:
        at_x, at_y = cross or (x_span[0], y_span[0])
        self.x_axis = AxisLine(x_span, width, **(x or {}))
        self.y_axis = AxisLine(y_span, height, upright=True, **(y or {}))
        self.y_axis.shift(self.x_axis.to_point(at_x) - self.y_axis.to_point(at_y))
        super().__init__(self.x_axis, self.y_axis)
        self._cross = (float(at_x), float(at_y))
        self.center()

    def point(self, x: float | np.ndarray, y: float | np.ndarray) -> np.ndarray:
        """Return the scene point (3,) of a pair of numbers, or (n, 3) of two arrays (n,), wherever the axes are now."""
        return self.x_axis.to_point(x) + self.y_axis.to_point(y) - self.y_axis.to_point(self._cross[1])

    def plot(
        self,
        x: np.ndarray | Callable[[np.ndarray], np.ndarray],
        y: np.ndarray | None = None,
        **kwargs: Any,
    ) -> Curve:
        """Return the curve through data (x, y), each (n,), or of a function of an array over the whole x axis.

        What lies outside the axes is left out. Of very many points those that show are kept: the first, the last, the
        lowest and the highest of each small stretch. Raises ValueError where the arrays differ in length, or hold NaN
        or infinity.
        """
        if callable(x):
            across = np.linspace(*self.x_axis.span, 401)
            up = np.asarray(x(across), dtype=float)
        else:
            across, up = np.asarray(x, dtype=float).ravel(), np.asarray(y, dtype=float).ravel()
        if len(across) != len(up) or len(across) < 2:
            raise ValueError(f"a curve needs as many y as x and at least 2, got {len(across)} x and {len(up)} y")
        if not (np.isfinite(across).all() and np.isfinite(up).all()):
            raise ValueError("a curve needs finite numbers: leave out what is NaN or infinite")
        kept = telling_positions(up, MOST_POINTS)
        across, up = across[kept], up[kept]
        shown = _within(across, self.x_axis.span) & _within(up, self.y_axis.span)
        return Curve(self.point(across, up), shown, **kwargs)


def round_numbers(low: float, high: float, about: int) -> list[float]:
    """Return round numbers (1, 2 or 5 times a power of ten apart) from low to high, about so many."""
    rough = (high - low) / max(1, about - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * min((1, 2, 5, 10), key=lambda times: abs(math.log(times * power / rough)))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{number * step:.12g}") for number in range(first, last + 1)]


def up_to(steps: np.ndarray, values: np.ndarray, now: float) -> tuple[np.ndarray, np.ndarray]:
    """Return rising steps and their values, (n,), as far as `now`; the last point lies between its two neighbours."""
    before = steps < now
    return np.append(steps[before], now), np.append(values[before], np.interp(now, steps, values))


def telling_positions(values: np.ndarray, most: int) -> np.ndarray:
    """Return the positions, in order, of at most about `most` values (n,) that determine how a curve looks."""
    if len(values) <= most:
        return np.arange(len(values))
    stretches = np.array_split(np.arange(len(values)), most // 4)
    kept = [(own[0], own[values[own].argmin()], own[values[own].argmax()], own[-1]) for own in stretches]
    return np.unique(kept)


def _within(values: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    slack = 1e-9 * (span[1] - span[0])
    return (values >= span[0] - slack) & (values <= span[1] + slack)
