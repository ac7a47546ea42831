"""What `n_squared` plots is what was measured, and its squares and counts are exact."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from scenes.chapters.attention.counts.measured_cost import Cost, about_as_many, about_four, to_digits, unit_of
from scenes.chapters.attention.n_squared import SIDE
from scenes.language.translation import LANGUAGES
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return played_beat("n_squared", recordings, chapter="attention")


def test_it_is_well_told(played):
    require_well_told(played)
    assert 25 <= played.time <= 42


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_on_a_model_that_knows_nothing(random_readings, language):
    require_well_told(played_beat("n_squared", random_readings, chapter="attention", language=language))


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
    for plot, name in ((played.memory_plot, "bytes"), (played.time_plot, "seconds")):
        seen = on_axes(plot, plot.points.centers)
        assert seen[:, 0] == pytest.approx(tokens)
        assert seen[:, 1] * plot.unit[0] == pytest.approx(cost.read(name), rel=1e-6, abs=1e-9)


def on_axes(plot, points):
    """Return what points (n, 3) stand for on a plot's axes, (n, 2)."""
    origin, one = plot.axes.point(0, 0), plot.axes.point(1, 1)
    return (points - origin)[:, :2] / (one - origin)[:2]


def test_the_bars_reach_from_quartile_to_quartile_of_all_rounds(played, recordings):
    rounds = recordings["attention-cost"].read("seconds.all")
    plot = played.time_plot
    ends = np.array([[bar[0].get_start(), bar[0].get_end()] for bar in plot.bars])  # (size, end, 3)
    seen = on_axes(plot, ends.reshape(-1, 3))[:, 1].reshape(-1, 2) * plot.unit[0]
    assert seen == pytest.approx(np.quantile(rounds, (0.25, 0.75), axis=0).T, rel=1e-5, abs=1e-9)
    assert not len(played.memory_plot.bars), "memory does not scatter"


def test_the_curve_of_the_memory_goes_through_every_point_since_it_is_exact(played, recordings):
    cost = recordings["attention-cost"]
    assert (cost.read("bytes") == 4 * cost.read("tokens") ** 2).all()
    curve = played.memory_plot.curve.points
    for point in played.memory_plot.points.centers:
        assert np.linalg.norm(curve - point, axis=1).min() < 0.05


def test_the_factors_on_screen_are_the_measured_ones_to_one_digit(played, recordings):
    cost = recordings["attention-cost"]
    tokens, seconds = cost.read("tokens"), np.median(cost.read("seconds.all"), axis=0)
    factors = [f"×{after / before:.0f}" for before, after in pairwise(seconds)]
    assert [word.text for word in played.time_row[1:]] == factors
    assert {word.text for word in played.memory_row[1:]} == {"×4"}
    longest, grown = tokens[-1] / tokens[0], seconds[-1] / seconds[0]
    told = played.captions[-1].values
    assert (told["tokens"], told["memory"]) == (f"{longest:g}", f"{longest**2:,.0f}")
    time = "about as many" if about_as_many({"time for the memory": grown / longest**2}) else f"×{grown:.0e}"
    column = [word.text for word in played.whole]
    assert column[:2] == [f"×{longest:g}", f"×{longest**2:,.0f}"]
    assert column[2] == time or float(column[2][1:]) == float(time[1:])


@pytest.mark.parametrize("as_many", [True, False])
def test_what_is_said_of_the_time_is_what_was_measured_either_way(recordings, monkeypatch, as_many):
    monkeypatch.setattr("scenes.chapters.attention.n_squared.about_as_many", lambda growth: as_many)
    beat = run_beat("n_squared", recordings, chapter="attention")
    assert ("about as many times" in beat.captions[-1].text) == as_many
    assert (beat.whole[-1].text == "about as many") == as_many


def cost_of(seconds: list[float]) -> Cost:
    tokens, times = np.array([1, 2, 4]), np.array(seconds)
    return Cost(tokens, times, 4 * tokens**2, times, times, rounds=1)


def test_the_average_of_factors_is_the_one_that_multiplies_to_the_whole():
    cost = cost_of([1.0, 2.0, 16.0])
    assert cost.time_factors.tolist() == [2.0, 8.0]
    assert cost.time_of_a_doubling == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("last", "four", "as_many"), [(16.0, True, True), (19.0, True, True), (21.0, False, False), (11.0, False, False)]
)
def test_a_growth_is_told_in_words_only_near_that_of_the_square(last, four, as_many):
    cost = cost_of([1.0, 3.0, last])
    assert (about_four(cost.time().value), about_as_many(cost.whole().value)) == (four, as_many)


def test_what_scatters_is_told_with_the_digits_that_it_would_have_again():
    assert [to_digits(1.183, 2), to_digits(148.6, 2), to_digits(4451.3, 1)] == [1.2, 150.0, 4000.0]


def test_the_processor_and_the_thread_are_named(played, recordings):
    machine = recordings["attention-cost"].origin["machine"]
    assert machine["threads"] == 1
    assert played.processor == machine["processor"]
    note = f"{machine['processor']}, single thread"
    assert note in [claim.text for claim in played.log.claims]


@pytest.mark.parametrize(("value", "unit"), [(0.5, "small"), (2.0, "small"), (1e3, "large"), (5e6, "large")])
def test_a_unit_is_no_greater_than_what_is_measured_in_it(value, unit):
    assert unit_of(value, ((1.0, "small"), (1e3, "large")))[1] == unit
