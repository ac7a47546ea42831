"""The race of `relu` is run by the recorded accuracies."""

import numpy as np
import pytest

from scenes.chapters.network.relu import RUNS
from tests.scenes.chapters.beats import run_beat


@pytest.fixture(scope="module")
def beat(recordings):
    return run_beat("relu", recordings)


def test_the_numbers_end_at_the_last_measured_accuracy(beat, recordings):
    for run, number in zip(RUNS, beat.right, strict=True):
        assert number.value == pytest.approx(100 * float(recordings[run].read("metric.test_accuracy", step=-1)))


@pytest.mark.parametrize("share", [0.0, 0.13, 0.5, 1.0])
def test_the_numbers_told_are_the_tips_of_the_curves(beat, share):
    stood = beat.now.get_value()
    try:
        beat.now.set_value(share * beat.last)
        for which in range(2):
            height = beat.axes.point(0, beat.at(which))[1]
            assert beat.curve_now(which).get_end()[1] == pytest.approx(height, abs=2e-3)
    finally:
        beat.now.set_value(stood)


def test_the_curves_end_on_the_recorded_points(beat, recordings):
    for run, curve in zip(RUNS, beat.curves, strict=True):
        steps = recordings[run].steps("metric.test_accuracy")
        accuracy = recordings[run].read("metric.test_accuracy")
        expected = beat.axes.point(steps * beat.first_look / steps[-1], accuracy)
        drawn = curve.points
        for point in expected:
            assert np.linalg.norm(drawn - point, axis=1).min() < 1e-6


def test_the_line_said_is_what_the_runs_show(beat):
    sigma_step, relu_step = beat.reached
    assert ("ReLU" in beat.verdict()) == (relu_step < sigma_step)
    assert beat.verdict() in [caption.text for caption in beat.captions]
