"""Tests of one beat are one group, whatever files they are in, and all others are grouped by file."""

from __future__ import annotations

import pytest

from tests.support.grouping import group_of


@pytest.mark.parametrize(
    ("test", "group"),
    [
        ("tests/evidence/test_chapters.py::test_what_a_beat_claims_is_so[network-relu]", "network-relu"),
        ("tests/golden/test_kept_frames.py::test_a_beat_looks_as_it_did[gradient-descent-squish]", None),
        ("tests/golden/test_kept_frames.py::test_it[gradient-descent-one_weight]", "gradient-descent-one_weight"),
        ("tests/scenes/chapters/network/test_every_beat.py::test_it[network-layers-feed_forward]", "network-layers"),
        ("tests/scenes/chapters/gradient_descent/test_one_weight.py::test_it[en]", "gradient-descent-one_weight"),
        ("tests/test_house.py::test_it[network]", None),
    ],
)
def test_a_test_is_in_the_group_of_its_beat_or_of_its_file(test: str, group: str | None) -> None:
    assert group_of(test) == (group or test.partition("::")[0])
