"""The drawings of `the_equation` are the recorded matrices, and one gives the next as the line says."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from scenes.chapters.attention.one_head.cells import cell_shades, scale_of
from scenes.chapters.attention.one_head.one_line import measure_line
from scenes.language.translation import LANGUAGES
from tests.scenes.chapters.beats import played_beat, require_well_told

NAME = "the_equation"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_well_told(played, language):
    require_well_told(played[language])
    assert 25 < played[language].time < {"en": 39, "zh_CN": 43}[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_on_a_model_that_knows_nothing(random_readings, language):
    beat = played_beat(NAME, random_readings, chapter="attention", language=language)
    require_well_told(beat)
    anatomy = random_readings["attention-text"].config["anatomy"]
    assert beat.captions[-1].values["count"] == f"{anatomy['layers'] * anatomy['heads']}"
    assert len(beat.queries) == len(beat.tokens) * anatomy["head_size"]


def test_the_line_holds_for_what_is_drawn(played):
    beat = played["en"]
    scores = beat.q @ beat.k.T / np.sqrt(beat.q.shape[1])
    assert beat.score == pytest.approx(scores, abs=1e-3)
    powers = np.where(beat.allowed, np.exp(scores), 0)
    weights = powers / powers.sum(axis=1, keepdims=True)
    assert beat.pattern == pytest.approx(weights, abs=1e-4)
    assert beat.out == pytest.approx(weights @ beat.v, abs=1e-4)


def test_every_cell_has_the_shade_of_its_recorded_number(played, recordings):
    beat, read = played["en"], recordings["attention-text"].read
    for drawing, name in ((beat.queries, "query"), (beat.keys, "key"), (beat.values, "value")):
        assert drawing.fill == pytest.approx(cell_shades(read(name), scale_of(read(name))), abs=0.01)
    assert beat.outputs.fill == pytest.approx(cell_shades(read("head_output"), scale_of(read("value"))), abs=0.01)
    seen = beat.allowed.ravel()
    assert beat.scores.fill[seen] == pytest.approx(cell_shades(read("score"), beat.full_score)[seen], abs=0.01)
    assert (beat.scores.fill[~seen, 3] == 0).all()


def test_the_scale_of_every_drawing_is_told(played, recordings):
    said = next(claim["text"] for claim in played["en"].claims if claim["text"].startswith("full shade"))
    names = {"Q": "query", "K": "key", "scores": "score", "V and output": "value"}
    for letter, name in names.items():
        assert f"{letter} {scale_of(recordings['attention-text'].read(name)):.2g}" in said


def test_a_disc_is_as_large_as_its_weight_says(played, recordings):
    discs, pattern = played["en"].weights, recordings["attention-text"].read("pattern").ravel()
    assert len(np.unique(discs.fill[pattern > 0, 3])) == 1  # the area alone tells the weight
    sides = np.linalg.norm(discs.points[1::4] - discs.points[0::4], axis=1)
    assert (sides / sides.max()) ** 2 == pytest.approx(pattern / pattern.max(), abs=1e-3)


def test_what_the_formula_does_not_make_is_not_said(recordings):
    reading = recordings["attention-text"]
    allowed = np.isfinite(reading.read("masked_score"))
    other = SimpleNamespace(
        config=reading.config, read=lambda name: reading.read(name) + (0.1 if name == "head_output" else 0)
    )
    assert measure_line(reading, allowed).made("outputs").holds
    assert not measure_line(other, allowed).made("outputs").holds
    assert measure_line(other, allowed).shares().holds
    assert not measure_line(reading, np.ones_like(allowed)).shares().holds
    assert not measure_line(reading, np.ones_like(allowed)).later().holds


def test_the_keys_are_turned_on_their_side(played):
    beat = played["en"]
    count, size = beat.k.shape
    centers = beat.keys.centers.reshape(count, size, 3)
    assert np.ptp(centers[:, :, 0], axis=1) == pytest.approx(0, abs=1e-6)  # a token's key stands upright
    assert (np.diff(centers[:, 0, 0]) > 0).all() and (np.diff(centers[0, :, 1]) < 0).all()


def test_rows_of_factors_and_products_stand_in_line(played):
    beat = played["en"]
    for frame, drawing in zip(beat.frames, (beat.queries, beat.scores, beat.lines, beat.outputs), strict=True):
        assert frame.get_y() == pytest.approx(beat.frames[0].get_y())
        assert frame.get_x() == pytest.approx(drawing.get_x(), abs=1e-4)
        assert frame.get_bottom()[1] == pytest.approx(drawing.get_bottom()[1], abs=0.1)


def test_it_ends_on_the_number_of_heads_with_the_line_below_the_notes(played):
    beat = played["en"]
    assert beat.captions[-1].values["count"] == "270"
    assert beat.formula.get_top()[1] < beat.note.get_bottom()[1]
    assert beat.formula.get_bottom()[1] > beat.keys.get_top()[1]
