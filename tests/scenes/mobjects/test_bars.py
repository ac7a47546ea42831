"""Bars are as long as their values."""

import numpy as np
import pytest

from scenes.mobjects.plots.bars import Bars

VALUES = np.array([0.0, 0.25, 1.0])


def test_length_and_number_are_the_value():
    bars = Bars(VALUES, "abc", width=2.0)
    for value, bar, number in zip(VALUES, bars.bars, bars.numbers, strict=True):
        assert bar.width == pytest.approx(2.0 * value, abs=1e-3)
        assert number.value == value


def test_they_run_from_one_to_another_wherever_they_are():
    bars = Bars(VALUES, "abc", width=2.0).scale(0.5).shift([1.0, 2.0, 0.0])
    run = bars.animate_values(VALUES[::-1])
    run.begin()
    run.interpolate(0.5)
    middle = [bar.width for bar in bars.bars]
    run.finish()
    assert middle == pytest.approx([0.5, 0.25, 0.5], abs=1e-3)
    assert bars.values == pytest.approx(VALUES[::-1])
    assert bars.bars[0].width == pytest.approx(1.0)
    assert bars.bars[0].get_left() == pytest.approx(bars.tracks[0].get_left())


def test_on_the_way_no_number_is_shown_but_the_first_and_the_last():
    bars = Bars(VALUES, "abc")
    run = bars.animate_values(VALUES[::-1])
    run.begin()
    for share in np.linspace(0, 1, 12):
        run.interpolate(float(share))
        shown = [number.value for number in bars.numbers]
        assert shown == (VALUES if share < 0.5 else VALUES[::-1]).tolist()
    assert bars.numbers[1].get_fill_opacity() == 1


def test_emptied_they_keep_their_numbers_and_grow_to_them():
    bars = Bars(VALUES, "abc", width=2.0).empty()
    assert [number.value for number in bars.numbers] == VALUES.tolist()
    assert max(bar.width for bar in bars.bars) == pytest.approx(0, abs=1e-3)
    run = bars.animate_values(VALUES)
    run.begin()
    run.interpolate(0.5)
    assert [number.get_fill_opacity() for number in bars.numbers] == [1, 1, 1]
    assert bars.bars[2].width == pytest.approx(1.0)


def test_more_than_the_scale_fills_the_track():
    assert Bars([3.0], ["x"], width=2.0, scale=2.0).bars[0].width == pytest.approx(2.0)


def test_a_row_is_what_belongs_to_one_value():
    row = Bars(VALUES, "abc").row(1)
    assert [row[0].text, row[3].value] == ["b", 0.25]
