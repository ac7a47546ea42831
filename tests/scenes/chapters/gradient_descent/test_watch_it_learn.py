"""At each moment of `watch_it_learn` all that is drawn is of one and the same step of the recording."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from manim import tempconfig

from engine.experiments import USER_PROBE_LABEL, find_experiment
from engine.overrides import Overrides
from engine.train import train
from renders.scene.stepping import SteppingRenderer
from scenes.beats.loading import load_beat
from scenes.beats.stage import LAYERS
from scenes.catalog import find_chapter
from scenes.chapters.gradient_descent.training.learned_last import settled
from scenes.chapters.gradient_descent.watch_it_learn import HASTE, STRONG
from scenes.language.translation import LANGUAGES
from scenes.mobjects.pictures.colormap import brightness, diverging
from scenes.mobjects.plots.growing_plot import GrowingPlot
from tests.engine.small import small_mnist
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: played_beat("watch_it_learn", recordings, chapter="gradient-descent", language=language)
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


def test_settled_is_the_first_snapshot_of_the_last_stretch_of_right_answers():
    assert settled(np.array([3, 1, 3, 3]), 3) == 2
    assert settled(np.array([3, 3]), 3) == 0
    assert settled(np.array([3, 1]), 3) == -1


@pytest.mark.parametrize("which", [0, 3, 9, -1])
def test_at_a_measured_step_all_is_what_was_recorded_there(beat, recordings, which):
    digits = recordings["digits"]
    step = int(digits.steps("metric.test_loss")[which])
    snapshot = int(np.flatnonzero(digits.steps("layer1.weight") == step)[0])
    beat.show(step)
    for layer, edges, scale in zip(LAYERS, beat.network.edges, beat.scales, strict=True):
        weight = digits.read(f"{layer}.weight", step=snapshot)[edges.targets, edges.sources]
        assert edges.values == pytest.approx(weight, abs=1e-6)
        assert edges.rgba == pytest.approx(diverging(weight, scale), abs=1e-3)
    for layer, column in zip(LAYERS, beat.network.columns[1:], strict=True):
        activation = digits.read(f"{layer}.activation", step=snapshot, batch=beat.probe)
        assert column.fill == pytest.approx(brightness(activation[column.indices]), abs=1e-3)
    assert told_by(beat) == recorded_at(digits, step, beat.probe)
    assert beat.box.get_y() == pytest.approx(beat.network.columns[-1].centers[int(beat.reading.answer.value), 1])


def told_by(beat):
    """Return the step, the answer, the cost and the percentage on screen, as they are written."""
    return tuple(number.text for number in (beat.step, beat.reading.answer, beat.cost, beat.right))


def recorded_at(digits, step, probe):
    """Return the same as recorded at a step, which must be one at which all of them were."""
    places = [int(np.flatnonzero(digits.steps(name) == step)[0]) for name in ("layer3.activation", "metric.test_loss")]
    answer = digits.read("layer3.activation", step=places[0], batch=probe).argmax()
    cost, right = (float(digits.read(f"metric.{name}", step=places[1])) for name in ("test_loss", "test_accuracy"))
    return f"{step:,}", str(answer), f"{cost:.2f}", f"{100 * right:.1f}%"


def test_at_any_moment_the_numbers_are_those_recorded_at_the_step_shown(beat, recordings):
    digits, told = recordings["digits"], set()
    for share in np.linspace(0, 1, 400):
        beat.clock.set_value(share)
        beat.show(beat.now)
        step = int(beat.step.value)
        assert step <= beat.now
        assert told_by(beat) == recorded_at(digits, step, beat.probe)
        for plot, number in zip(beat.plots, (beat.cost.value, beat.right.value / 100), strict=True):
            assert plot.tips[0].get_center() == pytest.approx(plot.place(step, number), abs=1e-3)
            assert plot.reach == max(plot.first, beat.now)
        told.add(step)
    assert told == set(digits.steps("metric.test_loss").tolist())


def test_the_step_noted_is_the_one_on_screen_at_every_frame(recordings):
    digits, entry = recordings["digits"], find_chapter("gradient-descent")
    renderer, seen = SteppingRenderer(), []
    with tempconfig({"frame_rate": 30, "dry_run": True, "disable_caching": True, "progress_bar": "none"}):
        beat = load_beat(entry, "watch_it_learn")({"digits": digits}, renderer=renderer)
        renderer.look = lambda moment: seen.append((moment.time, told_by(beat)))
        beat.render()
    begun = beat.steps_shown[0].time
    for time, told in seen:
        noted = [shown.step for shown in beat.steps_shown if shown.time <= time + 1e-6]
        assert (time >= begun) == bool(noted)
        assert told == recorded_at(digits, int(noted[-1]) if noted else 0, beat.probe)
    assert len(seen) > 300


def test_what_is_opaque_is_told(beat, recordings):
    told = beat.shade_note.text
    for layer in LAYERS:
        assert f"{np.quantile(np.abs(recordings['digits'].read(f'{layer}.weight', step=-1)), STRONG):.2g}" in told


def test_the_curves_pass_through_what_was_recorded(beat, recordings):
    digits = recordings["digits"]
    for plot, name in zip(beat.plots, ("test_loss", "test_accuracy"), strict=True):
        steps, values = digits.steps(f"metric.{name}"), digits.read(f"metric.{name}")
        for step, value in zip(steps, values, strict=True):
            distances = np.linalg.norm(plot.lines[-1].curve.points - plot.place(step, value), axis=1)
            assert distances.min() < 1e-6


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
        wanted = Overrides((30, 5), learning_rate=1e-6, seed=7, picture=own).of(find_experiment("digits"))
        wanted = replace(wanted, steps=4, snapshots=3, evaluations=2)
        folder = tmp_path / f"{own is None}.zarr"
        digits = train(wanted, folder, data=small_mnist(), own=own)
        beat = run_beat("watch_it_learn", {"digits": digits}, chapter="gradient-descent")
        answer = int(digits.read("layer3.activation", step=-1, batch=beat.probe).argmax())
        assert beat.captions[-1].values["answer"] == str(answer)
        assert (beat.label == USER_PROBE_LABEL) == (own is not None)
        assert ("to this" in beat.captions[-1].text) == (beat.label not in (USER_PROBE_LABEL, answer))
        assert beat.reading.lines[0] in beat.reading.submobjects or beat.label == USER_PROBE_LABEL


def test_it_tells_which_steps_it_shows(played, recordings):
    steps = [shown.step for shown in played["zh_CN"].steps_shown]
    assert len(steps) > 5 and steps == sorted(steps) and steps[-1] == recordings["digits"].last_step
