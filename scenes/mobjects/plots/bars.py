"""Draws amounts as rows of horizontal bars, each with its label and its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from manim import LEFT, RIGHT
from manim.animation.animation import Animation
from manim.mobject.mobject import override_animate
from manim.mobject.types.vectorized_mobject import VGroup, VMobject
from manim.utils.color import ParsableManimColor

from scenes.evidence.evidence import Because, Quoted, as_evidence
from scenes.look.style import SMALL, palette
from scenes.text.numbers import Number, NumberChange
from scenes.text.typeset import Words

ROW = 1.55  # em from one row to the next
THICK = 0.8  # em, the height of a bar
TRACK = 0.14  # alpha of the full length behind each bar
GAP = 0.5  # em between label, bar and number
_EMPTY = 1e-4  # scene units: a bar of no length still has a place


class Bars(VGroup):
    """A row for each value: label, bar, number; a faint track behind the bar tells where `scale` would be.

    values: (n,), not negative. labels: n texts. width: of a full bar, scene units. scale: the value of a full bar.
    form: how a number is written, as `str.format` takes it. size: the em in scene units. because: what the values rest
    on; labels are quoted.
    """

    def __init__(
        self,
        values: Sequence[float] | np.ndarray,
        labels: Sequence[str],
        *,
        width: float = 2.0,
        scale: float = 1.0,
        form: str = "{:.2f}",
        size: float = SMALL,
        color: ParsableManimColor | None = None,
        because: Because = None,
    ) -> None:
        self.scale_of_values, self.evidence = scale, as_evidence(because)
        shade = palette().bright if color is None else color
        self.labels = VGroup(*[Words(label, size=size, because=Quoted(label)) for label in labels])
        self.tracks = VGroup(*[_box(shade, TRACK) for _ in labels])
        self.bars = VGroup(*[_box(shade, 1.0) for _ in labels])
        self.numbers = VGroup(*[Number(float(v), form, size, because=because) for v in values])
        super().__init__(self.labels, self.tracks, self.bars, self.numbers)
        self._arrange(width, size)
        self.show_values(values)
        self.center()

    def _arrange(self, width: float, size: float) -> None:
        gap, column = GAP * size, self.labels.width
        for k, (label, track, number) in enumerate(zip(self.labels, self.tracks, self.numbers, strict=True)):
            y = -k * ROW * size
            label.move_to([column / 2, y, 0])
            _stretch(track, np.array([column + gap, y, 0]), width, THICK * size)
            number.next_to(track, RIGHT, buff=gap)

    def row(self, index: int) -> VGroup:
        """Return label, track, bar and number of one row."""
        parts = (self.labels, self.tracks, self.bars, self.numbers)
        return VGroup(*[part[index] for part in parts])

    def show_values(self, values: Sequence[float] | np.ndarray, because: Because = None) -> Self:
        """Show other values at once. because: what they rest on, if not on the same."""
        self.values = np.array(values, dtype=float)
        self.show_lengths(self.values)
        for value, number in zip(self.values, self.numbers, strict=True):
            number.show(float(value), because)
        return self

    def show_lengths(self, values: Sequence[float] | np.ndarray) -> Self:
        """Make the bars as long as these values, whatever the numbers say."""
        self.lengths = np.array(values, dtype=float)
        for value, track, bar in zip(self.lengths, self.tracks, self.bars, strict=True):
            length = max(_EMPTY, track.width * float(np.clip(value / self.scale_of_values, 0, 1)))
            _stretch(bar, track.get_edge_center(LEFT), length, track.height)
        return self

    def empty(self) -> Self:
        """Set the bars' lengths to zero, from which `animate_values` lets them grow; the numbers stay."""
        return self.show_lengths(np.zeros(len(self.bars)))

    def animate_values(self, values: Sequence[float] | np.ndarray, because: Because = None, **kwargs: Any) -> Animation:
        """Return an animation that runs from the lengths shown to other values; no number between is shown."""
        return _RunBars(self, np.array(values, dtype=float), because, **kwargs)

    @override_animate(show_values)
    def _animate_show_values(self, values: np.ndarray, anim_args: dict[str, Any] | None = None) -> Animation:
        return self.animate_values(values, **(anim_args or {}))


class _RunBars(Animation):
    """Runs bars from the lengths that they have when the animation begins to others; numbers change in the middle."""

    def __init__(self, bars: Bars, to: np.ndarray, because: Because, **kwargs: Any) -> None:
        self._to, self._because = to, because
        super().__init__(bars, **kwargs)

    def begin(self) -> None:
        bars = self.mobject
        self._from = bars.lengths
        self._changes = [
            NumberChange(number, to, self._because) for number, to in zip(bars.numbers, self._to.tolist(), strict=True)
        ]
        bars.values = self._to
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        share = self.rate_func(alpha)
        self.mobject.show_lengths(self._from + (self._to - self._from) * share)
        for change in self._changes:
            change.show(share)


def _box(color: ParsableManimColor, opacity: float) -> VMobject:
    return VMobject(color=color, fill_opacity=opacity, stroke_width=0)


def _stretch(box: VMobject, left: np.ndarray, width: float, height: float) -> None:
    """Make a box of that width and height whose left edge's middle is at `left`."""
    up, right = np.array([0, height / 2, 0]), np.array([width, 0, 0])
    box.set_points_as_corners(np.array([left - up, left - up + right, left + up + right, left + up, left - up]))
