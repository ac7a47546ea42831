"""What `queries_and_keys` shows of the vectors, the matrices, the queries and the keys is what was recorded."""

from __future__ import annotations

import numpy as np
import pytest

from scenes.chapters.attention.queries_and_keys import FULL, is_plain
from scenes.mobjects.colormap import diverging
from scenes.translation import LANGUAGES
from tests.scenes.chapters.beats import require_well_told, run_beat

NAME = "queries_and_keys"


@pytest.fixture(scope="module")
def reading(recordings):
    return recordings["attention-text"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_well_told(played, language):
    require_well_told(played[language])
    assert 25 <= played[language].time <= 38


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_on_a_model_that_knows_nothing(random_readings, language):
    require_well_told(run_beat(NAME, random_readings, chapter="attention", language=language))


def test_the_excerpts_are_of_the_recorded_vectors_and_matrices(played, reading):
    beat = played["en"]
    vectors = reading.read("stream", layer=reading.config["chosen_layer"])
    for way, kind, token in ((beat.asking, "query", -1), (beat.answering, "key", beat.other)):
        assert way.matrix.values == pytest.approx(reading.read(f"weight.{kind}"))
        assert way.vector.values[:, 0] == pytest.approx(vectors[token])
        assert way.result.values[:, 0] == pytest.approx(reading.read(kind)[token])
        assert way.result.entry(0).value == pytest.approx(reading.read(kind)[token, 0])


def test_the_other_token_is_the_one_looked_at_most(played, reading):
    assert played["en"].other == reading.read("pattern")[-1, :-1].argmax()


def test_the_strips_are_all_queries_and_keys(played, reading):
    for strips, kind in zip(played["en"].strips, ("query", "key"), strict=True):
        values = reading.read(kind)
        assert strips.fill == pytest.approx(diverging(values.ravel(), np.quantile(np.abs(values), FULL)), abs=1e-4)


def test_the_small_print_says_what_smollm_does_besides(played):
    assert played["en"].note.text == (
        "Not drawn: E is normalised, q and k are rotated by position, 3 heads share each key matrix."
    )


@pytest.mark.parametrize("rotary", [False, True])
def test_a_norm_is_told_from_none(rotary):
    random = np.random.default_rng(0)
    vectors, matrix = random.normal(size=(5, 8)), random.normal(size=(4, 8))
    straight = vectors @ matrix.T
    turned = straight[:, [1, 0, 3, 2]] * [-1, 1, -1, 1]
    assert is_plain(vectors, matrix, turned if rotary else straight + 0.5, rotary)
    sizes = np.linalg.norm(vectors, axis=1, keepdims=True)
    assert not is_plain(vectors, matrix, straight / sizes, rotary)
