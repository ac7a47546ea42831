"""Draws the bar that shows which shade stands for which number, beside a picture of signed values."""

from __future__ import annotations

import numpy as np
from manim import DOWN, Group

from scenes.evidence.evidence import Because, Exact, Mark, as_evidence
from scenes.look.style import SMALL, palette
from scenes.mobjects.pictures.pixels import SignedPicture
from scenes.text.glyphs import format_number
from scenes.text.typeset import Words

CELLS = 45  # an odd number, so that one of them stands for zero
THICK = 0.2  # scene units


class ShadeBar(Group):
    """The shades from -scale to +scale, with numbers below the ends and the middle.

    width: scene units. form: how the ends are written, as `str.format` takes it. because: what the ends rest on;
    they are marks of a scale unless given.
    """

    def __init__(
        self,
        scale: float,
        *,
        width: float = 2.4,
        form: str = "{:.2g}",
        size: float = SMALL,
        because: Because = None,
    ) -> None:
        self.scale_of_values = scale
        shades = np.linspace(-scale, scale, CELLS)[None]
        self.bar = SignedPicture(shades, scale=scale, height=width / CELLS, gap=0.0, line=0.0)
        self.bar.reshape_items(width / CELLS, THICK)
        reasons = {-1: (*as_evidence(because), Exact("-full", full=scale)), 0: None, 1: because}
        self.numbers = []
        for sign, reason in reasons.items():
            text = format_number(sign * scale, form)
            known = Mark(text) if because is None or text == "0" else reason
            self.numbers.append(Words(text, size, palette().muted, because=known))
        for number, share in zip(self.numbers, (-0.5, 0.0, 0.5), strict=True):
            number.next_to(self.bar, DOWN, buff=0.1).set_x(self.bar.get_x() + share * width)
        super().__init__(self.bar, *self.numbers)
