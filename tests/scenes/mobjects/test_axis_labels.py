"""Numbers along an axis cover none of each other, and powers of ten are short."""

from __future__ import annotations

from itertools import pairwise

import pytest

from scenes.mobjects.plots.axes import AxisLine


@pytest.mark.parametrize(("span", "length"), [((-3e7, 2e7), 2.4), ((0.0, 1.0), 6.0), ((0, 123_456), 1.5)])
def test_labels_cover_none_of_each_other(span: tuple[float, float], length: float) -> None:
    axis = AxisLine(span, length, ticks=8)
    assert len(axis.labels) >= 1
    for before, after in pairwise(axis.labels):
        assert before.get_right()[0] < after.get_left()[0]
    wide = AxisLine(span, 40.0, ticks=8)
    assert len(wide.labels) == len(wide.ticks) >= len(axis.labels)


def test_powers_of_ten_are_written_short() -> None:
    axis = AxisLine((-2e7, 2e7), 12.0, ticks=[-1.5e7, 0, 1.5e7])
    assert [label.text for label in axis.labels] == ["−1.5e7", "0", "1.5e7"]
    assert AxisLine((0, 1e-6), 5.0, ticks=[1e-6]).labels[0].text == "1e−6"
