"""The race of `relu` is run by the recorded accuracies."""

from dataclasses import replace

import numpy as np
import pytest
from manim import DOWN

from scenes.chapters.network.relu import LEGEND
from scenes.chapters.network.whole_network.two_runs import RUNS, TwoRuns
from tests.scenes.chapters.beats import played_beat, run_beat


@pytest.fixture(scope="module")
def beat(recordings):
    return played_beat("relu", recordings)


def test_the_numbers_end_at_the_last_measured_accuracy(beat, recordings):
    for run, number in zip(RUNS, beat.right, strict=True):
        assert number.value == pytest.approx(100 * float(recordings[run].read("metric.test_accuracy", step=-1)))


@pytest.mark.parametrize("share", [0.0, 0.13, 0.5, 1.0])
def test_the_numbers_told_are_measured_at_the_step_told_and_are_the_tips_of_the_curves(beat, recordings, share):
    stood, shown = beat.now.get_value(), list(beat.steps_shown)
    try:
        beat.now.set_value(share * beat.last)
        beat.tell_step(beat.step)
        assert {one.step for one in beat.steps_shown[-len(RUNS) :]} == {beat.step.value}
        for which, run in enumerate(RUNS):
            at = recordings[run].steps("metric.test_accuracy").tolist().index(beat.step.value)
            measured = float(recordings[run].read("metric.test_accuracy", step=at))
            assert beat.right[which].value == pytest.approx(100 * measured)
            curve = beat.curve_now(which)
            if at:  # at the first there is no line yet
                assert curve.get_end() == pytest.approx(beat.place(beat.step.value, measured), abs=1e-6)
    finally:
        beat.now.set_value(stood)
        beat.steps_shown[:] = shown


def test_the_curves_end_on_the_recorded_points(beat, recordings):
    for run, curve in zip(RUNS, beat.curves, strict=True):
        steps = recordings[run].steps("metric.test_accuracy")
        accuracy = recordings[run].read("metric.test_accuracy")
        expected = beat.axes.point(steps * beat.first_look / steps[-1], accuracy)
        drawn = curve.points
        for point in expected:
            assert np.linalg.norm(drawn - point, axis=1).min() < 1e-6


def test_where_nothing_is_reached_no_one_is_first(untaught_recordings):
    beat = played_beat("relu", untaught_recordings)
    assert beat.reached == (0, 0)
    assert any(caption.text.startswith("So far:") for caption in beat.captions)
    middle = beat.axes.point(0, 0.5)[1]
    assert all(number.get_y() > middle for number in (*beat.right, beat.step))  # the curves are below
    assert not any("first" in caption.text for caption in beat.captions)


def test_no_one_is_first_at_a_level_at_which_one_stood_before_its_first_step(recordings, monkeypatch):
    measured = TwoRuns.of
    early = staticmethod(lambda beat: replace(measured(beat), level=0.1, reached=(0, 42)))
    monkeypatch.setattr(TwoRuns, "of", early)
    assert not any("first" in caption.text for caption in run_beat("relu", recordings).captions)


@pytest.mark.parametrize("kind", ["default", "other"])
def test_the_line_said_is_what_the_runs_show(recordings_of, kind):
    recordings = recordings_of(kind)
    beat = played_beat("relu", recordings)
    (steps, sigma), (_, relu) = (
        (recordings[run].steps("metric.test_accuracy"), recordings[run].read("metric.test_accuracy")) for run in RUNS
    )
    first = [int(steps[np.argmax(accuracy >= beat.level)]) for accuracy in (sigma, relu)]
    said = next(caption for caption in beat.captions if caption.text.startswith("{level} right"))
    assert ("ReLU first" in said.text, "σ first" in said.text) == (first[1] < first[0], first[0] < first[1])
    assert [said.values["sigma"], said.values["relu"]] == [f"{step:,}" for step in first]
    assert len(beat.drops) - 1 == len({step for step in first if step})  # and the note


def test_a_number_far_to_the_right_stands_above_the_legend(beat):
    for line, number in list(beat.drops)[:-1]:
        step = number.value
        height = number.get_bottom()[1] - line.get_end()[1]
        assert height > 1.9 or (step <= LEGEND * beat.first_look and (line.get_end() - line.get_start()) @ DOWN > 0)
