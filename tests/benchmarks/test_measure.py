"""The arithmetic of the table of figures."""

import pytest

from tests.benchmarks.measure import interleave, summarize


def test_ratio_is_the_median_over_rounds() -> None:
    row = summarize([1.0, 2.0, 4.0], [20.0, 20.0, 20.0], "s", "")
    assert (row.ours, row.theirs, row.ratio) == (2.0, 20.0, 10.0)
    assert row.spread == pytest.approx((20 - 5) / 10)


def test_more_can_be_better() -> None:
    assert summarize([96.0], [80.0], "%", "", more_is_better=True).ratio == pytest.approx(1.2)


def test_one_round_has_no_spread() -> None:
    assert summarize([1.0], [2.0], "s", "").spread == 0


def test_ways_take_turns_and_change_places() -> None:
    calls: list[str] = []

    def way(name: str) -> float:
        calls.append(name)
        return float(len(calls))

    ours, theirs = interleave(lambda: way("ours"), lambda: way("theirs"), 2)
    assert calls == ["ours", "theirs", "theirs", "ours"]
    assert (ours, theirs) == ([1.0, 4.0], [2.0, 3.0])


def test_file_of_results_has_numbers_and_their_unit() -> None:
    assert set(summarize([1.0], [2.0], "s", "goal").as_json()) == {"ours", "theirs", "unit", "ratio", "spread"}
