"""A word in three rows: its sounds, its syllables, and the word that these make."""

from __future__ import annotations

import itertools

from manim import RIGHT, VGroup

from scenes.beats.beat import Beat
from scenes.evidence.evidence import Quoted
from scenes.language.translation import N_
from scenes.look.style import SMALL, TITLE, palette


class Speech(VGroup):
    """Rows of the pieces of a word, each above its name, centered at `xs` on one baseline at the height `y`."""

    def __init__(self, beat: Beat, xs: tuple[float, float, float], y: float) -> None:
        sounds, syllables, word = (
            [beat.words(piece, TITLE, because=Quoted(piece)) for piece in beat.translate(text).split()]
            for text in (N_("s e v e n"), N_("sev en"), N_("seven"))
        )
        self.rows = [
            VGroup(*sounds).arrange(RIGHT, buff=0.5),
            VGroup(*syllables).arrange(RIGHT, buff=0.45),
            VGroup(*word),
        ]
        names = (N_("sounds"), N_("syllables"), N_("word"))
        self.names = [beat.words(text, SMALL, color=palette().muted) for text in names]
        for row, name, x in zip(self.rows, self.names, xs, strict=True):
            on_baseline(row, x, y)
            name.move_to([x, y - 0.45, 0])
        super().__init__(*self.rows, *self.names)


def letters_in_row(row: VGroup) -> VGroup:
    """Return all letters of a row of words, in order."""
    return VGroup(*itertools.chain(*row))


def on_baseline(row: VGroup, x: float, y: float) -> None:
    """Center a row of words at x, all on one baseline at the height y."""
    row.set_x(x)
    for word in row:
        word.align_baseline(y)
