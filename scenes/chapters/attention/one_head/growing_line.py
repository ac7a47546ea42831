"""softmax(Q Kᵀ / √d_k) V as a line that is written part by part, what is there always in the middle."""

from __future__ import annotations

from manim import RIGHT, UP, Animation, VGroup

from scenes.look.style import TITLE, palette
from scenes.text.typeset import Formula

LINE = (
    '{{op("Attention")({{Q:q}}, {{K:k}}, {{V:v}}):out}} {{=:eq}} {{op("softmax"):softmax}}'
    "lr(( {{ ({{Q:Q}} {{K^T:K}}) / {{sqrt(d_k):root}} : inside }} )){{V:V}}"
)
Y, ROOM = 2.4, (11.5, 1.1)  # where it stands, and its width and height at most


def factor_colors() -> dict[str, str]:
    """Return the colour of each matrix, by its letter."""
    return {"Q": palette().attention, "K": palette().right, "V": palette().positive}


class GrowingLine(Formula):
    """The whole line. `written`: those parts of it that have been."""

    def __init__(self) -> None:
        super().__init__(LINE, TITLE)
        self.scale(min(ROOM[0] / self.width, ROOM[1] / self.height)).move_to(Y * UP)
        self.written: list[VGroup] = []
        for letter, color in factor_colors().items():
            self.part(letter).set_color(color)
            self.part(letter.lower()).set_color(color)

    def center(self, *coming: VGroup) -> list[Animation]:
        """Return the motions that make room for parts of the line, so that what is written stays in the middle."""
        step = -VGroup(*self.written, *coming).get_x() * RIGHT
        moves = [part.animate.shift(step) for part in self.written]
        outlines_besides(self, self.written).shift(step)
        self.written += coming
        return moves


def outlines_besides(whole: VGroup, parts: list[VGroup]) -> VGroup:
    """Return the outlines of a text that belong to none of its parts."""
    taken = {id(outline) for part in parts for outline in part.family_members_with_points()}
    return VGroup(*[outline for outline in whole.family_members_with_points() if id(outline) not in taken])
