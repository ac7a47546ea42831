"""`memorising` gives images the labels that they had in the run, and draws the measured accuracies of both runs."""

from __future__ import annotations

from collections import ChainMap

import numpy as np
import pytest

from engine.data.mnist import load_mnist
from engine.experiments import DigitsConfig, shuffled_order
from engine.experiments.digits.task import DigitsTask
from scenes.chapters.gradient_descent.memorising import BY_CHANCE, FAR, HASTE, RUNS, TESTED, TRAINED, Memorising
from scenes.chapters.gradient_descent.training.label_cards import handed_round
from scenes.language.translation import LANGUAGES
from scenes.look.style import palette
from scenes.measures.learning_curves import first_reaching
from tests.scenes.chapters.beats import Replaced, played_beat, require_well_told, run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: played_beat("memorising", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def beat(played):
    return played["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 20 <= beat.time <= 29.5
    require_well_told(beat)


def test_images_handed_round_get_each_others_labels():
    given = np.array([2, 9, 4, 0, 7, 1])  # 3 ← 0 ← 2 ← 4, whose label comes from an unknown one; 5 ← 1
    assert handed_round(given, 9) == [0, 2, 3, 5]
    assert handed_round(given, 2) == [0, 3]


def test_shown_images_end_with_the_labels_that_they_had_in_the_run(beat, recordings):
    shuffled, cards = recordings["digits-shuffled-labels"], beat.cards
    run = DigitsTask(DigitsConfig.from_config(shuffled.config), load_mnist())
    assert [label.value for label in cards.labels] == run.train.labels[cards.images].tolist()
    true = load_mnist().train.labels[cards.images]
    assert cards.given == shuffled_order(shuffled.config["seed"], 1000)[cards.images].tolist()
    images = load_mnist().train.inputs[cards.images]
    for label, picture, told, pixels in zip(cards.labels, cards.pictures, true, images, strict=True):
        color = palette().right if label.value == told else palette().negative
        assert label.get_color().to_hex() == color
        np.testing.assert_array_equal(picture.pixels, pixels)


def test_in_the_race_all_is_what_was_recorded_at_the_step_told(beat, recordings):
    """Curves are compared without their points between two recorded ones."""
    told = set()
    beat.right, beat.step, kept = [number.copy() for number in beat.right], beat.step.copy(), (beat.right, beat.step)
    curves, beat.curves = beat.curves, [beat.curve(which, series, 0.0) for which, series in enumerate(beat.trained)]
    for number, series in zip(beat.right, beat.trained, strict=True):
        number.follow(series, times=100)
    for now in beat.last * np.linspace(0, 1, 300) ** HASTE:
        beat.show(now)
        step = int(beat.step.value)
        assert step <= now
        for which, run in enumerate(RUNS):
            place = int(np.flatnonzero(recordings[run].steps(TRAINED) == step)[0])
            accuracy = float(recordings[run].read(TRAINED, step=place))
            assert beat.right[which].text == f"{100 * accuracy:.1f}%"
            assert beat.curves[which].get_end() == pytest.approx(beat.axes.point(step, accuracy), abs=1e-6)
        told.add(step)
    assert told == set(recordings[RUNS[0]].steps(TRAINED).tolist())
    (beat.right, beat.step), beat.curves = kept, curves


def test_the_steps_noted_are_evaluations_of_both_runs(beat, recordings):
    for run in RUNS:
        noted = [shown.step for shown in beat.steps_shown if shown.experiment == run]
        assert noted == sorted(noted) and len(noted) > 8
        assert set(noted) <= set(recordings[run].steps(TRAINED).tolist()) and noted[-1] == recordings[run].last_step


def test_in_the_end_curves_and_numbers_are_those_on_new_images(beat, recordings):
    for which, run in enumerate(RUNS):
        steps, accuracy = recordings[run].steps(TESTED), recordings[run].read(TESTED)
        assert beat.right[which].value == pytest.approx(100 * accuracy[-1])
        for point in beat.axes.point(steps, accuracy):
            assert np.linalg.norm(beat.curves[which].points - point, axis=1).min() < 1e-6
    told = {name: value for caption in beat.captions for name, value in caption.values.items()}
    finals = [recordings[run].read(TESTED, step=-1) for run in RUNS]
    assert [told["true"], told["shuffled"]] == [f"{float(final):.0%}" for final in finals]


def play(recordings, *ends):
    """Play it with accuracies on the training images that rise to these ends."""
    runs = {}
    for run, end in zip(RUNS, ends, strict=True):
        count = len(recordings[run].steps(TRAINED))
        runs[run] = Replaced(recordings[run], {TRAINED: np.linspace(0.1, end, count)})
    return run_beat("memorising", ChainMap(dict(runs), recordings), chapter="gradient-descent")


def test_the_steps_told_are_the_first_evaluations_at_the_level_of_both(recordings):
    beat = play(recordings, 0.99, 0.86)
    line = next(caption for caption in beat.captions if caption.text.startswith("Train on them"))
    steps = [first_reaching(series.steps, series.values, 0.8) for series in beat.trained]
    assert line.values == {"level": "80%", "first": f"{steps[0]:,}", "second": f"{steps[1]:,}"}
    for which, mark in enumerate(beat.marks[1:]):
        place = int(np.flatnonzero(beat.trained[which].steps == steps[which])[0])
        assert beat.trained[which].values[place - 1] < 0.8 <= beat.trained[which].values[place]
        assert mark[0].get_start() == pytest.approx(beat.axes.point(steps[which], 0.8))
        assert mark[1].value == steps[which]


@pytest.mark.parametrize("ends", [(0.95, 0.3), (0.2, 0.1)])
def test_where_labels_were_not_learned_it_is_told_how_far_both_got(recordings, ends):
    beat = play(recordings, *ends)
    line = next(caption for caption in beat.captions if caption.text.startswith("Train on them"))
    told = {"steps": f"{int(beat.last):,}", "first": f"{ends[0]:.0%}", "second": f"{ends[1]:.0%}"}
    assert line.values == told and not len(beat.marks)


def test_structure_is_claimed_only_where_the_runs_show_it(beat, recordings, untaught_recordings):
    for reel, played in ((recordings, beat), (untaught_recordings, None)):
        played = played or run_beat("memorising", reel, chapter="gradient-descent")
        true, shuffled = (float(reel[run].read(TESTED, step=-1)) for run in RUNS)
        said = " ".join(caption.text for caption in played.captions)
        assert ("it found structure" in said) == (true > FAR and shuffled <= BY_CHANCE)


def test_labels_that_were_not_shuffled_are_noticed(recordings):
    true = recordings[RUNS[0]].read("train.label")
    runs = ChainMap({RUNS[1]: Replaced(recordings[RUNS[1]], {"train.label": true})}, recordings)
    beat = Memorising({run: runs[run] for run in (*RUNS, "digits-review")})
    beat.open()
    assert not beat.labels_kept.holds


def test_it_ends_with_the_next_question(played):
    for language, beat in played.items():
        last = beat.captions[-1]
        assert last.values == {"count": "13,002"}
        assert {"en": "backpropagation", "zh_CN": "反向传播"}[language] in beat.translate(last.text, **last.values)
