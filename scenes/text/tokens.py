"""Draws tokens as a language model reads them: rounded chips in a row, or labels along a grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import DOWN, RIGHT, RoundedRectangle, VGroup
from manim.utils.color import ParsableManimColor

from scenes.evidence.evidence import Quoted
from scenes.look.style import LABEL, palette
from scenes.text.fonts import FontError
from scenes.text.typeset import Words

SMALLEST = 0.235  # em of a token's text: what can still be read
CHIP_PAD = 0.32  # em left and right of a token's text in its chip
CHIP_HEIGHT = 1.75  # em
GAP = 0.22  # em between two chips
ROWS_APART = 2.3  # em from one row of chips to the next
_BLANKS = {"\n": "↵", "\t": "\\t", "\r": "\\r"}


def token_on_screen(token: str) -> str:
    """Return a token as it is written on screen: without the spaces around it, other blanks as signs."""
    text = token.strip(" ") or "space"
    return "".join(_BLANKS.get(character, character) for character in text)


def token_words(token: str, size: float = LABEL, color: ParsableManimColor | None = None) -> Words:
    """Return one token set as words; where no font has its letters, its bytes in hexadecimal."""
    text = token_on_screen(token)
    try:
        return Words(text, size, color, because=Quoted(text))
    except FontError:
        told = f"‹{text.encode().hex(' ').upper()}›"
        return Words(told, size, color, because=Quoted(told))


class TokenRow(VGroup):
    """The tokens of a text as chips, in one row if they can be read there, else in more.

    tokens: as the recording's config tells them. width: scene units that a row may take. size: em at most.
    The members are the chips, each a box with its words; `boxes` and `words` are those by position.
    """

    def __init__(self, tokens: Sequence[str], *, width: float = 12.6, size: float = LABEL) -> None:
        words = [token_words(token, size) for token in tokens]
        lengths = np.array([word.width for word in words]) / size + 2 * CHIP_PAD + GAP  # em
        rows = 1 if width / lengths.sum() >= SMALLEST else 2
        em = float(np.clip(0.96 * rows * width / lengths.sum(), SMALLEST, size))
        if em < size:
            words = [token_words(token, em) for token in tokens]
        self.size = em
        self.words = words
        self.boxes = [_chip(word, em) for word in words]
        super().__init__(*[VGroup(box, word) for box, word in zip(self.boxes, words, strict=True)])
        for number, row in enumerate(_rows(lengths * em, width)):
            chips = VGroup(*[self.submobjects[index] for index in row]).arrange(RIGHT, buff=GAP * em)
            chips.move_to(number * ROWS_APART * em * DOWN)
        self.center()

    def chip(self, index: int) -> VGroup:
        """Return one chip, its box and its words."""
        return self.submobjects[index]


def _chip(word: Words, em: float) -> RoundedRectangle:
    box = RoundedRectangle(
        corner_radius=0.28 * em,
        width=word.width + 2 * CHIP_PAD * em,
        height=CHIP_HEIGHT * em,
        stroke_width=1.6,
        stroke_color=palette().muted,
        fill_color=palette().muted,
        fill_opacity=0.16,
    )
    return box.move_to(word)


def _rows(lengths: np.ndarray, width: float) -> list[list[int]]:
    """Return which chips stand in which row, so many that each fits and all are about as long."""
    count = int(np.ceil(lengths.sum() / width - 1e-6))
    while True:
        ends = np.cumsum(lengths) - lengths / 2
        row_of = np.minimum((ends * count / lengths.sum()).astype(int), count - 1)
        rows = [np.flatnonzero(row_of == row).tolist() for row in range(count)]
        if count >= len(lengths) or all(lengths[row].sum() <= width + 1e-6 for row in rows):
            return [row for row in rows if row]
        count += 1
