"""Shares of a whole as lying bars on one scale, and on it the share that guessing would get."""

from __future__ import annotations

from collections.abc import Sequence

from manim import DOWN, LEFT, Line, Rectangle, VGroup
from manim.utils.color import ParsableManimColor

from scenes.mobjects.typeset import Words
from scenes.style import DIMMED, STROKE, palette

BAR_START, BAR_LENGTH, BAR_HEIGHT = -6.3, 8.8, 0.75  # scene units; the length is that of the whole
SHORTEST = 1e-3  # scene units: a bar of nothing still has two ends
BEYOND = 0.12  # scene units that a mark is longer than a bar, on each side


def share_bar(share: float, height: float, color: ParsableManimColor) -> Rectangle:
    """Return a bar as long as a share (0 to 1), at that height of the scene, outlined faintly."""
    bar = Rectangle(width=max(SHORTEST, share * BAR_LENGTH), height=BAR_HEIGHT, color=color)
    bar.set_fill(opacity=0.1).set_stroke(width=STROKE, opacity=1.5 * DIMMED)
    return bar.move_to([BAR_START, height, 0], LEFT)


def chance_marks(share: float, heights: Sequence[float], told: Words) -> VGroup:
    """Return a mark across each bar at the share that guessing gets, and what is told of it below the last one."""
    x, reach = BAR_START + share * BAR_LENGTH, 0.5 * BAR_HEIGHT + BEYOND
    lines = [Line([x, height - reach, 0], [x, height + reach, 0], color=palette().text) for height in heights]
    told.next_to(lines[-1], DOWN, buff=0.15).align_to([BAR_START, 0, 0], LEFT)
    return VGroup(*lines, told)
