"""What the heads of a layer add to a token, as steps end to end, and how long each is."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, VGroup

from scenes.beats.beat import Beat
from scenes.chapters.attention.heads.head_panels import arrow
from scenes.evidence.evidence import Measured, Quoted
from scenes.language.translation import N_
from scenes.look.style import LABEL, MARGIN, SMALL, palette
from scenes.measures.projection import principal_plane
from scenes.text.typeset import Words

MIDDLE, ROOM = np.array([3.6, -0.1, 0]), np.array([5.2, 4.6])
TOLD_Y = (2.6, -3.35, -2.9)


class HeadSteps:
    """The steps of a layer's heads, (head, feature), end to end, in the plane that keeps most of them.

    measured: their lengths. Members: `arrows` and `total`, the way in one; `lengths` over the heads' patterns, those
    that have no room there unseen; `total_length`; `told`, what the numbers are, the plane and what lengths come to.
    """

    def __init__(self, beat: Beat, updates: np.ndarray, measured: Measured, token: str) -> None:
        self._beat, self._measured = beat, measured
        plane = principal_plane(np.concatenate([updates, -updates]))
        steps = plane.direction(updates)  # (head, axis)
        corners = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])
        size = float((ROOM / np.maximum(np.ptp(corners, axis=0), 1e-9)).min())
        flat = (corners - (corners.min(axis=0) + corners.max(axis=0)) / 2) * size
        self.corners = np.column_stack([flat, np.zeros(len(flat))]) + MIDDLE
        ends = zip(self.corners[:-1], self.corners[1:], strict=True)
        self.arrows = [arrow(start, end, palette().positive) for start, end in ends]
        self.total = arrow(self.corners[0], self.corners[-1], palette().attention)
        whole = f"{measured.value['whole']:.1f}"
        self.total_length = Words(whole, LABEL, palette().attention, because=measured)
        aside = 0.5 * RIGHT if self.corners[-1][1] > self.corners[0][1] else 0.5 * LEFT
        self.total_length.move_to((self.corners[0] + self.corners[-1]) / 2 + aside + 0.25 * DOWN)
        how = N_("the share of the steps' squared lengths that the plane keeps in which they are drawn")
        kept = Measured("plane", float(plane.explained), how, ("attention-text/head_updates",))
        self.told = self._explain(kept, token)

    def lengths_over(self, names: VGroup, places: np.ndarray, side: float) -> VGroup:
        """Return how long each head's step is, over its pattern at the right, where the name at the left leaves room.

        places: middles of the patterns, (head, 3). side: of one.
        """
        lengths = VGroup()
        for name, value, place in zip(names, self._measured.value["lengths"], places, strict=True):
            length = Words(f"{value:.1f}", name.size, palette().positive, because=self._measured)
            length.move_to(place + (side / 2) * (RIGHT + UP) + 0.2 * UP, aligned_edge=RIGHT)
            if name.get_right()[0] + 0.1 > length.get_left()[0]:
                length.set_opacity(0)
            lengths.add(length)
        return lengths

    def _explain(self, kept: Measured, token: str) -> VGroup:
        value, words = self._measured.value, self._beat.words
        added = {"added": f"{value['added']:.1f}"}
        ways = self._measured.when(lambda steps: steps["whole"] < steps["added"])
        straight, bent = N_("lengths added up: {added}"), N_("added up: {added}; they point different ways")
        shades, share = palette(), {"share": f"{kept.value:.0%}"}
        blue = N_("blue: length of each head's step, added to {word}")
        plane = N_("in the plane that keeps {share} of the squared lengths")
        of_each = (self._measured, Quoted(token))
        told = VGroup(
            words(blue, SMALL, shades.positive, because=of_each, values={"word": token}),
            words(plane, SMALL, shades.muted, because=kept, values=share),
            words(bent, SMALL, shades.attention, because=ways, values=added)
            if ways.holds
            else words(straight, SMALL, shades.attention, because=self._measured, values=added),
        )
        for line, y in zip(told, TOLD_Y, strict=True):
            line.move_to([min(MIDDLE[0], 7.11 - MARGIN - line.width / 2), y, 0])
        return told
