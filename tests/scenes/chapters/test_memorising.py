"""`memorising` gives images the labels that they had in the run, and draws the measured accuracies of both runs."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data import load_mnist
from engine.experiments import Experiment, shuffled_order
from engine.run_digits import DigitsRun
from scenes.chapters.gradient_descent.memorising import BY_CHANCE, FAR, RUNS, handed_round
from scenes.learning_curves import first_reaching
from scenes.style import palette
from scenes.translation import LANGUAGES
from tests.scenes.chapters.beats import require_well_told, run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: run_beat("memorising", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.fixture
def beat(played):
    """The English one, put back to what it was after a test has changed it."""
    beat = played["en"]
    kept = beat.now.get_value(), beat.trained, beat.level, beat.reached
    yield beat
    beat.now.set_value(kept[0])
    beat.trained, beat.level, beat.reached = kept[1:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 20 <= beat.time <= 26
    require_well_told(beat)


def test_images_handed_round_get_each_others_labels():
    order = np.array([2, 9, 4, 0, 7, 1, 3, 8, 5, 6])  # 3 ← 0 ← 2 ← 4, whose label comes from an unknown one; 5 ← 1
    assert handed_round(order, 6, 9) == [0, 2, 3, 5]
    assert handed_round(order, 6, 2) == [0, 3]


def test_shown_images_end_with_the_labels_that_they_had_in_the_run(beat, recordings):
    shuffled = recordings["digits-shuffled-labels"]
    run = DigitsRun(Experiment.from_config(shuffled.config), load_mnist())
    assert [label.value for label in beat.labels] == run.train.labels[beat.shown].tolist()
    true = recordings["digits-review"].read("train.label", batch=beat.shown)
    np.testing.assert_array_equal(beat.donors, shuffled_order(shuffled.config["seed"], 1000)[beat.shown])
    images = recordings["digits-review"].read("train.input", batch=beat.shown)
    for label, picture, told, pixels in zip(beat.labels, beat.pictures, true, images, strict=True):
        color = palette().right if label.value == told else palette().negative
        assert label.get_color().to_hex() == color
        np.testing.assert_array_equal(picture.pixels, pixels)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.7, 1.0])
def test_the_numbers_told_are_the_tips_of_the_curves(beat, recordings, share):
    beat.now.set_value(share)
    for which, run in enumerate(RUNS):
        steps = recordings[run].steps("metric.train_accuracy")
        measured = recordings[run].read("metric.train_accuracy")
        told = beat.at(which)
        assert told == pytest.approx(np.interp(beat.moment(), steps, measured))
        tip = beat.curve(which, beat.trained[which], beat.moment()).get_end()
        assert tip == pytest.approx(beat.axes.point(beat.moment(), told), abs=2e-3)


def test_in_the_end_curves_and_numbers_are_those_on_new_images(beat, recordings):
    for which, run in enumerate(RUNS):
        steps = recordings[run].steps("metric.test_accuracy")
        accuracy = recordings[run].read("metric.test_accuracy")
        assert beat.right[which].value == pytest.approx(100 * accuracy[-1])
        for point in beat.axes.point(steps, accuracy):
            assert np.linalg.norm(beat.curves[which].points - point, axis=1).min() < 1e-6
    told = {name: value for caption in beat.captions for name, value in caption.values.items()}
    finals = [recordings[run].read("metric.test_accuracy", step=-1) for run in RUNS]
    assert [told["true"], told["shuffled"]] == [f"{float(final):.0%}" for final in finals]


def test_the_steps_told_are_those_at_which_both_reach_the_level(beat):
    beat.trained = [np.linspace(0.1, 0.99, len(beat.steps[0])), np.linspace(0.1, 0.86, len(beat.steps[1]))]
    beat.level = 0.8
    beat.reached = [first_reaching(*pair, 0.8) for pair in zip(beat.steps, beat.trained, strict=True)]
    text, told, marks = beat.verdict()
    assert text.startswith("True labels reach {level}")
    assert told == {"level": "80%", "first": beat.reached[0], "second": beat.reached[1]}
    for which, mark in enumerate(marks[1:]):
        assert mark[0].get_start() == pytest.approx(beat.axes.point(beat.reached[which], 0.8))
        assert mark[1].value == beat.reached[which]


@pytest.mark.parametrize(
    ("ends", "line"), [((0.95, 0.3), "Shuffled labels are hardly learned"), ((0.2, 0.1), "learned neither")]
)
def test_where_labels_were_not_learned_that_is_told(beat, ends, line):
    beat.trained = [np.linspace(0.1, end, len(steps)) for end, steps in zip(ends, beat.steps, strict=True)]
    text, told, marks = beat.verdict()
    assert line in text
    assert told == {"steps": int(beat.last), "percent": f"{ends[1]:.0%}"}
    assert marks[0][0].get_y() == pytest.approx(beat.axes.point(0, ends[1])[1])


def test_structure_is_claimed_only_where_the_runs_show_it(beat, recordings):
    true, shuffled = (float(recordings[run].read("metric.test_accuracy", step=-1)) for run in RUNS)
    assert ("It found structure" in beat.captions[-1].text) == (true > FAR and shuffled <= BY_CHANCE)
    said = " ".join(caption.text for caption in beat.captions)
    trained = [recordings[run].read("metric.train_accuracy").max() for run in RUNS]
    assert ("reach {level}" in said) == (min(trained) >= FAR)
