"""`scale_and_mask` goes on where `dot_grid` ended, and its weights are the recorded pattern."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from scenes.beats.beat import Beat
from scenes.chapters.attention.one_head.weighing import division_lines, measure_weighing, softmax_of, whom_line
from scenes.chapters.attention.scale_and_mask import ScaleAndMask
from scenes.evidence.evidence import Measured
from scenes.language.translation import LANGUAGES
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat

NAME = "scale_and_mask"


@pytest.fixture(scope="module")
def reading(recordings):
    return recordings["attention-text"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_well_told(played, language):
    require_well_told(played[language])
    assert 25 <= played[language].time <= {"en": 36, "zh_CN": 39}[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_on_a_model_that_knows_nothing(random_readings, language):
    require_well_told(played_beat(NAME, random_readings, chapter="attention", language=language))


def test_it_opens_with_what_the_grid_ends_with(recordings, played):
    before, after = played_beat("dot_grid", recordings, chapter="attention"), played["en"]
    assert before.last_picture == after.first_picture
    shown = [np.asarray(frame[..., :3], int) for frame in (before.renderer.last, after.renderer.first)]
    assert shown[0].max() > 100
    assert np.abs(shown[0] - shown[1]).max() <= 3


def test_discs_and_numbers_end_as_the_recorded_pattern(played, reading):
    grid, pattern = played["en"].grid, reading.read("pattern")
    assert grid.numbers.values.reshape(grid.shape) == pytest.approx(pattern, abs=1e-6)
    sides = np.linalg.norm(grid.discs.points[1::4] - grid.discs.points[0::4], axis=1).reshape(grid.shape)
    assert (sides / sides.max()) ** 2 == pytest.approx(pattern / pattern.max(), abs=1e-3)


def test_what_comes_later_is_veiled_and_nothing_else(played, reading):
    beat = played["en"]
    later = np.triu_indices(len(reading.config["tokens"]), k=1)
    places = [beat.grid.place(query, key) for query, key in zip(*later, strict=True)]
    assert beat.veil.centers == pytest.approx(np.array(places))
    assert len(beat.infinities) == len(places)


def test_most_tokens_are_said_to_look_alike_only_where_they_do(played, reading):
    beat, strongest = played["en"], reading.read("pattern").argmax(axis=1)
    agree = strongest[1:] == strongest[-1]
    assert beat.many_agree() and agree.mean() > 0.5
    assert beat.measured.whom.value["agreeing"] == pytest.approx(agree.mean())
    pattern = reading.read("pattern").copy()
    pattern[: len(pattern) // 2 + 3] = np.eye(len(pattern))[: len(pattern) // 2 + 3]  # each looks at itself
    there = measure_weighing(reading.read("score"), beat.masked, pattern, beat.meeting.tokens, 64).whom
    assert there.value["agreeing"] < 0.5
    assert not whom_line(there)[2].holds


def test_the_table_changes_at_once_from_products_to_scores(recordings, monkeypatch):
    shown, show = [], ScaleAndMask.show_divided
    looked = lambda beat, numbers, alpha: (show(beat, numbers, alpha), shown.append(numbers.values.copy()))  # noqa: E731
    monkeypatch.setattr(ScaleAndMask, "show_divided", looked)
    beat = run_beat(NAME, recordings, chapter="attention")
    tables = (beat.meeting.products.ravel(), beat.score.ravel())
    assert len(shown) > 3 and all(any(np.array_equal(one, table) for table in tables) for one in shown)


def test_the_share_without_the_division_is_told(played, reading):
    beat = played["en"]
    steep = softmax_of(reading.read("score")[-1] * 8, beat.masked[-1]).max()
    weight = reading.read("pattern")[-1].max()
    told = beat.captions[1].values
    assert told["share"] == f"{steep:.0%}" and told["divided"] == f"{weight:.0%}" and steep > weight


@pytest.mark.parametrize(("share", "told"), [(0.3, True), (0.104, False)])
def test_what_the_division_prevents_is_said_only_where_it_prevents_something(share, told):
    undivided = Measured("undivided", {"size": 64, "undivided": share, "divided": 0.1}, "shares", ())
    first = next(line for line in division_lines(undivided, "bank") if line.holds)
    assert ("not {divided}" in first.text) is told


def test_the_pairs_number_is_divided_as_well(played, reading):
    beat = played["en"]
    assert beat.meeting.pair[-1].value == pytest.approx(reading.read("score")[-1, beat.meeting.best])


def test_every_row_is_told_to_add_up_to_one(played):
    assert [number.text for number in played["en"].sums] == ["1.00"] * 11


def test_a_model_that_looks_both_ways_is_told_to_mask_nothing(recordings):
    reading = recordings["attention-text"]
    score = reading.read("score")
    weights = np.exp(score)
    arrays = {"masked_score": score, "pattern": weights / weights.sum(axis=1, keepdims=True)}
    both_ways = SimpleNamespace(
        config={**reading.config, "anatomy": {**reading.config["anatomy"], "causal": False}},
        read=lambda name, **where: arrays[name] if name in arrays else reading.read(name, **where),
        origin=reading.origin,
        arrays=reading.arrays,
        reads=(),
    )
    both_ways.only = lambda names: both_ways
    beat = run_beat(NAME, {"attention-text": both_ways}, chapter="attention")
    assert "masked" in beat.captions[2].text and "infinity" not in " ".join(line.text for line in beat.captions)
    assert not len(beat.infinities) and not len(beat.veil)


@pytest.mark.parametrize(
    ("looked_at", "weight", "many", "said"),
    [
        (3, 0.9, False, "mostly at"),
        (3, 0.3, False, "spreads"),
        (0, 0.8, False, "first token"),
        (0, 0.3, True, "spreads"),
        (9, 0.4, False, "itself"),
        (3, 0.9, True, "Most tokens here look at"),
        (0, 0.9, True, "Most tokens here look at"),
    ],
)
def test_what_is_said_of_the_last_token_depends_on_where_it_looks(looked_at, weight, many, said):
    value = {"word": "bank", "other": "river", "position": looked_at, "itself": looked_at == 9, "weight": weight}
    whom = Measured("whom", {**value, "agreeing": 0.8 if many else 0.2}, "whom", ())
    assert said in Beat.choose(*whom_line(whom)).text
