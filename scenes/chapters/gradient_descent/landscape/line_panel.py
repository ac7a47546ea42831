"""Cost and slope at one place of a recorded line, as numbers with their words."""

from __future__ import annotations

import numpy as np
from manim import LEFT, RIGHT, VGroup

from scenes.beats.beat import Beat
from scenes.chapters.gradient_descent.landscape.slices import Slice, form_for
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import palette
from scenes.text.numbers import Number

APART = 0.62  # from row to row, scene units
ACROSS = 3.0  # from the words' left edge to the numbers' right one


def line_panel(beat: Beat, line: Slice) -> tuple[Number, Number, VGroup]:
    """Return the cost and the slope, each to be told `at` a weight of the line, and both rows with their words."""
    cost, slope = (
        Number(float(values[0]), form_for(values, sign), fixed="right").follow(
            Series(line.weight, values, beat.recorded("digits-landscape", f"line.{name}"))
        )
        for name, values, sign in (("cost", line.cost, ""), ("slope", line.slope, "+"))
    )
    words = [beat.words(text, color=palette().muted) for text in (N_("cost"), N_("slope"))]
    rows = VGroup(*[VGroup(*row) for row in zip(words, (cost, slope), strict=True)])
    for k, (word, number) in enumerate(rows):
        word.move_to([0, -APART * k, 0], LEFT)
        number.move_to([ACROSS, -APART * k, 0], RIGHT).align_baseline(word.baseline)
    return cost, slope, rows


def tell_slope(slope: Number, weight: float) -> None:
    """Show the slope at a weight, in the colour of the sign that it is written with."""
    slope.at(weight)
    sign = np.sign(float(slope.form.format(slope.value)))
    slope.set_color((palette().negative, palette().text, palette().positive)[int(sign) + 1])
