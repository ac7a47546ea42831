"""How alive layers are: bands, dots and counts are those of what was recorded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from manim import tempconfig
from manim.renderer.cairo_renderer import CairoRenderer
from torch import nn

from engine.recorder import Recorder
from engine.recording import Recording
from scenes.animate.activity.activity import MOST_SNAPSHOTS, QUANTILES, read_activity
from scenes.animate.activity.hidden_layers import HiddenLayer, called, layers_of, layers_to_watch
from scenes.animate.activity.panel import activity_boxes
from scenes.animate.composition import watched
from scenes.drawing.camera import BatchedCamera
from scenes.language.translation import LANGUAGES
from scenes.look.choices import CatalogError
from tests.engine.recorder.thirty.models import MODELS
from tests.scenes.animate.beats import SETTINGS, faults_of, make_beat, run_own_beat
from tests.scenes.animate.runs.models import perceptron, plane, record_model
from tests.scenes.animate.runs.recordings import falling, open_metrics
from tests.scenes.chapters.beats import require_well_told

BEAT = "activations_over_time"


def silenced(units: int, silent: int) -> nn.Sequential:
    """Return a network some of whose units answer to nothing."""
    model = perceptron(units, nn.ReLU())
    with torch.no_grad():
        model[0].bias[:silent] = -100
    return model


class Bent(nn.Module):
    """Passes a layer through a function that is no module."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(2, 4), nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(torch.relu(self.first(x)))


class ManyLayers(nn.Module):
    """Layers with long names, of which there are more than are shown."""

    def __init__(self) -> None:
        super().__init__()
        name = "a_layer_with_a_name_that_is_far_too_long_for_any_small_plot_to_hold_it_all"
        for number in range(9):
            self.add_module(f"{name}_{number}", nn.Sequential(nn.Conv2d(1 if number == 0 else 3, 3, 1), nn.ReLU()))
        self.head = nn.Linear(3 * 16, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for name, module in self.named_children():
            x = module(x.flatten(1)) if name == "head" else module(x)
        return x


def test_dots_and_counts_are_those_of_the_snapshot(tmp_path: Path) -> None:
    recording = record_model(tmp_path / "mine", silenced(5, 2), *plane(12), steps=8)
    beat = run_own_beat(recording, BEAT)
    require_well_told(beat)
    (panel,) = beat.panels
    values = recording.read("1.activation")
    steps = recording.steps("1.activation")
    for row in (0, 3, len(steps) - 1):
        panel.show(float(steps[row]), float(steps[row]))
        free = (values[row] != 0).mean(axis=0)
        assert panel.number.value == (free == 0).sum() >= 2
        np.testing.assert_array_equal(panel.dots.fill[:, 3] == 0, free == 0)
        lit = panel.dots.fill[free > 0, 3]
        np.testing.assert_array_equal(np.argsort(lit, kind="stable"), np.argsort(free[free > 0], kind="stable"))
    told = beat.captions[-1].values
    assert (told["count"], told["units"], told["probes"], told["layer"]) == ("2", "5", "12", "ReLU 1")


def test_bands_are_quantiles_of_all_values(tmp_path: Path) -> None:
    recording = record_model(tmp_path / "mine", perceptron(5, nn.Tanh()), *plane(12))
    beat = run_own_beat(recording, BEAT)
    (panel,) = beat.panels
    values = recording.read("1.activation")
    quantiles = np.quantile(values.reshape(len(values), -1), QUANTILES, axis=1).T
    np.testing.assert_allclose(panel.activity.quantiles, quantiles)
    last = float(panel.activity.steps[-1])
    panel.show(last, last)
    edge = panel.plot.bands[0].points[:, 1]  # what is above 0 of the outer band
    assert edge.max() == pytest.approx(panel.plot.place(last, quantiles[:, -1].max())[1])
    assert edge.min() == pytest.approx(panel.plot.place(last, max(0.0, quantiles[:, 0].min()))[1])


@pytest.fixture(scope="module")
def many_layers(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    images, labels = torch.rand(6, 1, 4, 4), torch.arange(6) % 2
    return record_model(tmp_path_factory.mktemp("layers") / "many", ManyLayers(), images, labels, steps=3)


def test_many_layers_are_picked_by_a_rule_that_is_told(many_layers: Recording) -> None:
    chosen = layers_to_watch(many_layers, 6)
    assert [layer.name.split(".")[0][-1] for layer in chosen] == ["0", "2", "3", "5", "6", "8"]
    assert watched(many_layers) == tuple(layer.array for layer in chosen)
    with tempconfig(SETTINGS):
        beat = make_beat(many_layers, BEAT, CairoRenderer(camera_class=BatchedCamera))
        beat.open()
    assert "6 of 9 layers, picked evenly" in beat.remark.text and len(beat.panels) == 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout_is_without_faults(many_layers: Recording, language: str) -> None:
    assert faults_of(many_layers, BEAT, language) == ()


def test_a_function_outside_of_modules_is_worked_out(tmp_path: Path) -> None:
    recording = record_model(tmp_path / "mine", Bent(), *plane(12))
    (layer,) = layers_to_watch(recording, 6)
    assert (layer.array, layer.bent, layer.then) == ("first.activation", "relu", "relu")
    activity = read_activity(recording, layer)
    np.testing.assert_array_equal(activity.out, (recording.read("first.activation") <= 0).all(axis=1))


def test_stuck_units_are_counted_against_the_range(tmp_path: Path) -> None:
    model = perceptron(4, nn.Sigmoid())
    with torch.no_grad():
        model[0].bias[0], model[0].bias[1] = 100, -100
    recording = record_model(tmp_path / "mine", model, *plane(12))
    beat = run_own_beat(recording, BEAT)
    assert beat.panels[0].activity.counts[-1] == 2
    assert "stuck" in beat.captions[-1].text


def test_a_channel_is_out_where_all_its_places_are(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(12, 2))
    with torch.no_grad():
        model[0].bias[1] = -100
    recording = record_model(tmp_path / "mine", model, torch.rand(5, 1, 4, 4), torch.arange(5) % 2, steps=3)
    activity = read_activity(recording, layers_of(recording)[1])
    assert (activity.units, activity.probes) == (3, 5)
    np.testing.assert_array_equal(activity.out, (recording.read("1.activation") == 0).all(axis=(1, 3, 4)))


def test_values_that_are_no_numbers_end_the_band(tmp_path: Path) -> None:
    recording = record_model(tmp_path / "broken", perceptron(1, nn.ReLU(), 1), plane(8)[0], None, rate=1e30)
    beat = run_own_beat(recording, BEAT)
    activity = beat.panels[0].activity
    assert activity.stopped is not None and beat.captions[-1].values["step"] == str(activity.stopped)
    assert faults_of(recording, BEAT, "en") == ()


def test_very_many_snapshots_are_thinned_and_one_is_not_enough(tmp_path: Path) -> None:
    many = record_model(tmp_path / "many", perceptron(3, nn.ReLU()), *plane(4), steps=MOST_SNAPSHOTS + 40)
    activity = read_activity(many, layers_to_watch(many, 6)[0])
    assert len(activity.steps) == MOST_SNAPSHOTS and activity.steps[-1] == many.steps("1.activation")[-1]
    one = record_model(tmp_path / "one", perceptron(3, nn.ReLU()), *plane(4), steps=0)
    assert watched(one) == ()
    with pytest.raises(CatalogError, match="two snapshots"):
        run_own_beat(one, BEAT)
    assert watched(open_metrics(tmp_path / "bare.zarr", {"loss": falling(9)})) == ()


@pytest.mark.parametrize("count", range(1, 7))
def test_panels_stay_in_the_frame_and_apart(count: int) -> None:
    boxes = activity_boxes(count)
    assert len(boxes) == count
    for number, (x, y, width, height) in enumerate(boxes):
        assert x >= -6.7 and x + width <= 6.7 and y >= -2.8 and y + height <= 3.7
        for left, bottom, across, up in boxes[:number]:
            assert x >= left + across or left >= x + width or y >= bottom + up or bottom >= y + height


def test_names_in_sentences_are_short_and_never_a_mere_number() -> None:
    assert called(HiddenLayer("4.activation", "4", "ReLU"), 24) == "ReLU 4"
    assert called(HiddenLayer("", "features.4", "ReLU"), 24) == "features.4"
    assert called(HiddenLayer("", "x" * 80 + "_last", "ReLU"), 24) == "…" + "x" * 18 + "_last"


def test_what_was_called_for_nobody_is_left_out(tmp_path: Path) -> None:
    torch.manual_seed(0)
    made = MODELS["experts"]
    model, inputs = made.build(), made.inputs()
    with Recorder(model, tmp_path / "experts", probe=inputs, every=1) as recorder:
        for _ in range(3):
            model(inputs).square().sum().backward()
            recorder.step()
    recording = recorder.recording
    empty = [name for name, info in recording.arrays.items() if 0 in info.shape[1:]]
    assert empty and not set(empty) & {layer.array for layer in layers_of(recording)}
    for beat in (BEAT, "gradient_flow"):
        assert faults_of(recording, beat, "en") == ()
