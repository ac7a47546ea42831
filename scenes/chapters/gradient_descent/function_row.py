"""A function as a box: what goes in, what comes out, and what it is shaped by."""

from __future__ import annotations

from manim import DOWN, Arrow, RoundedRectangle, VGroup

from scenes.mobjects.typeset import Typeset
from scenes.style import STROKE, THIN, palette

WIDTH, HEIGHT = 2.7, 1.5  # of the box, scene units
BOX_X, BEFORE_X, AFTER_X = 0.1, -4.7, 4.7
GAP, REACH = 0.15, 1.2  # from the box to an arrow, and the arrow's length


class FunctionRow:
    """The parts of the picture, apart, so that they can come one after the other.

    before, after: what goes in and what comes out. shaped: what the function is given by, below the box.
    """

    def __init__(self, y: float, name: Typeset, before: VGroup, after: VGroup, shaped: Typeset) -> None:
        box = RoundedRectangle(width=WIDTH, height=HEIGHT, corner_radius=0.15, stroke_width=STROKE)
        box.set_stroke(palette().line).move_to([BOX_X, y, 0])
        self.box = VGroup(box, name.move_to(box))
        self.before, self.after = before.move_to([BEFORE_X, y, 0]), after.move_to([AFTER_X, y, 0])
        self.into = _arrow(BOX_X - WIDTH / 2 - GAP - REACH, y)
        self.out = _arrow(BOX_X + WIDTH / 2 + GAP, y)
        self.shaped = shaped.next_to(box, DOWN, buff=0.25)


def _arrow(x: float, y: float) -> Arrow:
    look = {"buff": 0, "stroke_width": 2 * THIN, "tip_length": 0.18, "color": palette().muted}
    return Arrow([x, y, 0], [x + REACH, y, 0], max_stroke_width_to_length_ratio=50, **look)
