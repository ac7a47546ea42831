"""What a model guesses to come next: the text with its likeliest next token, and the bars of all those recorded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenes.beats.beat import Beat
from scenes.chapters.attention.stream.blocks_measured import Measurements
from scenes.language.translation import N_
from scenes.look.style import palette
from scenes.mobjects.plots.bars import Bars
from scenes.text.tokens import SMALLEST, TokenRow, token_words
from scenes.text.typeset import Words

X, WIDTH = 2.3, 7.8


def lay_guess(
    beat: Beat, tokens: Sequence[str], measured: Measurements, top: float, bottom: float
) -> tuple[TokenRow, Bars, Words]:
    """Return the text with its likeliest next token, the bars of all those recorded, empty, and what they are.

    top: below which all stands. bottom: where the note stands.
    """
    row = TokenRow([*tokens, measured.tokens[0]], width=WIDTH, size=0.36)
    row.move_to([X, top - 0.45 - row.height / 2, 0])
    row.boxes[-1].set_stroke(palette().attention, 2.5)
    row.words[-1].set_color(palette().attention)
    labels = [token_words(token).text for token in measured.tokens]
    room = row.get_bottom()[1] - 0.35 - (bottom + 0.3)
    size = float(np.clip(room / (1.6 * len(labels)), SMALLEST, 0.38))
    shares = beat.recorded("attention-text", "next.probability")
    color = palette().attention
    bars = Bars(shares.content, labels, width=4.6, form="{:.1%}", size=size, color=color, because=shares)
    bars.empty().move_to([X, row.get_bottom()[1] - 0.35 - room / 2, 0])
    told = {"count": len(labels), "all": measured.guess.value["vocabulary"]}
    text = N_("the {count} likeliest of {all} tokens")
    note = beat.words(text, 0.25, palette().muted, because=measured.guess, values=told)
    return row, bars, note.move_to([X, bottom, 0])
