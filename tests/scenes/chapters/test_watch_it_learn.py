"""At each moment of `watch_it_learn` all that is drawn is of one and the same step of the recording."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.experiments import OWN, find_experiment
from engine.train import train
from engine.variation import Variation
from scenes.chapters.gradient_descent.watch_it_learn import HASTE, Snapshots, settled
from scenes.mobjects.colormap import brightness, diverging
from scenes.mobjects.growing_plot import GrowingPlot
from scenes.stage import LAYERS
from scenes.translation import LANGUAGES
from tests.engine.small import small_mnist
from tests.scenes.chapters.beats import require_well_told, run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: run_beat("watch_it_learn", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.fixture
def beat(played):
    """The English one, put back to its end after a test has turned its clock."""
    yield played["en"]
    played["en"].clock.set_value(1.0)
    played["en"].show(played["en"].now)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 20 <= beat.time <= 26
    require_well_told(beat)


def test_snapshots_lie_on_straight_lines_between_the_recorded_ones():
    snapshots = Snapshots(np.array([0, 4, 10]), np.array([[0.0, 1.0], [4.0, 3.0], [1.0, 0.0]]))
    assert snapshots.at(0) == pytest.approx([0, 1])
    assert snapshots.at(1) == pytest.approx([1, 1.5])
    assert snapshots.at(4) == pytest.approx([4, 3])
    assert snapshots.at(10) == pytest.approx([1, 0])
    assert Snapshots(np.array([0]), np.array([[2.0]])).at(0) == pytest.approx([2])


def test_settled_is_the_first_snapshot_of_the_last_stretch_of_right_answers():
    assert settled(np.array([3, 1, 3, 3]), 3) == 2
    assert settled(np.array([3, 3]), 3) == 0
    assert settled(np.array([3, 1]), 3) == -1


@pytest.mark.parametrize("which", [0, 7, 20, -1])
def test_edges_and_neurons_are_those_of_the_snapshot_at_that_step(beat, recordings, which):
    digits = recordings["digits"]
    step = int(digits.steps("layer1.weight")[which])
    beat.show(step)
    for layer, edges, scale in zip(LAYERS, beat.network.edges, beat.scales, strict=True):
        weight = digits.read(f"{layer}.weight", step=which)[edges.targets, edges.sources]
        assert edges.values == pytest.approx(weight, abs=1e-6)
        assert edges.rgba == pytest.approx(diverging(weight, scale), abs=1e-3)
    for layer, column in zip(LAYERS, beat.network.columns[1:], strict=True):
        activation = digits.read(f"{layer}.activation", step=which, batch=beat.probe)
        assert column.fill == pytest.approx(brightness(activation[column.indices]), abs=1e-3)
    answer = digits.read("layer3.activation", step=which, batch=beat.probe).argmax()
    assert beat.reading.answer.value == answer
    assert beat.box.get_y() == pytest.approx(beat.network.columns[-1].centers[answer, 1])
    assert beat.step.value == step


@pytest.mark.parametrize("which", [0, 3, 9, -1])
def test_numbers_and_tips_are_the_evaluation_at_that_step(beat, recordings, which):
    digits = recordings["digits"]
    step = int(digits.steps("metric.test_loss")[which])
    cost, right = (float(digits.read(f"metric.{name}", step=which)) for name in ("test_loss", "test_accuracy"))
    beat.show(step)
    assert [beat.cost.value, beat.right.value] == pytest.approx([cost, 100 * right])
    for plot, value in zip(beat.plots, (cost, right), strict=True):
        assert plot.tips[0].get_center() == pytest.approx(plot.place(step, value), abs=1e-3)
        assert plot.reach == max(plot.first, step)


def test_the_clock_starts_slowly_and_ends_at_the_last_step(beat, recordings):
    last = int(recordings["digits"].steps("layer1.weight")[-1])
    assert beat.step.value == last
    beat.clock.set_value(0.5)
    assert beat.now == pytest.approx(last * 0.5**HASTE) and beat.now < last / 4


def test_the_thin_curve_passes_through_the_recorded_losses(beat, recordings):
    losses = recordings["digits"].read("metric.loss")
    points = beat.cost_plot.lines[0].curve.points
    for step in (0, int(losses.argmin()), len(losses) - 1):
        distance = np.linalg.norm(points - beat.cost_plot.place(step, losses[step]), axis=1).min()
        assert distance < 1e-6


def test_the_image_is_that_of_the_digit_learned_last(beat, recordings):
    digits = recordings["digits"]
    answers, labels = digits.read("layer3.activation").argmax(axis=2), digits.read("probe.label")
    assert beat.label == labels[beat.probe]
    mine = settled(answers[:, beat.probe], beat.label)
    assert mine > 0 and beat.captions[-1].values["answer"] == str(beat.label)


def test_the_last_line_tells_the_recorded_end(beat, recordings):
    said, digits = beat.captions[-1].values, recordings["digits"]
    assert said["steps"] == f"{digits.steps('layer1.weight')[-1]:,}"
    assert said["percent"] == f"{float(digits.read('metric.test_accuracy', step=-1)):.1%}"


def test_marks_stay_at_their_steps_while_the_axis_reaches_further():
    plot = GrowingPlot(100, 1000, 1.0, 4.0, 2.0, y={"ticks": 2}, marked=True)
    for now in (0, 80, 400, 1000):
        plot.show(now)
        for number, mark in plot.marks.items():
            if mark[0].get_stroke_opacity() > 0:
                assert mark[0].get_start() == pytest.approx(plot.place(number, 0))
                assert number <= plot.reach
        assert any(mark[0].get_stroke_opacity() == 1 for number, mark in plot.marks.items() if number)


def test_a_network_that_learns_nothing_and_the_users_own_picture(tmp_path):
    picture = np.eye(28, dtype=np.float32)
    for own in (picture, None):
        wanted = Variation((30, 5), learning_rate=1e-6, seed=7, picture=own).of(find_experiment("digits"))
        wanted = replace(wanted, steps=4, snapshots=3, evaluations=2)
        folder = tmp_path / f"{own is None}.zarr"
        digits = train(wanted, folder, data=small_mnist(), own=own)
        beat = run_beat("watch_it_learn", {"digits": digits}, chapter="gradient-descent")
        answer = int(digits.read("layer3.activation", step=-1, batch=beat.probe).argmax())
        assert beat.captions[-1].values["answer"] == str(answer)
        assert (beat.label == OWN) == (own is not None)
        assert ("takes the" in beat.captions[-1].text) == (beat.label not in (OWN, answer))
        assert beat.reading.lines[0] in beat.reading.submobjects or beat.label == OWN


def test_it_tells_which_steps_it_shows(played, recordings):
    steps = [shown.step for shown in played["zh_CN"].steps_shown]
    assert len(steps) > 5 and steps == sorted(steps) and steps[-1] == recordings["digits"].last_step
