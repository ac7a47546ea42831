"""Contains a number on screen, as one outline.

A number shows what was recorded, counted or computed, and nothing between: it changes at once, follows a recorded
series from one value to the next, or counts things one by one. What it rests on is its `evidence`; a value that this
does not give raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from manim import RIGHT, VGroup
from manim.animation.animation import Animation
from manim.mobject.mobject import override_animate
from manim.mobject.types.vectorized_mobject import VMobject
from manim.utils.color import ParsableManimColor

from scenes.evidence.evidence import Because, as_evidence, require_evidence
from scenes.evidence.series import Series
from scenes.look.style import LABEL, palette
from scenes.text.baseline import OnBaseline, drawn_opacity, place_letter, standing_frame
from scenes.text.glyphs import format_number, line_up
from scenes.text.text_box import TextBox
from scenes.text.typeset import Formula, Words

Side = Literal["left", "center", "right"]
BEFORE: dict[str, float] = {"left": 0.0, "center": 0.5, "right": 1.0}  # share of the width before the fixed point


class Number(OnBaseline, VMobject):
    """One number as one filled outline, its digits of one width.

    form: how it is written, as `str.format` takes it. size: the em in scene units. fixed: the side that stays where it
    is when the number gets longer or shorter. because: what it rests on.
    `show` puts another number in its place at once, `animate_change` lets it fade and come back as another one. One
    that follows a series shows at each step what was recorded last.
    """

    def __init__(
        self,
        value: float,
        form: str = "{:.2f}",
        size: float = LABEL,
        color: ParsableManimColor | None = None,
        *,
        fixed: Side = "left",
        because: Because = None,
    ) -> None:
        self.form, self.fixed = form, fixed
        self.evidence = as_evidence(because)
        self.series: Series | None = None
        super().__init__(color=palette().text if color is None else color, fill_opacity=1, stroke_width=0)
        self._last_frame = standing_frame(size)
        self._letter = np.zeros((0, 2))
        self._write(value)
        self.center()

    @property
    def text(self) -> str:
        """The number as it is written."""
        return format_number(self.value, self.form)

    def show(self, value: float, because: Because = None) -> Self:
        """Show another number at once, where this one is. because: what it rests on, if not on the same."""
        if because is not None:
            self.evidence, self.series = as_evidence(because), None
        if self.evidence:
            require_evidence([format_number(value, self.form)], self.evidence)
        return self._write(value)

    def follow(self, series: Series, times: float = 1.0) -> Self:
        """Show values of a recorded series from now on, `times` as large (100 for percent)."""
        self.evidence, self.series, self._times = (series.evidence,), series, times
        return self

    def at(self, step: float) -> Self:
        """Show what the series that it follows had recorded last at a step."""
        if self.series is None:
            raise ValueError(f"the number {self.text} follows no series: give it one by follow()")
        return self._write(self._times * float(self.series.recorded(step)))

    def _write(self, value: float) -> Self:
        frame = self.frame()
        self.value = value
        outline, width = line_up(self.text)
        self._letter = outline - [BEFORE[self.fixed] * width, 0]
        self.points = place_letter(self._letter, frame)
        return self

    def animate_change(self, to: float, because: Because = None, **kwargs: Any) -> Animation:
        """Return an animation in which the number shown fades, and comes back as another one."""
        return _ChangeNumber(self, to, because, **kwargs)

    @override_animate(show)
    def _animate_show(self, value: float, anim_args: dict[str, Any] | None = None) -> Animation:
        return self.animate_change(value, **(anim_args or {}))

    def _letters_and_points(self) -> list[tuple[np.ndarray, np.ndarray]]:
        return [(self._letter, self.points)]

    def text_boxes(self) -> list[TextBox]:
        """Return the box around the number."""
        if not len(self.points):
            return []
        (left, bottom, _), (right, top, _) = self.points.min(axis=0), self.points.max(axis=0)
        return [TextBox(self.text.strip(), left, bottom, right, top, self.size, drawn_opacity(self))]


class Counter(Number):
    """A number that counts things: on its way to another number it shows each whole number between, or some.

    Its evidence gives what there is to be counted; any whole number up to that is a count.
    """

    def __init__(self, value: int, form: str = "{:,.0f}", size: float = LABEL, *args: Any, **kwargs: Any) -> None:
        super().__init__(value, form, size, *args, **kwargs)

    @property
    def count_to(self) -> int:
        """The number counted to: the least whole number that its evidence gives and that is not yet passed."""
        given = np.concatenate(
            [
                np.zeros(0),
                *[np.ravel(value) for one in self.evidence for value in one.values() if not isinstance(value, str)],
            ]
        )
        reached = given[(given >= self.value) & (given == np.round(given))]
        return int(reached.min()) if len(reached) else int(self.value)

    def count(self, value: int) -> Self:
        """Show that so many things have been counted so far."""
        self._write(int(value))
        return self

    def animate_count(self, to: int, **kwargs: Any) -> Animation:
        """Return an animation that counts from the number shown to another one, which its evidence must give."""
        if self.evidence:
            require_evidence([format_number(to, self.form)], self.evidence)
        return _Count(self, to, **kwargs)


class _Count(Animation):
    """Counts from the number shown when the animation begins to another one."""

    def __init__(self, counter: Counter, to: int, **kwargs: Any) -> None:
        self._from, self._to = counter.value, int(to)
        super().__init__(counter, **kwargs)

    def begin(self) -> None:
        self._from = self.mobject.value
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        share = self.rate_func(alpha)
        self.mobject.count(self._to if share == 1 else round(self._from + (self._to - self._from) * share))


class NumberChange:
    """The change of a number to another: it fades, and comes back as the other, if that is written otherwise."""

    def __init__(self, number: Number, to: float, because: Because = None) -> None:
        self._number, self._from, self._to, self._because = number, number.value, to, because
        self._opacity = float(number.get_fill_opacity())
        self._alike = number.text == format_number(to, number.form)

    def show(self, share: float) -> None:
        """Show the number as it is after a share, 0 to 1, of the change."""
        before = share < 0.5
        self._number.show(self._from if before else self._to, None if before else self._because)
        self._number.set_fill(opacity=self._opacity * (1.0 if self._alike else abs(2 * share - 1)))


class _ChangeNumber(Animation):
    def __init__(self, number: Number, to: float, because: Because, **kwargs: Any) -> None:
        self._to, self._because = to, because
        super().__init__(number, **kwargs)

    def begin(self) -> None:
        self._change = NumberChange(self.mobject, self._to, self._because)
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        self._change.show(self.rate_func(alpha))


DIGITS = 3  # significant ones of a number in words


def significant(value: float, digits: int = DIGITS) -> str:
    """Return a number with three significant digits, or as many as told, such as "−0.0757" or "2.31 × 10⁻⁵"."""
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, power = text.split("e")
        raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        text = f"{mantissa} × 10{raised}"
    return text.replace("-", "−")


def number_words(
    value: float,
    size: float,
    color: str | None = None,
    *,
    because: Because,
    before: str = "",
    signed: bool = False,
    digits: int = DIGITS,
) -> Words | Formula:
    """Return a number with some significant digits, set in words, or as a formula where it has a power of ten.

    before: what stands before it, such as "=". signed: whether a positive one has its sign.
    """
    text = f"{'+' if signed and value >= 0 else ''}{significant(value, digits)}"
    if "10" not in text or "×" not in text:
        return Words(f"{before} {text}".strip(), size, color, because=because)
    mantissa, power = f"{value:{'+' if signed else ''}.{digits}g}".split("e")
    sign = {"≈": "approx"}.get(before, before)
    return Formula(f"{sign} {mantissa} times 10^({int(power)})".strip(), size, color, because=because)


def digits_to_multiply(factors: Sequence[float]) -> int:
    """Return how many significant digits factors need, so that what is read multiplies to their product, rounded."""
    product = significant(float(np.prod(factors)))
    for digits in (DIGITS, DIGITS + 1, DIGITS + 2):
        if significant(float(np.prod([float(f"{factor:.{digits}g}") for factor in factors]))) == product:
            return digits
    return DIGITS + 3


def product_words(factors: Sequence[float], size: float, *, because: Because) -> VGroup:
    """Return numbers that are multiplied, negative ones behind the first in brackets."""
    digits = digits_to_multiply(factors)
    parts: list[Words | Formula] = []
    for at, factor in enumerate(factors):
        number = number_words(factor, size, because=because, digits=digits)
        brackets = (Formula("\\(", size), Formula("\\)", size)) if at and factor < 0 else ()
        parts += [*([Formula("dot", size)] if at else []), *brackets[:1], number, *brackets[1:]]
    return VGroup(*parts).arrange(RIGHT, buff=0.1)
