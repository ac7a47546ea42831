"""The cards of `train_and_test` carry recorded labels and answers, and its scores are those of the evaluations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenes.chapters.gradient_descent.train_and_test import BAR, LEFT, RIGHT, SIDE, UNDER, UP, WALL_Y
from scenes.drawing.batched import rgb255
from scenes.language.translation import LANGUAGES
from scenes.look.style import palette
from scenes.text.numbers import Number
from tests.scenes.chapters.beats import played_beat, require_well_told


@pytest.fixture(scope="module")
def beat(recordings):
    return played_beat("train_and_test", recordings, chapter="gradient-descent")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(recordings, language):
    told = played_beat("train_and_test", recordings, chapter="gradient-descent", language=language)
    assert 16 <= told.time <= 28
    require_well_told(told)


@pytest.mark.parametrize("which", ["marks", "given"])
def test_each_digit_stands_under_the_image_that_it_is_told_of(beat, recordings, which):
    answers = recordings["digits-review"].read("test.output").argmax(axis=1)
    labels = recordings["digits-review"].read("train.label")
    told, side = {"marks": (labels, LEFT), "given": (answers, RIGHT)}[which]
    numbers, images = getattr(beat, which), beat.wall.places + SIDE * side + WALL_Y * UP
    for value, place in zip(numbers.values, numbers.places, strict=True):
        distances = np.linalg.norm(images + UNDER - place, axis=1)
        assert distances.min() < 1e-6 and value == told[distances.argmin()]


def test_answers_are_green_where_they_are_the_label_and_red_and_boxed_where_not(beat, recordings):
    answers = recordings["digits-review"].read("test.output", batch=list(range(30))).argmax(axis=1)
    right = answers == recordings["digits"].read("test.label", batch=list(range(30)))
    order = np.argsort(np.linalg.norm(beat.wall.places, axis=1), kind="stable")
    for good, color in zip(right[order], beat.given.rgba, strict=True):
        assert color[:3] == pytest.approx(rgb255(palette().right if good else palette().negative))
    assert 0 < (~right).sum() < 15, "the run of the tests has some wrong answers, or this would test nothing"
    assert len(beat.box) == (~right).sum()


def test_scores_bars_and_step_are_those_of_one_evaluation_after_the_other(beat, recordings):
    digits = recordings["digits"]
    steps = digits.steps("metric.test_accuracy")
    accuracies = [digits.read(f"metric.{kind}_accuracy") for kind in ("train", "test")]
    shown = set()
    for alpha in np.linspace(0, 1, 97):
        beat.show_training(beat.scoreboard, float(alpha))
        place = steps.tolist().index(beat.step.value)
        shown.add(place)
        for bar, score, recorded in zip(beat.bars, beat.scores, accuracies, strict=True):
            assert bar.width / BAR[0] == pytest.approx(recorded[place])
            assert score.value == pytest.approx(100 * recorded[place])
    assert shown == set(range(len(steps))) and beat.step.value == steps[-1]


def test_it_tells_each_step_that_it_shows(beat, recordings):
    steps = recordings["digits"].steps("metric.test_accuracy").tolist()
    told = [shown.step for shown in beat.steps_shown]
    assert told[0] == 0 and told[-1] == steps[-1] and told == sorted(told) and set(told) <= set(steps)


def test_the_scores_do_not_run_into_what_they_measure(beat):
    for score, text in zip(beat.scores, beat.texts, strict=True):
        widest = Number(100.0, score.form, score.size).move_to(score.get_right(), RIGHT)
        assert widest.get_right()[0] < text.get_left()[0]


@pytest.mark.parametrize(
    ("train", "test", "part"),
    [(0.2, 0.2, "poor"), (0.95, 0.94, "Nearly the same"), (0.99, 0.7, "than on new"), (0.6, 0.7, "on new images than")],
)
def test_the_verdict_is_what_the_scores_show(beat, train, test, part):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beat, "scored", replace(beat.scored, value={"train": train, "test": test}))
        assert part in beat.verdict().text
