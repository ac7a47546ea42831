"""What `queries_and_keys` shows of the vectors, the matrices, the queries and the keys is what was recorded."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from engine.recording.format.conventions import ASKED_FOR, LOOKS_BACK_IN_LAYER
from scenes.chapters.attention.one_head.cells import STRONG
from scenes.chapters.attention.queries_and_keys import is_plain
from scenes.language.translation import LANGUAGES
from scenes.mobjects.pictures.colormap import diverging
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat

NAME = "queries_and_keys"


@pytest.fixture(scope="module")
def reading(recordings):
    return recordings["attention-text"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_well_told(played, language):
    require_well_told(played[language])
    assert 25 <= played[language].time <= 38
    assert played["en"].time <= 33.1


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_on_a_model_that_knows_nothing(random_readings, language):
    require_well_told(played_beat(NAME, random_readings, chapter="attention", language=language))


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
    both = np.stack([reading.read("query"), reading.read("key")])
    full = np.quantile(np.abs(both), STRONG)
    for strips, values in zip(played["en"].strips, both, strict=True):
        assert strips.fill == pytest.approx(diverging(values.ravel(), full), abs=1e-4)
    assert played["en"].bar.scale_of_values == pytest.approx(full)


def test_the_small_print_says_what_smollm_does_besides(played):
    assert played["en"].note.text == (
        "Not drawn: E is normalised, q and k are rotated by position, 3 heads share each key matrix."
    )


def test_it_says_what_a_token_is_and_which_head_this_is(played, reading):
    beat = played["en"]
    assert beat.captions[0].text == "The model reads {count} tokens: words, parts of words, signs."
    assert beat.captions[0].values["count"] == str(len(reading.config["tokens"]))
    said = [claim["text"] for claim in beat.claims]
    assert "of all 270 heads, the one where “bank” weighs one token most; first and last two not counted" in said


@pytest.mark.parametrize(
    ("chosen_by", "said"),
    [(ASKED_FOR, "the head that was asked for"), (LOOKS_BACK_IN_LAYER, "of this layer's 9 heads, the one where")],
)
def test_a_head_that_was_asked_for_is_not_said_to_be_found(recordings, chosen_by, said):
    reading = recordings["attention-text"]
    other = SimpleNamespace(
        config={**reading.config, "chosen_by": chosen_by},
        origin=reading.origin,
        arrays=reading.arrays,
        read=reading.read,
        reads=(),
    )
    other.only = lambda names: other
    beat = run_beat(NAME, {"attention-text": other}, chapter="attention")
    assert any(claim["text"].startswith(said) for claim in beat.claims)


@pytest.mark.parametrize("rotary", [False, True])
def test_a_norm_is_told_from_none(rotary):
    random = np.random.default_rng(0)
    vectors, matrix = random.normal(size=(5, 8)), random.normal(size=(4, 8))
    straight = vectors @ matrix.T
    turned = straight[:, [1, 0, 3, 2]] * [-1, 1, -1, 1]
    assert is_plain(vectors, matrix, turned if rotary else straight + 0.5, rotary)
    sizes = np.linalg.norm(vectors, axis=1, keepdims=True)
    assert not is_plain(vectors, matrix, straight / sizes, rotary)
