"""A matrix that shows chosen rows and columns keeps their index."""

import numpy as np
import pytest

from scenes.text.matrices import NumberColumn, NumberMatrix

SLOTS = (0, None, 400, 401, None, 783)
VALUES = np.random.default_rng(0).normal(size=(16, 784))


def test_chosen_columns_are_the_values_at_their_own_index() -> None:
    matrix = NumberMatrix(VALUES, (3, SLOTS))
    assert matrix.column_slots == SLOTS
    for column in (0, 400, 401, 783):
        assert matrix.entry(1, column).value == VALUES[1, column]
    assert len(matrix.row(1)) == len(SLOTS)
    with pytest.raises(KeyError, match="column 402"):
        matrix.entry(1, 402)


def test_chosen_entries_of_a_column_stand_in_their_order() -> None:
    column = NumberColumn(VALUES[0], SLOTS)
    heights = [column.entry(index).baseline for index in (0, 400, 401, 783)]
    assert heights == sorted(heights, reverse=True)
