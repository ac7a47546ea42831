"""The patterns of `many_heads` are the recorded ones, and what it says single heads do has their measured score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenes.chapters.attention.heads.head_panels import KINDS, lines_of_twins
from scenes.chapters.attention.heads.heads_measured import if_found, if_missed, if_they_add_up
from scenes.chapters.attention.heads.small_patterns import best_head, pattern_tiles
from scenes.evidence.evidence import Measured
from scenes.language.translation import LANGUAGES
from tests.scenes.chapters.beats import played_beat, require_well_told


@pytest.fixture(scope="module")
def played(recordings):
    return played_beat("many_heads", recordings, chapter="attention")


def test_it_is_well_told(played):
    require_well_told(played)
    assert 25 <= played.time <= 45


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_model_that_knows_nothing_it_claims_only_what_is_found(random_readings, language):
    beat = played_beat("many_heads", random_readings, chapter="attention", language=language)
    require_well_told(beat)
    told = " ".join(caption.text for caption in beat.captions)
    assert ("none finds what followed" in told) == (beat.best["induction"].score <= 0.3)
    assert ("No head gives most" in told) == (len(beat.resting) == 0)
    assert ("None mainly looks at the token before" in told) == (beat.best["previous token"].score <= 0.5)


def test_the_table_shows_the_patterns_of_the_layer(played, recordings):
    patterns = recordings["attention-text"].read("patterns")[played.layer]
    assert played.table.fill[:, 3] ** 2 == pytest.approx(patterns.ravel(), abs=1e-4)


def test_the_wall_shows_every_head_of_every_layer_once(played, recordings):
    patterns = recordings["attention-text"].read("patterns")
    assert len(played.wall_frames) == patterns.shape[0] * patterns.shape[1]
    assert len(np.unique(played.wall_frames.centers.round(4), axis=0)) == len(played.wall_frames)
    assert len(played.wall) == (patterns >= 0.004).sum()


def test_the_steps_end_to_end_are_what_the_layer_adds(played, recordings):
    reading = recordings["attention-text"]
    whole = reading.read("attention.update")[played.layer, -1]
    assert played.updates.sum(axis=0) == pytest.approx(whole, abs=1e-3)
    assert [word.text for word in played.lengths] == [f"{np.linalg.norm(one):.1f}" for one in played.updates]
    assert f"{np.linalg.norm(played.updates, axis=1).sum():.1f}" in played.way.told[2].text
    assert played.way.total_length.text == f"{np.linalg.norm(whole):.1f}"
    assert played.way.total.get_end() == pytest.approx(played.way.corners[-1], abs=1e-6)
    assert played.way.total.get_start() == pytest.approx(played.way.corners[0], abs=1e-6)


def test_the_scores_told_can_be_found_in_the_patterns_shown(played):
    period = played.period
    seen = {kind: panel.fill[:, 3] ** 2 for kind, panel in played.panels.items()}
    squares = {kind: cells.reshape(round(len(cells) ** 0.5), -1) for kind, cells in seen.items()}
    measured = {
        "previous token": np.diagonal(squares["previous token"], -1).mean(),
        "current token": np.diagonal(squares["current token"])[1:].mean(),
        "first token": squares["first token"][1:, 0].mean(),
        "induction": np.diagonal(squares["induction"], 1 - period)[1:].mean(),
    }
    told = [caption.values["score"] for caption in played.captions if "score" in caption.values]
    assert list(played.panels) == list(KINDS)
    assert told == [f"{measured[kind]:.2f}" for kind in KINDS if kind != "first token"]
    assert measured["first token"] == pytest.approx(played.best["first token"].score, abs=1e-4)


def test_the_heads_framed_are_those_that_give_most_to_the_first_token(played, recordings):
    patterns = recordings["attention-text"].read("patterns")  # (layer, head, query, key)
    many = (patterns[:, :, 1:, 0].mean(axis=-1) > 0.5).ravel()
    assert many.sum() > 1
    assert played.rings.centers == pytest.approx(played.wall_frames.centers[many])
    told = next(caption.values for caption in played.captions if "total" in caption.values)
    assert told == {"count": str(many.sum()), "total": str(many.size)}


def test_heads_that_nearly_repeat_another_are_framed_and_counted(played, recordings):
    nearest = recordings["attention-text"].read("pattern.nearest").ravel()
    twins = nearest > 0.99
    assert 0 < twins.sum() < twins.size
    assert played.twin_rings.centers == pytest.approx(played.wall_frames.centers[twins])
    last = played.captions[-1]
    assert last.values == {"count": str(twins.sum()), "total": str(twins.size)}
    assert "in its own way" not in " ".join(caption.text for caption in played.captions)


@pytest.mark.parametrize(
    ("count", "resting", "text"),
    [
        (9, 8, "Yet {count} of {total} nearly repeat another, most at the first token."),
        (9, 4, "Yet {count} of {total} nearly repeat another."),
        (0, 0, "And none of the {total} nearly repeats another."),
    ],
)
def test_of_heads_that_are_alike_is_said_what_was_counted(count, resting, text):
    alike = Measured("twins", {"count": count, "total": 12, "resting": resting}, "heads", ())
    assert next(line for line in lines_of_twins(alike) if line.holds).text == text


def test_the_scale_of_the_shades_is_told(played):
    told = [claim.text for claim in played.log.claims]
    assert "√ of the weight, from 0.004 on" in told
    assert played.shade_note.text == "shade: √ of the weight"


def test_the_best_head_has_the_greatest_score(recordings):
    reading = recordings["attention-text"]
    scores = reading.read("head_score")
    for place, kind in enumerate(reading.config["score_names"]):
        best = best_head(reading, kind)
        assert best.score == scores[place].max() == scores[place, best.layer, best.head]


@pytest.mark.parametrize(("key", "least"), [("previous_token", 0.5), ("current_token", 0.5), ("induction", 0.3)])
def test_a_head_is_found_above_a_score(key, least):
    for score in (least - 0.01, least + 0.01):
        best = Measured(key, {"score": score}, "the head", ())
        assert if_found(best).holds is (score > least) is not if_missed(best).holds


def test_steps_that_are_only_as_long_as_the_whole_are_not_said_to_add_up(played):
    assert if_they_add_up(played.steps).holds
    value = {**played.steps.value, "agreeing": played.steps.value["numbers"] - 1}
    assert not if_they_add_up(replace(played.steps, value=value)).holds


def test_cells_too_faint_to_be_seen_are_left_out():
    tiles = pattern_tiles(np.array([[[1.0, 0.0], [0.75, 0.25]]]), np.zeros((1, 3)), 2.0, least=0.3)
    assert tiles.centers[:, :2].tolist() == [[-0.5, 0.5], [-0.5, -0.5]]
    assert tiles.fill[:, 3] == pytest.approx([1.0, 0.75**0.5])
