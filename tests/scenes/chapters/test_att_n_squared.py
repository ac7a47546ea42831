"""What `n_squared` plots is what was measured, and its squares and counts are exact."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from scenes.chapters.attention.measured_cost import Cost, unit_of
from scenes.chapters.attention.n_squared import SIDE
from scenes.translation import LANGUAGES
from tests.scenes.chapters.beats import require_well_told, run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return run_beat("n_squared", recordings, chapter="attention")


def test_it_is_well_told(played):
    require_well_told(played)
    assert 25 <= played.time <= 42


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_on_a_model_that_knows_nothing(random_readings, language):
    require_well_told(run_beat("n_squared", random_readings, chapter="attention", language=language))


def test_each_doubling_of_the_tokens_gives_four_times_the_squares(played):
    count = len(played.tokens)
    assert [(a.value, b.value) for a, b in played.table] == [
        (count * 2**k, (count * 2**k) ** 2) for k in range(len(played.table))
    ]
    assert len(played.cells) == count**2
    centers = np.concatenate([tiles.centers for tiles in played.squares])
    side = 2 ** (len(played.table) - 1)
    assert len(np.unique(centers.round(4), axis=0)) == len(centers) == side**2
    assert np.ptp(centers, axis=0)[:2] == pytest.approx((side - 1) * SIDE)


def test_the_points_stand_where_they_were_measured(played, recordings):
    cost = recordings["attention-cost"]
    tokens = cost.read("tokens")
    for axes, points, unit, name in (
        (played.memory_plot, played.memory_points, played.size_unit, "bytes"),
        (played.time_plot, played.time_points, played.time_unit, "seconds"),
    ):
        origin, one = axes.point(0, 0), axes.point(1, 1)
        seen = (points.centers - origin)[:, :2] / (one - origin)[:2]
        assert seen[:, 0] == pytest.approx(tokens)
        assert seen[:, 1] * unit[0] == pytest.approx(cost.read(name), rel=1e-6, abs=1e-9)


def test_the_curve_of_the_memory_goes_through_every_point_since_it_is_exact(played, recordings):
    cost = recordings["attention-cost"]
    assert (cost.read("bytes") == 4 * cost.read("tokens") ** 2).all()
    curve = played.memory_curve.points
    for point in played.memory_points.centers:
        assert np.linalg.norm(curve - point, axis=1).min() < 0.05


def test_the_factors_on_screen_are_the_measured_ones(played, recordings):
    cost = recordings["attention-cost"]
    tokens, seconds = cost.read("tokens"), cost.read("seconds")
    factors = [f"×{after / before:.1f}" for before, after in pairwise(seconds)]
    assert [word.text for word in played.time_row[1:]] == factors
    assert {word.text for word in played.memory_row[1:]} == {"×4"}
    told, grown = played.captions[-1].values, seconds[-1] / seconds[0]
    assert (told["first"], told["last"], told["factor"]) == (f"{tokens[0]:,}", f"{tokens[-1]:,}", f"{grown:,.0f}")
    assert told["mean"] == f"{grown ** (1 / (len(seconds) - 1)):.1f}"
    assert [word.text for word in played.whole] == [
        f"{tokens[0]:,} → {tokens[-1]:,}",
        f"×{(tokens[-1] / tokens[0]) ** 2:,.0f}",
        f"×{grown:,.0f}",
    ]


def test_the_average_of_factors_is_the_one_that_multiplies_to_the_whole():
    cost = Cost(np.array([1, 2, 4]), np.array([1.0, 2.0, 16.0]), np.array([4, 16, 64]))
    assert cost.time_factors.tolist() == [2.0, 8.0]
    assert cost.mean_time_factor == pytest.approx(4.0)


@pytest.mark.parametrize(("value", "unit"), [(0.5, "small"), (2.0, "small"), (1e3, "large"), (5e6, "large")])
def test_a_unit_is_no_greater_than_what_is_measured_in_it(value, unit):
    assert unit_of(value, ((1.0, "small"), (1e3, "large")))[1] == unit
