"""Contains columns and matrices of numbers, in which entries that do not fit are left out by rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import ORIGIN, RIGHT, UP
from manim.mobject.types.vectorized_mobject import VGroup, VMobject
from manim.utils.color import ParsableManimColor, interpolate_color
from manim.utils.color.core import ManimColor

from scenes.look.style import SMALL, palette
from scenes.text.glyphs import digit_height, format_number, line_up
from scenes.text.numbers import Number

ROW_GAP = 1.45  # em from one baseline to the next
COLUMN_GAP = 0.8  # em between two columns
BRACKET_GAP = 0.35  # em between the entries and the bracket
BRACKET_LINE = 0.05  # em
BRACKET_LIP = 0.22  # em
DOT = 0.055  # em, radius
DOT_GAP = 0.32  # em

Slots = tuple[int | None, ...]  # the index of what stands in each place, None for the dots


def elide(count: int, shown: int | Slots) -> Slots:
    """Return which of `count` entries are shown when `shown` fit: the first ones and the last one, dots between.

    The dots take a place of their own, so they never stand for a single entry. `shown` may be the slots themselves,
    such as (0, None, 400, 401, None, 783), where what is to be seen stands further in.
    """
    if isinstance(shown, tuple):
        if beyond := [slot for slot in shown if slot is not None and not 0 <= slot < count]:
            raise ValueError(f"there is no entry {beyond[0]} among {count}")
        return shown
    if shown < 2:
        raise ValueError(f"at least 2 entries must be shown to leave some out, got {shown}")
    if count <= shown + 1:
        return tuple(range(count))
    return (*range(shown - 1), None, count - 1)


class NumberMatrix(VGroup):
    """A matrix of numbers between brackets.

    values: (rows, columns). shown: how many rows and columns are shown at most (⋮ ⋯ ⋱ for the others), or which. form:
    as `str.format` takes it. size: the em in scene units. colors: what the most negative and the most positive numbers
    are coloured with; scale: the |value| that gets them in full, the largest one unless given.
    Entries keep their index in `values` whatever is left out.
    """

    def __init__(
        self,
        values: np.ndarray,
        shown: tuple[int | Slots, int | Slots] = (6, 6),
        *,
        form: str = "{:.2f}",
        size: float = SMALL,
        color: ParsableManimColor | None = None,
        colors: tuple[ParsableManimColor, ParsableManimColor] | None = None,
        scale: float | None = None,
        brackets: bool = True,
    ) -> None:
        self.values = np.array(values, dtype=float)
        if self.values.ndim != 2 or not self.values.size:
            raise ValueError(f"a matrix has rows and columns, got values of shape {self.values.shape}")
        rows, columns = self.values.shape
        self.row_slots, self.column_slots = elide(rows, shown[0]), elide(columns, shown[1])
        plain = palette().text if color is None else color
        self._em = size
        self._numbers: dict[tuple[int, int], Number] = {}
        self._dots: dict[tuple[int, int], VGroup] = {}  # by place, not by index
        self._fill(form, plain, colors, scale or float(np.abs(self.values).max()) or 1.0)
        self.entries = VGroup(*self._numbers.values())
        self.dots = VGroup(*self._dots.values())
        self.brackets = VGroup()
        super().__init__(self.entries, self.dots)
        if brackets:
            self._add_brackets(plain)
        self.center()

    def entry(self, row: int, column: int) -> Number:
        """Return an entry by its index in `values`; raises KeyError where it is left out or there is none."""
        self._check(row, 0)
        self._check(column, 1)
        return self._numbers[row, column]

    def row(self, row: int) -> VGroup:
        """Return what is shown of a row, its dots included."""
        self._check(row, 0)
        return self._line([(self.row_slots.index(row), place) for place in range(len(self.column_slots))])

    def column(self, column: int) -> VGroup:
        """Return what is shown of a column, its dots included."""
        self._check(column, 1)
        return self._line([(place, self.column_slots.index(column)) for place in range(len(self.row_slots))])

    def _check(self, index: int, axis: int) -> None:
        """Raise KeyError where no entry of that index is shown along an axis."""
        slots, count, kind = (self.row_slots, self.column_slots)[axis], self.values.shape[axis], ("row", "column")[axis]
        if not 0 <= index < count:
            raise KeyError(f"there is no {kind} {index}: the last one is {count - 1}")
        if index not in slots:
            shown = ", ".join("…" if slot is None else str(slot) for slot in slots)
            raise KeyError(f"{kind} {index} is left out: shown are {shown}")

    def _line(self, places: Sequence[tuple[int, int]]) -> VGroup:
        return VGroup(*(self._at(*place) for place in places))

    def _at(self, row_place: int, column_place: int) -> VMobject:
        row, column = self.row_slots[row_place], self.column_slots[column_place]
        if row is None or column is None:
            return self._dots[row_place, column_place]
        return self._numbers[row, column]

    # Building ---------------------------------------------------------------------------------------------------

    def _fill(
        self,
        form: str,
        plain: ParsableManimColor,
        colors: tuple[ParsableManimColor, ParsableManimColor] | None,
        scale: float,
    ) -> None:
        right_edges, middle_of_digits = self._right_edges(form)
        for row_place, row in enumerate(self.row_slots):
            height = -row_place * ROW_GAP * self._em
            for column_place, column in enumerate(self.column_slots):
                right = right_edges[column_place] * self._em
                if row is None or column is None:
                    direction = _dots_direction(row is None, column is None)
                    middle = right - (DOT_GAP if column is None else middle_of_digits) * self._em
                    dots = _three_dots(direction, self._em, plain)
                    dots.move_to((middle, height + digit_height() / 2 * self._em, 0))
                    self._dots[row_place, column_place] = dots
                    continue
                value = float(self.values[row, column])
                color = plain if colors is None else _diverging(value / scale, plain, colors)
                number = Number(value, form, self._em, color, fixed="right")
                number.shift(np.array([right, height, 0]) - number.frame()[2])
                self._numbers[row, column] = number

    def _right_edges(self, form: str) -> tuple[np.ndarray, float]:
        """Return the right edge of each place along a row, ems from the left, and how far left of it digits center."""
        rows, columns = ([slot for slot in slots if slot is not None] for slots in (self.row_slots, self.column_slots))
        shown = self.values[np.ix_(rows, columns)].ravel()
        widest = max(line_up(format_number(value, form))[1] for value in shown.tolist())
        unsigned = max(line_up(format_number(value, form))[1] for value in np.abs(shown).tolist())
        widths = np.array([2 * DOT_GAP if slot is None else widest for slot in self.column_slots])
        return np.cumsum(widths + COLUMN_GAP) - COLUMN_GAP, unsigned / 2

    def _add_brackets(self, color: ParsableManimColor) -> None:
        width, height = self.width + 2 * BRACKET_GAP * self._em, self.height + BRACKET_GAP * 2 * self._em
        pair = [_bracket(height, self._em, color).shift(width / 2 * RIGHT) for _ in range(2)]
        pair[0].flip(UP, about_point=ORIGIN)
        self.brackets = VGroup(*pair).move_to(self)
        self.add(self.brackets)


class NumberColumn(NumberMatrix):
    """A column of numbers between brackets.

    values: (n,). shown: how many are shown at most (⋮ for the others), or which. The rest as for `NumberMatrix`.
    """

    def __init__(
        self,
        values: np.ndarray,
        shown: int | Slots = 8,
        *,
        form: str = "{:.2f}",
        size: float = SMALL,
        color: ParsableManimColor | None = None,
        colors: tuple[ParsableManimColor, ParsableManimColor] | None = None,
        scale: float | None = None,
        brackets: bool = True,
    ) -> None:
        column = np.asarray(values, dtype=float).reshape(-1, 1)
        super().__init__(
            column, (shown, 2), form=form, size=size, color=color, colors=colors, scale=scale, brackets=brackets
        )

    def entry(self, row: int, column: int = 0) -> Number:
        """Return an entry by its index in `values`; raises KeyError where it is left out or there is none."""
        return super().entry(row, column)


def _diverging(
    share: float, plain: ParsableManimColor, colors: tuple[ParsableManimColor, ParsableManimColor]
) -> ManimColor:
    """Return the colour of a number that is `share` of the scale: its sign's colour, paler near zero."""
    full = ManimColor(colors[1] if share >= 0 else colors[0])
    return interpolate_color(ManimColor(plain), full, 0.3 + 0.7 * min(1.0, abs(share)) if share else 0.0)


def _dots_direction(row_elided: bool, column_elided: bool) -> np.ndarray:
    return np.array([float(column_elided), -float(row_elided), 0.0])


def _three_dots(direction: np.ndarray, em: float, color: ParsableManimColor) -> VGroup:
    return VGroup(*(_disc(DOT * em, color).shift(step * DOT_GAP * em * direction) for step in (-1, 0, 1)))


def _disc(radius: float, color: ParsableManimColor) -> VMobject:
    disc = VMobject(color=color, fill_opacity=1, stroke_width=0)
    angles = np.arange(4)[:, None] * np.pi / 2 + np.array([0.0, 0.0, np.pi / 2, np.pi / 2])
    radial = np.stack([np.cos(angles), np.sin(angles), angles * 0], axis=-1)
    along = np.stack([-np.sin(angles), np.cos(angles), angles * 0], axis=-1)
    handle = 0.5523  # of the radius: the cubic nearest to a quarter circle
    disc.points = (radius * (radial + along * np.array([0, handle, -handle, 0])[:, None])).reshape(-1, 3)
    return disc


def _bracket(height: float, em: float, color: ParsableManimColor) -> VMobject:
    """Return a right bracket, its stem's outer edge at x = 0, around the origin."""
    line, lip, half = BRACKET_LINE * em, BRACKET_LIP * em, height / 2
    bracket = VMobject(color=color, fill_opacity=1, stroke_width=0)
    corners = [(-lip, half), (0, half), (0, -half), (-lip, -half), (-lip, line - half), (-line, line - half)]
    corners += [(-line, half - line), (-lip, half - line), (-lip, half)]
    bracket.set_points_as_corners(np.array([[x, y, 0] for x, y in corners]))
    return bracket
