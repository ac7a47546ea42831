"""Puts together what boxes are drawn of: texts below each other, arrows above, what fits into what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import DOWN, RIGHT, UP, CurvedArrow, Group, VGroup
from manim.utils.color import ParsableManimColor

from scenes.animate.shared.fitting import LEAST, cut_short
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Because
from scenes.look.style import SMALL, STROKE, palette
from scenes.text.typeset import Words

LINE = 0.31  # scene units from one line of small print to the next
WIDER = 1.4  # of the room that texts may take, by names that would be cut


def stack(texts: VGroup) -> None:
    """Put texts in lines below one another."""
    y = 0.0
    for text in texts:
        text.next_to([0, y, 0], DOWN, buff=0)
        y -= max(LINE, float(text.height) + 0.05)


def first_that_fits(texts: Sequence[str], room: float, color: ParsableManimColor, *, because: Because) -> Words:
    """Return the first of some texts that fits into the room as it is, nearly, or what of the shortest does."""
    for size, width in ((SMALL, room), (LEAST, room), (LEAST, WIDER * room)):
        for text in texts:
            words = Words(text, size, color, because=because)
            if words.width <= width:
                return words
    return cut_short(min(texts, key=len), WIDER * room, LEAST, color, because=because)


def loop_above(picture: Group) -> CurvedArrow:
    """Return the arrow above a picture of what is called again and again."""
    start, end = picture.get_corner(UP + RIGHT) + 0.08 * UP, picture.get_top() + 0.08 * UP
    loop = CurvedArrow(start, end - 0.2 * RIGHT, angle=2.4, tip_length=0.13, stroke_width=STROKE)
    return loop.set_color(palette().attention)


def in_front(boxes: Tiles, words: Words) -> Words:
    """Put words into the foremost of some boxes, no wider than that."""
    corners = boxes.points.reshape(-1, 4, 3)[-1]
    return fitted_within(words, 0.82 * float(np.ptp(corners[:, 0])), boxes.height).move_to(boxes.centers[-1])


def fitted_within(picture: Any, width: float, height: float) -> Any:
    """Make a picture smaller where it is too large for its room."""
    factor = min(1.0, width / max(picture.width, 1e-6), height / max(picture.height, 1e-6))
    return picture.scale(factor) if factor < 1 else picture
