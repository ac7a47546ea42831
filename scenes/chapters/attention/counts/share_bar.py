"""Which part of all of a model's numbers its attention is, as a bar."""

from __future__ import annotations

from manim import LEFT, RIGHT, UP, Rectangle, VGroup
from manim.utils.color import ParsableManimColor

from scenes.beats.beat import Beat
from scenes.chapters.attention.counts.sizes import Sizes
from scenes.evidence.evidence import Because, Quoted, as_evidence
from scenes.language.translation import N_
from scenes.look.style import LABEL, palette
from scenes.text.tokens import SMALLEST
from scenes.text.typeset import Words

WIDTH, THICK = 12.6, 0.34  # scene units


class ShareBar(VGroup):
    """A bar as long as all of a model's numbers, its part that is attention, and over it both in numbers.

    Members: `track`, `part`, `words` (how many, which share), `whole` (of how many). because: what these rest on.
    """

    def __init__(self, beat: Beat, sizes: Sizes, name: str, y: float, because: Because) -> None:
        left = [-WIDTH / 2, y, 0]
        self.track = _box(WIDTH, palette().muted, 0.25).move_to(left, aligned_edge=LEFT)
        self.part = _box(WIDTH * sizes.share, palette().attention, 0.9).move_to(left, aligned_edge=LEFT)
        counted = f"{name}: {sizes.layers:,} × {sizes.layer:,} = {sizes.whole:,}"
        told = {"share": f"{sizes.share:.1%}", "count": sizes.parameters}
        evidence = (*as_evidence(because), Quoted(name))

        def texts(em: float) -> tuple[VGroup, Words]:
            share = beat.words(N_("{share} attention"), em, palette().attention, because=evidence, values=told)
            total = beat.words(N_("of {count}"), em, palette().muted, because=evidence, values=told)
            return VGroup(Words(counted, em, because=evidence), share).arrange(RIGHT, buff=0.4), total

        em = LABEL
        self.words, self.whole = texts(em)
        taken = self.words.width + self.whole.width + 0.4
        if taken > WIDTH:
            em = max(SMALLEST, em * WIDTH / taken)
            self.words, self.whole = texts(em)
        self.words.next_to(self.track, UP, buff=0.16).align_to(left, LEFT)
        self.whole.next_to(self.track, UP, buff=0.16).align_to(self.track, RIGHT)
        super().__init__(self.track, self.part, self.words, self.whole)


def _box(width: float, color: ParsableManimColor, opacity: float) -> Rectangle:
    return Rectangle(width=width, height=THICK, stroke_width=0, fill_color=color, fill_opacity=opacity)
