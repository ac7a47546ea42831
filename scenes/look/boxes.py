"""Divides the frame into boxes, in which a beat places what it draws: one layout for every shape of frame.

    picture, plot = safe_area().side_by_side(2, 3)   # beside each other in a wide frame, below each other in a tall one
    top, bottom = plot.rows(3, 1)
    bottom.place(note)

Sizes are in scene units, and a box's `center` is a scene point (3,).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

import numpy as np
from manim.mobject.mobject import Mobject

from scenes.look.frame import frame
from scenes.look.style import MARGIN

M = TypeVar("M", bound=Mobject)
GAP = 0.4  # scene units between boxes, unless told


@dataclass(frozen=True)
class FrameBox:
    """A part of the frame by its sides."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def center(self) -> np.ndarray:
        """The point (3,) in its middle."""
        return self.at(0.5, 0.5)

    def at(self, across: float, up: float) -> np.ndarray:
        """Return the point (3,) at shares of its width, from the left, and of its height, from below."""
        return np.array([self.left + across * self.width, self.bottom + up * self.height, 0.0])

    def inset(self, by: float) -> FrameBox:
        """Return the box within this one that keeps clear of its sides."""
        return FrameBox(self.left + by, self.bottom + by, self.right - by, self.top - by)

    def columns(self, *shares: float, gap: float = GAP) -> list[FrameBox]:
        """Return boxes beside each other, from the left, whose widths are as the shares."""
        ends = _cut(self.width, shares, gap)
        return [FrameBox(self.left + start, self.bottom, self.left + end, self.top) for start, end in ends]

    def rows(self, *shares: float, gap: float = GAP) -> list[FrameBox]:
        """Return boxes below each other, from the top, whose heights are as the shares."""
        ends = _cut(self.height, shares, gap)
        return [FrameBox(self.left, self.top - end, self.right, self.top - start) for start, end in ends]

    def side_by_side(self, *shares: float, gap: float = GAP) -> list[FrameBox]:
        """Return columns where the frame is wider than high, else rows: the first is on the left, or at the top."""
        return self.rows(*shares, gap=gap) if frame().tall else self.columns(*shares, gap=gap)

    def grid(self, rows: int, columns: int, gap: float = GAP) -> list[FrameBox]:
        """Return boxes of one size, row by row from the top left."""
        return [cell for row in self.rows(*[1] * rows, gap=gap) for cell in row.columns(*[1] * columns, gap=gap)]

    def place(self, mobject: M, across: float = 0.5, up: float = 0.5, *, grow: float = 1.0) -> M:
        """Put a drawing into the box, smaller where it is too large, and return it.

        across, up: where the room that is left lies: 0 puts the drawing at the left, or at the bottom. grow: how many
        times larger it may become to fill the box.
        """
        factor = min(self.width / max(mobject.width, 1e-9), self.height / max(mobject.height, 1e-9), grow)
        if factor < 1 or grow > 1:
            mobject.scale(factor)
        room = np.array([self.width - mobject.width, self.height - mobject.height]) / 2
        offset = room * [2 * across - 1, 2 * up - 1]
        return mobject.move_to(self.center + np.array([*offset, 0.0]))


def safe_area() -> FrameBox:
    """Return the part of the frame in force in which anything may stand."""
    now = frame()
    return FrameBox(-now.right, -now.top, now.right, now.top)


def band_below(box: FrameBox, height: float = 0.45) -> tuple[FrameBox, FrameBox]:
    """Return a box without a band at its lower end, and that band, in which a note may stand."""
    return FrameBox(box.left, box.bottom + height + MARGIN / 2, box.right, box.top), FrameBox(
        box.left, box.bottom, box.right, box.bottom + height
    )


def _cut(length: float, shares: tuple[float, ...], gap: float) -> list[tuple[float, float]]:
    """Return where each of several parts of a length begins and ends, with gaps between them."""
    unit = (length - gap * (len(shares) - 1)) / sum(shares)
    starts = accumulate(shares[:-1], lambda before, share: before + share * unit + gap, initial=0.0)
    return [(start, start + share * unit) for start, share in zip(starts, shares, strict=True)]
