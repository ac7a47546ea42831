"""Draws how many parameters each part of a model has, as bars on one scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, VMobject
from manim.animation.animation import Animation
from manim.animation.fading import FadeIn
from manim.animation.growing import GrowFromEdge

from scenes.evidence.evidence import Because
from scenes.look.style import SMALL, palette
from scenes.text.typeset import Words

THICK = 0.62  # of the room across that an upright bar takes
THIN_BAR = 0.12  # scene units, the height of a lying bar
LEAST = 0.02  # scene units: what has any parameters has a bar that can be seen


class ParameterBar:
    """One part's bar, and its count."""

    def __init__(self, count: int, bar: VMobject, number: Words) -> None:
        self.count, self.bar, self.number = count, bar, number

    @property
    def parts(self) -> tuple[VMobject, Words]:
        """The bar and the count."""
        return self.bar, self.number

    def animate(self, *, upright: bool) -> list[Animation]:
        """Return the animations of its growth."""
        return [GrowFromEdge(self.bar, DOWN if upright else LEFT), FadeIn(self.number, shift=0.1 * UP)]


def upright_bars(
    counts: Sequence[int], xs: Sequence[float], base: float, height: float, room: float, because: Because = None
) -> list[ParameterBar]:
    """Return bars that stand on the height `base`, in the middle of `xs`; the longest is `height` high, scene units.

    because: what the counts rest on.
    """
    largest = max(*counts, 1)
    bars = []
    for count, x in zip(counts, xs, strict=True):
        tall = max(LEAST, height * count / largest) if count else 0.0
        number = _number(count, room, because)
        bar = _box(np.array([x, base + tall / 2, 0]), min(THICK * room, 0.9), tall)
        number.move_to([x, base + tall + 0.24, 0])
        bars.append(ParameterBar(count, bar, number))
    return bars


def lying_bars(
    counts: Sequence[int], tops: Sequence[tuple[float, float]], room: float, because: Because = None
) -> list[ParameterBar]:
    """Return bars below `tops`, (x, y) of their numbers' middles and upper ends; the longest takes all the room.

    because: what the counts rest on.
    """
    largest = max(*counts, 1)
    bars = []
    for count, (x, y) in zip(counts, tops, strict=True):
        long = max(LEAST, room * count / largest) if count else 0.0
        number = _number(count, room, because).move_to([x, y - 0.2, 0])
        bar = _box(np.array([x, y - 0.48, 0]), long, THIN_BAR)
        bars.append(ParameterBar(count, bar, number))
    return bars


def _number(count: int, room: float, because: Because) -> Words:
    number = Words(f"{count:,}", SMALL, palette().text if count else palette().muted, because=because)
    if number.width > room:
        number = Words(three_digits(count), SMALL, palette().text, because=because)
    return number


def three_digits(count: int) -> str:
    """Return a count as text; a large one with three digits and a letter."""
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= size:
            return f"{count / size:.3g}{letter}"
    return f"{count}"


def _box(middle: np.ndarray, width: float, height: float) -> VMobject:
    box = VMobject(stroke_width=0, fill_color=palette().further, fill_opacity=1)
    right, up = RIGHT * width / 2, UP * height / 2
    box.set_points_as_corners([middle + a * right + b * up for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))])
    return box
