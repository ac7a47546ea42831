"""Draws a brace with a label."""

from __future__ import annotations

import numpy as np
from manim import DOWN
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VGroup, VMobject
from manim.typing import Vector3DLike
from manim.utils.color import ParsableManimColor

from scenes.look.style import SMALL, palette
from scenes.text.typeset import Typeset, Words

DEPTH = 0.2  # scene units from the ends to the tip
LINE = 0.035  # scene units, where it is thickest


class SideBrace(VGroup):
    """A brace along one side of a mobject, and its label beyond the tip.

    direction: the side, LEFT, RIGHT, UP or DOWN. text: plain words, or a text already set. gap: scene units between
    mobject and brace, and between tip and label.
    """

    def __init__(
        self,
        mobject: Mobject,
        direction: Vector3DLike = DOWN,
        text: str | Typeset = "",
        *,
        size: float = SMALL,
        color: ParsableManimColor | None = None,
        gap: float = 0.12,
    ) -> None:
        side = np.round(np.asarray(direction, dtype=float))
        if np.abs(side).sum() != 1 or side[2]:
            raise ValueError(f"a brace lies on the left, on the right, above or below, not towards {direction}")
        shade = palette().line if color is None else color
        length = mobject.height if side[0] else mobject.width
        self.brace = VMobject(color=shade, fill_opacity=1, stroke_width=0)
        self.brace.points = _brace_points(length)
        self.brace.rotate(np.arctan2(side[1], side[0]) - np.pi / 2).next_to(mobject, side, buff=gap)
        self.label = Words(text, size, shade) if isinstance(text, str) else text
        super().__init__(self.brace, self.label)
        if len(self.label):
            self.label.next_to(self.brace, side, buff=gap)


def _brace_points(length: float) -> np.ndarray:
    """Return the outline, (n, 3), of a brace from (-length/2, 0) to (length/2, 0) with its tip at (0, DEPTH)."""
    half, turn = length / 2, min(DEPTH / 2, length / 4)
    far, near = (DEPTH + LINE) / 2, (DEPTH - LINE) / 2
    outer = _half_brace(half, turn, far, DEPTH)
    inner = _half_brace(half, turn, near, DEPTH - LINE)
    mirror = np.array([-1, 1])
    back = [curve[::-1] for curve in reversed(outer)]  # from the tip to the end
    curves = [*outer, *(curve * mirror for curve in back), *(curve * mirror for curve in inner)]
    curves += [_line(inner[-1][-1] * mirror, inner[-1][-1]), *(curve[::-1] for curve in reversed(inner))]
    flat = np.concatenate(curves)
    return np.column_stack([flat, np.zeros(len(flat))])


def _half_brace(half: float, turn: float, level: float, tip: float) -> list[np.ndarray]:
    """Return the curves (4, 2) from the left end to the tip, the straight part at height `level`."""
    rise = tip - level
    return [
        np.array([[-half, 0], [-half, 0.65 * level], [-half + 0.35 * turn, level], [-half + turn, level]]),
        _line(np.array([-half + turn, level]), np.array([-turn, level])),
        np.array([[-turn, level], [-0.35 * turn, level], [0, level + 0.35 * rise], [0, tip]]),
    ]


def _line(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    return start + (end - start) * np.linspace(0, 1, 4)[:, None]
