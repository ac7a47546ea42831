"""A function as a box: what goes in, what comes out, and what it is shaped by."""

from __future__ import annotations

from manim import DOWN, Arrow, Group, RoundedRectangle, VGroup

from scenes.look.style import STROKE, THIN, palette
from scenes.text.typeset import Typeset

WIDTH, HEIGHT = 3.9, 2.0  # of the box, scene units
BOX_X, BEFORE_X, AFTER_X = 0.0, -4.8, 4.8
GAP, REACH = 0.15, 0.95  # from the box to an arrow, and the arrow's length


class FunctionRow:
    """The parts of the picture, apart, so that they can come one after the other.

    before, after: what goes in and what comes out. shaped: what the function is given by, in the box below its name.
    """

    def __init__(self, y: float, name: Typeset, before: Group, after: Group, shaped: Typeset) -> None:
        box = RoundedRectangle(width=WIDTH, height=HEIGHT, corner_radius=0.15, stroke_width=STROKE)
        box.set_stroke(palette().line).move_to([BOX_X, y, 0])
        VGroup(name, shaped).arrange(DOWN, buff=0.3).move_to(box)
        self.box, self.shaped = VGroup(box, name), shaped
        self.before, self.after = before.move_to([BEFORE_X, y, 0]), after.move_to([AFTER_X, y, 0])
        self.into = _arrow(BOX_X - WIDTH / 2 - GAP - REACH, y)
        self.out = _arrow(BOX_X + WIDTH / 2 + GAP, y)
        self.parts = (self.before, self.into, self.box, self.shaped, self.out, self.after)


def _arrow(x: float, y: float) -> Arrow:
    look = {"buff": 0, "stroke_width": 2 * THIN, "tip_length": 0.18, "color": palette().muted}
    return Arrow([x, y, 0], [x + REACH, y, 0], max_stroke_width_to_length_ratio=50, **look)
