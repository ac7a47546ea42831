"""Columns, matrices and braces: real entries at their own index, and what is left out."""

from __future__ import annotations

import numpy as np
import pytest
from manim import DOWN, LEFT, OUT, RIGHT, UP, Square
from manim.utils.color import ManimColor

from scenes.look.style import LABEL, SMALL
from scenes.text.brace import DEPTH, SideBrace
from scenes.text.matrices import NumberColumn, NumberMatrix, elide
from scenes.text.typeset import Formula
from tests.scenes.drawn import draw

VALUES = np.random.default_rng(0).normal(size=(16, 784))


@pytest.mark.parametrize(
    ("count", "shown", "slots"),
    [
        (3, 5, (0, 1, 2)),
        (5, 5, (0, 1, 2, 3, 4)),
        (6, 5, (0, 1, 2, 3, 4, 5)),  # dots would take the place of the one they leave out
        (7, 5, (0, 1, 2, 3, None, 6)),
        (784, 2, (0, None, 783)),
    ],
)
def test_the_first_ones_and_the_last_are_shown(count: int, shown: int, slots: tuple[int | None, ...]) -> None:
    assert elide(count, shown) == slots


def test_the_entries_shown_can_be_named() -> None:
    column = NumberColumn(np.arange(784.0), (0, None, 400, 401, None, 783))
    assert [number.value for number in column.entries] == [0, 400, 401, 783]
    assert len(column.dots) == 2
    assert column.entry(401).value == 401
    with pytest.raises(ValueError, match="no entry 784 among 784"):
        NumberColumn(np.arange(784.0), (0, None, 784))


def test_nothing_but_dots_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        elide(10, 1)


def test_entries_are_the_values_at_their_own_index() -> None:
    matrix = NumberMatrix(VALUES, (5, 4))
    assert matrix.row_slots == (0, 1, 2, 3, None, 15)
    assert matrix.column_slots == (0, 1, 2, None, 783)
    for row in (0, 3, 15):
        for column in (0, 2, 783):
            assert matrix.entry(row, column).value == VALUES[row, column]
    assert len(matrix.entries) == 5 * 4
    assert len(matrix.dots) == 6 + 5 - 1


def test_entries_stand_in_rows_and_columns() -> None:
    matrix = NumberMatrix(VALUES, (5, 4))
    row, column = matrix.row(15), matrix.column(783)
    assert len(row) == 5
    assert len(column) == 6
    numbers = [matrix.entry(15, index) for index in (0, 1, 2, 783)]
    assert [number.baseline for number in numbers] == pytest.approx([numbers[0].baseline] * 4)
    rights = [matrix.entry(index, 783).get_right()[0] for index in (0, 1, 2, 3, 15)]
    assert np.ptp(rights) < 0.1 * SMALL
    places = np.array([mobject.get_center() for mobject in row])
    assert (np.diff(places[:, 0]) > 0).all()
    assert (np.diff([mobject.get_center()[1] for mobject in column]) < 0).all()


def test_what_is_left_out_is_said() -> None:
    column = NumberColumn(np.arange(784.0), 5)
    assert column.entry(783).value == 783
    with pytest.raises(KeyError, match="row 100 is left out: shown are 0, 1, 2, 3, …, 783"):
        column.entry(100)
    with pytest.raises(KeyError, match="there is no row 784: the last one is 783"):
        column.entry(784)
    with pytest.raises(KeyError, match="there is no column -1"):
        NumberMatrix(VALUES, (4, 4)).column(-1)


def test_only_the_numbers_are_text() -> None:
    matrix = NumberMatrix(VALUES[:3, :3])
    told = [
        box.text for mobject in matrix.get_family() if hasattr(mobject, "text_boxes") for box in mobject.text_boxes()
    ]
    assert told == [f"{value:.2f}".replace("-", "−") for value in VALUES[:3, :3].ravel()]


def test_brackets_stand_around_the_entries() -> None:
    matrix = NumberMatrix(VALUES, (4, 4), size=LABEL)
    left, right = matrix.brackets
    assert left.get_right()[0] < matrix.entries.get_left()[0] + 0.2 * LABEL
    assert left.get_left()[0] < matrix.entries.get_left()[0]
    assert right.get_right()[0] > matrix.entries.get_right()[0]
    assert left.get_top()[1] > matrix.entries.get_top()[1]
    assert left.get_bottom()[1] < matrix.entries.get_bottom()[1]
    assert matrix.get_center() == pytest.approx(np.zeros(3), abs=1e-6)
    assert len(NumberColumn(np.arange(3.0), brackets=False).brackets) == 0


def test_colours_say_sign_and_size() -> None:
    column = NumberColumn(np.array([-2.0, 0.0, 1.0, 2.0]), color="#ffffff", colors=("#ff0000", "#0000ff"), scale=2.0)
    shades = [column.entry(index).get_fill_color().to_rgb() for index in range(4)]
    assert shades[0] == pytest.approx(ManimColor("#ff0000").to_rgb())
    assert shades[1] == pytest.approx([1, 1, 1])
    assert shades[3] == pytest.approx(ManimColor("#0000ff").to_rgb())
    assert 0 < shades[2][0] < 1


@pytest.mark.parametrize("values", [np.zeros(3), np.zeros((0, 4)), np.zeros((2, 2, 2))])
def test_a_matrix_has_rows_and_columns(values: np.ndarray) -> None:
    with pytest.raises(ValueError, match="rows and columns"):
        NumberMatrix(values)


def test_dots_and_brackets_are_drawn() -> None:
    matrix = NumberMatrix(VALUES, (4, 4), size=0.6)
    matrix.entries.set_opacity(0)
    assert draw(matrix.dots)[..., 0].max() > 150
    frame = draw(matrix.brackets, size=(1280, 720))
    columns = np.flatnonzero(frame[..., 0].max(axis=0) > 100)
    assert len(np.flatnonzero(np.diff(columns) > 1)) == 1  # two pieces of ink


# Braces -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", [LEFT, RIGHT, UP, DOWN])
def test_a_brace_is_as_long_as_its_mobject_and_points_to_its_label(direction: np.ndarray) -> None:
    square = Square(3).shift(UP)
    side = SideBrace(square, direction, "784", size=LABEL, gap=0.1)
    across, along = (0, 1) if direction[0] else (1, 0)
    assert np.ptp(side.brace.points[:, along]) == pytest.approx(3)
    assert np.ptp(side.brace.points[:, across]) == pytest.approx(DEPTH)
    away = (side.brace.get_center() - square.get_center()) @ direction
    assert away == pytest.approx(1.5 + 0.1 + DEPTH / 2)
    tip = side.brace.points[(side.brace.points @ direction).argmax()]
    assert tip[along] == pytest.approx(square.get_center()[along])
    assert (side.label.get_center() - tip) @ direction > 0.1


def test_a_brace_takes_a_short_side_a_formula_or_nothing() -> None:
    assert np.ptp(SideBrace(Square(0.2)).brace.points[:, 0]) == pytest.approx(0.2)
    formula = Formula("W")
    assert SideBrace(Square(), DOWN, formula).label is formula
    assert len(SideBrace(Square()).label) == 0
    with pytest.raises(ValueError, match="on the left, on the right, above or below"):
        SideBrace(Square(), OUT)
