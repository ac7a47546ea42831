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


def test_file_of_results_has_numbers_their_unit_and_what_was_drawn() -> None:
    row = summarize([1.0], [2.0], "s", "ratio at least 2", frames="one frame")
    assert row.as_json() == {
        "ours": 1.0,
        "theirs": 2.0,
        "unit": "s",
        "ratio": 2.0,
        "spread": 0.0,
        "frames": "one frame",
    }


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        ("ratio at least 2", True),
        ("ratio at least 2.1", False),
        ("ours at most 1 s", True),
        ("ours under 1 s", False),
        ("ours at most 1,024", True),
        ("as good as it gets", None),
    ],
)
def test_a_goal_is_of_the_ratio_or_of_ours(goal: str, met: bool | None) -> None:
    assert summarize([1.0], [2.0], "s", goal).met is met
