"""The scores of heads, on patterns of which they are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.capture.attention import head_scores

PERIOD, LENGTH = 4, 8
TOKENS = np.tile(np.arange(PERIOD), 2)


def looking_at(places: list[int]) -> np.ndarray:
    """Return the pattern (query, key) of a head whose every query looks at one place."""
    return np.eye(LENGTH)[places]


PREVIOUS = looking_at([max(0, query - 1) for query in range(LENGTH)])
CURRENT = looking_at(list(range(LENGTH)))
FIRST = looking_at([0] * LENGTH)
DUPLICATE = looking_at([query if query < PERIOD else query - PERIOD for query in range(LENGTH)])
INDUCTION = looking_at([0 if query < PERIOD else query - PERIOD + 1 for query in range(LENGTH)])


def test_each_head_has_its_own_score_and_no_other() -> None:
    patterns = np.stack([PREVIOUS, CURRENT, DUPLICATE, INDUCTION])  # (head, query, key)
    induction = head_scores.induction(patterns, PERIOD)
    assert induction.tolist() == [0, 0, 0, 1]
    assert head_scores.duplicate_token(patterns, TOKENS).tolist() == [0, 0, 1, 0]
    assert head_scores.previous_token(patterns)[[0, 1]].tolist() == [1, 0]
    assert head_scores.current_token(patterns)[[0, 1]].tolist() == [0, 1]


def test_who_rests_on_the_first_token() -> None:
    assert head_scores.first_token(FIRST) == 1
    assert head_scores.first_token(CURRENT) == 0


@pytest.mark.parametrize("score", [head_scores.previous_token, head_scores.current_token, head_scores.first_token])
def test_leading_axes_are_kept(score: object) -> None:
    patterns = np.full((3, 2, LENGTH, LENGTH), 1 / LENGTH)
    assert callable(score)
    np.testing.assert_allclose(score(patterns), np.full((3, 2), 1 / LENGTH))


def test_the_nearest_pattern_is_that_of_a_twin_in_whatever_layer() -> None:
    patterns = np.stack([[PREVIOUS, CURRENT], [PREVIOUS, FIRST]])  # (layer, head, query, key)
    found = head_scores.nearest(patterns)
    assert found[0, 0] == found[1, 0] == pytest.approx(1)
    assert found[1, 1] == pytest.approx(1 / 7), "one of seven tokens has the first one before it"
    assert found[0, 1] == 0, "the first token, which can look nowhere else, makes no head like another"


def test_a_head_alone_is_like_none() -> None:
    assert head_scores.nearest(PREVIOUS[None, None]).tolist() == [[0.0]]


def test_without_a_token_that_comes_twice_there_is_no_duplicate() -> None:
    assert head_scores.duplicate_token(PREVIOUS, np.arange(LENGTH)) == 0
