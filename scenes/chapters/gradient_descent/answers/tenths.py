"""How often a network is right where it is least sure, and on up to where it is surest: a column for each tenth."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Rectangle, VGroup
from manim.mobject.types.vectorized_mobject import VMobject

from scenes.beats.beat import Beat
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, palette
from scenes.text.numbers import Number

FILLED = 0.8  # of a column's place, the rest is left free beside it
TRACK = 0.14  # alpha of the full height behind each column


class TenthsPlot(VGroup):
    """A column for each tenth of the answers, as high as the share of it that is right; the full height is all of it.

    told: "right", how many of each tenth are right from the least sure to the surest, and "each", how many there are in
    one. width, height: scene units of all columns.
    """

    def __init__(self, beat: Beat, told: Measured, width: float, height: float) -> None:
        self.right, self.each = np.array(told.value["right"]), int(told.value["each"])
        self.columns, tracks = VGroup(), VGroup()
        pitch = width / len(self.right)
        for k, count in enumerate(self.right):
            foot = np.array([(k - (len(self.right) - 1) / 2) * pitch, 0, 0])
            tracks.add(_column(foot, FILLED * pitch, height).set_fill(palette().bright, opacity=TRACK))
            share = max(count / self.each, 1e-4)
            self.columns.add(_column(foot, FILLED * pitch, share * height).set_fill(palette().right, opacity=1))
        muted, each = palette().muted, {"each": self.each}
        text = N_("right answers of each {each}")
        title = beat.words_within(width, text, color=muted, because=told, values=each)
        title.next_to(tracks, UP, buff=0.65)
        ends = ((0, tracks[0], LEFT), (-1, tracks[-1], RIGHT))
        self.ends = VGroup(*[self._number(k, track, side, told) for k, track, side in ends])
        names = [beat.words(text, SMALL, muted, because=told) for text in (N_("least sure"), N_("surest"))]
        for name, track in zip(names, (tracks[0], tracks[-1]), strict=True):
            name.next_to(track, DOWN, buff=0.5)
        names[0].align_to(tracks, LEFT)
        names[1].align_to(tracks, RIGHT)
        self.frame = VGroup(tracks, title, *names)
        super().__init__(self.frame, self.columns, self.ends)

    def _number(self, which: int, track: VMobject, side: np.ndarray, told: Measured) -> Number:
        """Return a column's number, above its track and flush with one of its sides."""
        number = Number(float(self.right[which]), "{:,.0f}", LABEL, palette().right, because=told)
        return number.next_to(track, UP, buff=0.12).align_to(track, side)

    def below(self, tenth: int) -> np.ndarray:
        """Return the place right below a column, where what belongs to it is written."""
        return self.frame[0][tenth].get_bottom() + 0.24 * DOWN


def _column(foot: np.ndarray, width: float, height: float) -> VMobject:
    return Rectangle(width=width, height=height, stroke_width=0).move_to(foot, aligned_edge=DOWN)
