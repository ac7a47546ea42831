"""`same_word_different_meaning` draws the recorded directions, and says that a bank parts only where it does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenes.chapters.attention.stream.meanings import Meanings
from scenes.chapters.attention.stream.paths import unit_vectors
from scenes.language.translation import LANGUAGES
from scenes.text.numbers import Number
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat

NAME = "same_word_different_meaning"
PAIRS = ((0, 1), (0, 2), (1, 2))


@pytest.fixture(scope="module")
def stream(recordings):
    return recordings["attention-meanings"].read("sentence.stream").astype(float)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    require_well_told(played[language])
    assert 28 <= played[language].time <= {"en": 38.7, "zh_CN": 42}[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_on_a_model_that_knows_nothing_and_claims_only_what_holds(random_readings, language):
    beat = played_beat(NAME, random_readings, chapter="attention", language=language)
    require_well_told(beat)
    said = any("one way, the money's the other" in caption.text for caption in beat.captions)
    assert said is beat.banks.parting()[1]


def test_the_same_numbers_go_in(played, stream):
    assert (stream[:, 0] == stream[0, 0]).all()
    texts = [caption.text for caption in played["en"].captions]
    said = next(caption for caption in played["en"].captions if "The same {count} numbers" in caption.text)
    assert said.values["count"] == str(stream.shape[2])
    assert "So they begin at one point." in texts


def test_the_first_sentence_is_the_one_that_is_read_in_the_next_beats(recordings):
    assert recordings["attention-meanings"].config["sentences"][0] == recordings["attention-text"].config["text"]


def test_a_reading_is_never_between_two_layers(recordings, monkeypatch):
    seen = []
    write = Number.show
    monkeypatch.setattr(Number, "show", lambda self, value, *rest: seen.append(value) or write(self, value, *rest))
    beat = run_beat(NAME, recordings, chapter="attention")
    assert len(set(seen)) > 10 and np.isin(seen, beat.cosines).all()


def test_the_cosines_of_all_pairs_are_told_at_the_layer_where_they_part(played, stream):
    unit = unit_vectors(stream)
    layer = played["en"].layer
    one, other, money = (f"{unit[a, layer] @ unit[b, layer]:.2f}" for a, b in PAIRS)
    said = next(caption for caption in played["en"].captions if caption.text.startswith("At layer"))
    assert said.values == {"layer": str(layer), "one": one, "other": other, "money": money}


@pytest.mark.parametrize(("share", "holds"), [(0.2, True), (1e-6, False)])
def test_words_before_change_a_vector_only_where_it_is_seen_to_be_another(played, share, holds):
    assert replace(played["en"].measured.changed, value=share).holds is holds


def test_the_note_tells_how_many_numbers_are_drawn_in_full(played, stream):
    sizes = np.abs(unit_vectors(stream))
    full = [(sizes[:, layer] >= np.quantile(sizes[:, layer], 0.9)).mean() for layer in range(sizes.shape[1])]
    assert f"{np.mean(full):.0%}" in played["en"].note.text


def test_curves_and_readings_are_the_recorded_cosines(played, stream):
    beat = played["en"]
    for number, (one, other) in enumerate(PAIRS):
        lengths = np.linalg.norm(stream[one], axis=1) * np.linalg.norm(stream[other], axis=1)
        cosine = (stream[one] * stream[other]).sum(axis=1) / lengths
        drawn = beat.plot.point(np.arange(len(cosine)), cosine)
        assert beat.curves.places[number] == pytest.approx(drawn)
        assert beat.readings[number].value == pytest.approx(cosine[-1])


def test_the_paths_keep_the_distances_that_the_plane_keeps(played, stream):
    beat = played["en"]
    unit = unit_vectors(stream)
    apart = unit - unit.mean(axis=0)
    flat = apart.reshape(-1, apart.shape[2])
    sizes = np.linalg.svd(flat - flat.mean(axis=0), compute_uv=False) ** 2
    assert beat.banks.plane.explained == pytest.approx(sizes[:2].sum() / sizes.sum())
    kept = np.linalg.norm(beat.banks.places[:, 1:] - beat.banks.places[:, :-1], axis=-1)
    drawn = np.linalg.norm(np.diff(beat.paths.places, axis=1), axis=-1)
    assert drawn / drawn.max() == pytest.approx(kept / kept.max(), abs=1e-6)
    assert beat.paths.now == beat.paths.last == stream.shape[1] - 1


def test_a_vector_s_picture_has_a_shade_for_each_number(played, stream):
    values = unit_vectors(stream)[:, -1]
    for number, picture in enumerate(played["en"].pictures):
        assert len(picture) == stream.shape[2]
        blue = picture.fill[:, 2] > picture.fill[:, 0]
        assert blue.tolist() == (values[number] >= 0).tolist()
        share = np.abs(values[number]) / np.quantile(np.abs(values), 0.9)
        assert picture.fill[:, 3] == pytest.approx(np.clip(share, 0, 1), abs=1e-4)


@pytest.mark.parametrize(("river", "parts"), [((0.0, 1.0), True), ((1.0, 0.0), False)])
def test_it_parts_only_where_the_first_goes_away_from_the_others(river, parts):
    stream = np.zeros((3, 4, 3))
    stream[:, 0] = [1, 0, 0]
    stream[0, 1:] = [*river, 0]
    stream[1, 1:], stream[2, 1:] = [1, 0.1, 0], [1, 0, 0.1]
    assert Meanings(("a bank", "b bank", "c bank"), stream).parting()[1] is parts
