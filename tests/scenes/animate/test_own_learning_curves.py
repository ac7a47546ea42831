"""Learning curves of any recording: what stands on screen was recorded, or is named as a median of what was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.recording import Recording
from scenes.animate.shared.metrics import MANY, panels_of, read_metric
from scenes.animate.shared.panels import BOTTOM, LEFT_END, RIGHT_END, TOP, large_and_column
from scenes.language.translation import LANGUAGES
from scenes.mobjects.plots.growing_plot import GrowingPlot, power_ticks
from scenes.mobjects.plots.long_curve import LongCurve, running_median, telling_steps
from scenes.text.typeset import Formula
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.animate.runs.recordings import Curve, falling, open_metrics, rising
from tests.scenes.chapters.beats import require_well_told

BEAT = "learning_curves"


def broken(curve: Curve, first: int, last: int | None = None) -> Curve:
    """Return a curve some of whose values are no numbers."""
    values = curve[1].copy()
    values[first:last] = np.nan
    return curve[0], values


CASES: dict[str, dict[str, Curve]] = {
    "one": {"loss": falling(30)},
    "noisy": {"train_loss": falling(800, noise=0.3), "test_loss": falling(20), "test_accuracy": rising(12)},
    "stopped": {"loss": broken(falling(60), 40), "accuracy": broken(rising(6), 4)},
}


@pytest.fixture(scope="module", params=CASES)
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return open_metrics(tmp_path_factory.mktemp("curves") / f"{request.param}.zarr", CASES[request.param])


def test_it_is_well_told_and_every_number_on_screen_is_recorded(recording: Recording) -> None:
    beat = run_own_beat(recording, BEAT)
    require_well_told(beat)
    steps = {name: recording.steps(name) for name in recording.arrays}
    assert {shown.step for shown in beat.steps_shown} <= {int(step) for some in steps.values() for step in some}
    for shown in beat.shown:
        name = f"metric.{shown.metric.name}"
        assert shown.metric.stopped is not None or shown.number.value in recording.read(name)
        np.testing.assert_array_equal(shown.number.series.values, recording.read(name))
        if not shown.metric.window:
            np.testing.assert_array_equal(shown.metric.shown, recording.read(name))
        if shown.metric.stopped is not None:
            assert shown.number.get_fill_opacity() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout_is_without_faults(recording: Recording, language: str) -> None:
    assert faults_of(recording, BEAT, language) == ()


def test_the_numbers_follow_the_steps(tmp_path: Path) -> None:
    recording = open_metrics(tmp_path / "mine.zarr", {"loss": falling(30)})
    beat = run_own_beat(recording, BEAT)
    (shown,) = beat.shown
    for now, row in ((0, 0), (9, 0), (10, 1), (155, 15), (9999, 29)):
        shown.show(now)
        assert shown.number.value == recording.read("metric.loss", step=row)


def test_curves_end_at_what_the_numbers_tell(tmp_path: Path) -> None:
    steps, values = rising(12)
    curves = {"loss": falling(30), "accuracy": (steps // 10 * 3 + 5, values)}
    beat = run_own_beat(open_metrics(tmp_path / "mine.zarr", curves), BEAT)
    beat.show_training(155.0, 150.0)
    for plot, shown in zip(beat.plots, beat.shown, strict=True):
        tip = plot.lines[-1].tip.get_center()
        at = shown.number.series.step(150)
        np.testing.assert_allclose(tip, plot.place(at, shown.number.value), atol=1e-9)
    assert beat.shown[1].number.value == values[4], "that of step 125"


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([0.25, 0.25, 0.25], "At each step {name} was {value}."),
        ([0.25, 0.75, 0.75], "The highest {name}, {value}, came at step {step} first."),
    ],
)
def test_a_highest_value_that_comes_again_is_not_told_as_the_only_one(
    tmp_path: Path, values: list[float], line: str
) -> None:
    accuracy = (np.arange(3) * 10, np.array(values))
    beat = run_own_beat(open_metrics(tmp_path / "mine.zarr", {"loss": falling(3), "accuracy": accuracy}), BEAT)
    assert beat.captions[-1].text == line


def test_the_last_line_tells_the_highest_and_when(tmp_path: Path) -> None:
    steps, values = rising(12)
    beat = run_own_beat(open_metrics(tmp_path / "mine.zarr", {"loss": falling(30), "accuracy": (steps, values)}), BEAT)
    best = int(values.argmax())
    assert beat.captions[-2].values == {"name": "loss", "last": "290", "value": "0.306"}
    assert beat.captions[-1].values == {
        "name": "accuracy",
        "value": f"{values[best]:.1%}",
        "step": f"{steps[best]:,}",
    }


def test_a_loss_that_ends_is_told_and_never_called_reached(tmp_path: Path) -> None:
    beat = run_own_beat(open_metrics(tmp_path / "mine.zarr", {"loss": broken(falling(60), 40)}), BEAT)
    assert beat.captions[-1].values == {"name": "loss", "step": "400"}
    nothing = run_own_beat(open_metrics(tmp_path / "nothing.zarr", {"loss": broken(falling(9), 0)}), BEAT)
    assert nothing.captions[-1].values["step"] == "0"


def test_noisy_values_get_a_median_and_smooth_ones_do_not(tmp_path: Path) -> None:
    curves = {"noisy": falling(MANY, noise=0.3), "smooth": falling(MANY), "few": falling(MANY - 1, noise=0.3)}
    recording = open_metrics(tmp_path / "mine.zarr", curves)
    windows = {name: read_metric(recording, f"metric.{name}").window for name in curves}
    assert windows["noisy"] % 2 == 1 and windows["smooth"] == windows["few"] == 0


def test_losses_share_a_panel_accuracies_another_and_the_axis_fits(tmp_path: Path) -> None:
    curves = {"train_loss": falling(9), "val_loss": falling(9, to=1e-4), "rate": (np.arange(9), -np.arange(9.0))}
    recording = open_metrics(tmp_path / "mine.zarr", curves)
    losses, rate = panels_of([read_metric(recording, name) for name in recording.arrays])
    assert [metric.name for metric in losses.metrics] == ["val_loss", "train_loss"]
    assert losses.logarithmic and losses.low > 0
    assert not rate.logarithmic and rate.low < -8 and rate.high == 0
    accuracy = open_metrics(tmp_path / "acc.zarr", {"train_acc": rising(5), "test_acc": rising(5)})
    (shares,) = panels_of([read_metric(accuracy, name) for name in accuracy.arrays])
    assert (shares.low, shares.high) == (0, 1)


@pytest.mark.parametrize("count", range(1, 7))
def test_panels_stay_in_the_frame_and_apart(count: int) -> None:
    found = list(large_and_column(count))
    assert len(found) == count
    for number, (x, y, width, height) in enumerate(found):
        assert x >= LEFT_END - 1e-9 and x + width <= RIGHT_END + 1e-9
        assert y >= BOTTOM - 1e-9 and y + height <= TOP + 1e-9
        for left, bottom, across, up in found[:number]:
            assert x >= left + across or left >= x + width or y >= bottom + up - 1e-9 or bottom >= y + height - 1e-9


def test_thinning_keeps_the_edges_of_the_band_and_every_gap() -> None:
    steps, values = np.arange(100_000), np.random.default_rng(0).normal(size=100_000)
    values[[500, 70_000, 99_999]] = np.nan
    kept = telling_steps(steps, values, 100_000, 50)
    assert len(kept) < 120 and kept[0] == 0 and (np.diff(kept) > 0).all()
    assert {500, 70_000, 99_999} <= set(kept.tolist())
    for column in range(50):
        mine = slice(2000 * column, 2000 * (column + 1))
        inside = values[kept[(kept >= mine.start) & (kept < mine.stop)]]
        assert np.nanmin(inside) == np.nanmin(values[mine]) and np.nanmax(inside) == np.nanmax(values[mine])
    assert len(telling_steps(steps, np.full(100_000, np.nan), 100_000, 50)) == 1


def test_a_curve_is_drawn_as_far_as_it_was_recorded() -> None:
    curve = LongCurve(np.array([10, 20, 30]), np.array([1.0, 3.0, 2.0]), 5, 40, 100)
    assert curve.visible(5, 5)[0].size == 0, "nothing before the first value"
    np.testing.assert_array_equal(curve.visible(15, 15), [[10, 15], [1, 2]])
    np.testing.assert_array_equal(curve.visible(40, 40)[0], [10, 20, 30]), "nothing beyond the last"
    steps, values = curve.visible(25, 30, measured=True)
    assert (steps[-1], values[-1]) == (20, 3.0), "nothing on the way to what is not told yet"


def test_a_running_median_is_one_of_recorded_values() -> None:
    values = np.random.default_rng(0).normal(size=5000)
    steps, medians = running_median(np.arange(5000), values, 101)
    assert steps[0] == 0 and steps[-1] == 4999 and len(steps) == 1000
    assert medians[-1] == np.median(values[-51:])


def test_a_logarithmic_axis_has_powers_of_ten_in_their_places() -> None:
    ticks = power_ticks(-2.5, 1.2)
    assert ticks["ticks"] == [-2, -1, 0, 1] and [ticks["form"](power) for power in ticks["ticks"]] == [
        "0.01",
        "0.1",
        "1",
        "10",
    ]
    small = power_ticks(-7.0, -4.0)["form"](-7.0)
    assert isinstance(small, Formula) and small.text == "10^(-7)"
    GrowingPlot(10, 10, 1e-4, 4.0, 2.0, y={}, low=1e-7, logarithmic=True)  # is set in letters that there are
    plot = GrowingPlot(10, 10, 100.0, 4.0, 2.0, y={}, low=0.01, logarithmic=True)
    assert plot.place(0, 1.0)[1] == pytest.approx((plot.place(0, 0.01)[1] + plot.place(0, 100.0)[1]) / 2)
