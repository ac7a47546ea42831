"""What `dot_grid` shows of one pair and of all pairs is the dot product of the recorded queries and keys."""

from __future__ import annotations

import numpy as np
import pytest

from scenes.chapters.attention.one_head.meeting import LONGEST, cell_form, clipped, lay_grid
from scenes.drawing.batched import rgb255
from scenes.language.translation import LANGUAGES
from scenes.look.style import MARGIN, palette
from scenes.text.numbers import Number
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat

NAME = "dot_grid"


@pytest.fixture(scope="module")
def scores(recordings):
    """Return score times the root of the head's size: the recorded scores before they were divided."""
    reading = recordings["attention-text"]
    return reading.read("score") * np.sqrt(reading.config["anatomy"]["head_size"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_well_told(played, language):
    require_well_told(played[language])
    assert 25 <= played[language].time <= 33.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_on_a_model_that_knows_nothing(random_readings, language):
    require_well_told(played_beat(NAME, random_readings, chapter="attention", language=language))


def test_the_products_of_the_pair_add_up_to_its_score(played, scores):
    beat = played["en"]
    assert beat.sum.value == pytest.approx(scores[-1, beat.other], rel=1e-3)
    query, key, products = beat.table.values
    assert products == pytest.approx(query * key)
    assert beat.other == scores[-1, :-1].argmax()


def test_the_sum_shows_nothing_but_sums_of_whole_products_and_stands_before_its_line_ends(recordings, monkeypatch):
    shown, show = [], Number.show
    monkeypatch.setattr(Number, "show", lambda number, value, *rest: shown.append(value) or show(number, value, *rest))
    beat = run_beat(NAME, recordings, chapter="attention")
    sums = np.concatenate([[0.0], np.cumsum(beat.products)])
    assert len(set(shown)) > 4 and np.isin(shown, sums).all()
    line = next(caption for caption in beat.captions if "add up" in caption.text)
    assert 0.6 + max(2.0, 0.6 * (line.end - line.start)) < line.end - line.start - 0.3


def test_scales_are_told(played, scores):
    beat = played["en"]
    assert f"up to {np.abs(scores).max():.0f}" in beat.meeting.step[1].text
    assert beat.count.text == f"all 64 products, full shade: {np.abs(beat.products).max():.1f}"


def test_the_grid_holds_every_score(played, scores):
    grid = played["en"].meeting.grid
    assert grid.numbers.values.reshape(grid.shape) == pytest.approx(scores, abs=1e-2)
    half = np.linalg.norm(grid.discs.points[1::4] - grid.discs.points[0::4], axis=1).reshape(grid.shape)
    assert (half / half.max()) ** 2 == pytest.approx(np.abs(scores) / np.abs(scores).max(), abs=1e-3)
    blue = (grid.discs.fill[:, :3] == rgb255(palette().positive)).all(axis=1).reshape(grid.shape)
    assert (blue == (scores >= 0)).all()


def test_it_ends_on_the_best_of_the_last_row(played, scores):
    beat = played["en"]
    assert beat.meeting.best == scores[-1].argmax()
    assert beat.meeting.pair[-1].value == pytest.approx(scores[-1].max(), rel=1e-3)
    assert beat.meeting.mark.get_center() == pytest.approx(beat.meeting.grid.place(10, beat.meeting.best))


@pytest.mark.parametrize("count", [4, 11, 16, 24])
def test_grids_of_any_text_stay_within_their_room(count):
    values = np.random.default_rng(0).normal(size=(count, count))
    grid = lay_grid(values, [" incomprehensibilities"] * count, "{:.0f}")
    left, right = grid.get_left()[0], grid.get_right()[0]
    assert left >= -3.3 and right <= 5.9
    assert grid.get_bottom()[1] >= MARGIN - 4 - 0.05 and grid.get_top()[1] <= 3.1


def test_long_tokens_are_clipped_and_wide_numbers_lose_their_decimals():
    assert clipped(" incomprehensibilities") == "incomprehe…" and len(clipped("incomprehensible")) == LONGEST
    assert clipped(" bank") == "bank"
    assert cell_form(np.array([3.2, -9.4, np.inf])) == "{:.1f}"
    assert cell_form(np.array([3.2, -10.4])) == cell_form(np.array([99.9, 0])) == "{:.0f}"
