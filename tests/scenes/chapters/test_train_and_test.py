"""The cards of `train_and_test` carry recorded labels and answers, and its bars are as full as they were right."""

from __future__ import annotations

import numpy as np
import pytest

from scenes.chapters.gradient_descent.train_and_test import BAR, LEFT, RIGHT, SIDE, UNDER, UP, WALL_Y
from scenes.mobjects.batched import rgb255
from scenes.style import palette
from tests.scenes.chapters.beats import run_beat


@pytest.fixture(scope="module")
def beat(recordings):
    return run_beat("train_and_test", recordings, chapter="gradient-descent")


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


def test_bars_are_as_full_as_the_last_accuracies(beat, recordings):
    for bar, kind in zip(beat.bars, ("train", "test"), strict=True):
        recorded = float(recordings["digits"].read(f"metric.{kind}_accuracy", step=-1))
        assert bar.width / BAR[0] == pytest.approx(recorded)
    assert beat.step.value == recordings["digits"].steps("metric.test_accuracy")[-1]


def test_the_scores_do_not_run_into_what_they_measure(beat):
    for score, text in zip(beat.scores, beat.texts, strict=True):
        score.set_value(100.0)  # the widest that there is
        assert score.get_right()[0] < text.get_left()[0]
