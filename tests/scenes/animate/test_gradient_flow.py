"""Gradients of any recording: their norms are the recorded ones, and what is said of them is true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from manim import tempconfig
from manim.renderer.cairo_renderer import CairoRenderer
from torch import nn

from engine.recording import Recording
from scenes.animate.gradients.measured import OF_PARAMETERS, evidence_of
from scenes.animate.gradients.norms import Norms, norms_of_outputs, norms_of_parameters
from scenes.animate.gradients.panel import LABEL_PITCH, GradientPanel
from scenes.animate.gradients.verdict import factor, growth, summary, verdict_on
from scenes.drawing.camera import BatchedCamera
from scenes.language.translation import LANGUAGES
from scenes.mobjects.plots.row_heat import LogBars, RowHeat, amount_shades
from tests.scenes.animate.beats import SETTINGS, faults_of, make_beat, run_own_beat
from tests.scenes.animate.runs.trained import convolutions, dense, numbers, pictures, train
from tests.scenes.chapters.beats import require_well_told

BEAT = "gradient_flow"


def frozen() -> nn.Module:
    """Return a model whose second layer is cut off by a unit that never fires, and whose first is frozen."""
    model = dense(4, 3, 3, 2, between=nn.ReLU)
    nn.init.constant_(model[2].bias, -50.0)
    model[0].weight.requires_grad_(False)
    return model


def with_outputs() -> dict:
    """Return what has the gradients of activations recorded, too."""
    return {
        "record": ("gradient_norm", "activation_gradient"),
        "probe_loss": lambda out: out.square().mean(),
    }


MODELS = {
    "deep": (lambda: dense(*[4] * 16, 2), numbers, with_outputs()),
    "convolutions": (convolutions, lambda: pictures(3), {"record": ("weight", "gradient")}),
    "frozen": (frozen, numbers, {}),
    "one-unit": (lambda: nn.Linear(1, 1), lambda: numbers(1), {"steps": 1}),
    "exploding": (lambda: dense(4, 8, 8, 1, between=nn.ReLU), numbers, {"rate": 1e9}),
}


@pytest.fixture(scope="module", params=MODELS)
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    model, inputs, options = MODELS[request.param]
    torch.manual_seed(0)
    return train(tmp_path_factory.mktemp("gradients") / request.param, model(), inputs(), **options)


def test_it_is_well_told_and_shows_the_last_snapshot_and_the_medians(recording: Recording) -> None:
    beat = run_own_beat(recording, BEAT)
    require_well_told(beat)
    assert beat.steps_shown[0].time == 0 and beat.steps_shown[0].step == int(beat.panels[0].norms.steps[0])
    for panel in beat.panels:
        assert panel.step.value == recording.last_step
        np.testing.assert_array_equal(panel.bars.values, panel.norms.medians)
        assert (panel.heat.shown == 1).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout_is_without_faults(recording: Recording, language: str) -> None:
    assert faults_of(recording, BEAT, language) == ()


def test_a_layer_is_the_root_of_all_its_squares(tmp_path: Path) -> None:
    recording = train(tmp_path / "both", dense(4, 3, 2), numbers())
    norms = norms_of_parameters(recording)
    assert norms is not None and norms.names == ("Linear 0", "Linear 2") and norms.late == (0,)
    for layer, path in enumerate(("0", "2")):
        squares = sum(
            np.square(recording.read(f"{path}.{kind}.gradient", step=slice(1, None)).astype(float))
            .reshape(6, -1)
            .sum(axis=1)
            for kind in ("weight", "bias")
        )
        np.testing.assert_allclose(norms.values[:, layer], np.sqrt(squares), rtol=1e-5)
    whole = recording.only(name for name in recording.arrays if not name.endswith("norm"))
    np.testing.assert_allclose(norms_of_parameters(whole).values, norms.values, rtol=1e-5)


def test_gradients_at_outputs_are_measured_likewise(tmp_path: Path) -> None:
    recording = train(tmp_path / "outputs", dense(4, 3, 2), numbers(), **with_outputs())
    norms = norms_of_outputs(recording)
    assert norms is not None and norms.names == ("Linear 0", "Sigmoid 1", "Linear 2") and norms.late == ()
    values = recording.read("1.activation_gradient").astype(float).reshape(7, -1)
    np.testing.assert_allclose(norms.values[:, 1], np.linalg.norm(values, axis=1), rtol=1e-6)
    assert norms_of_outputs(train(tmp_path / "none", dense(4, 3, 2), numbers())) is None


def norms_of(values: list[list[float]]) -> Norms:
    array = np.array(values, dtype=float)
    names = tuple(f"layer{number}" for number in range(array.shape[1]))
    return Norms(names, np.arange(len(array)) * 10, array, np.ones(len(names), dtype=bool), (), array.shape[::-1])


@pytest.mark.parametrize(
    ("values", "says", "told"),
    [
        ([[1e-5, 1e-2, 0.034]], "Hardly", {"factor": "3,400"}),
        ([[50.0, 1.0, 0.1]], "It grew", {"factor": "500"}),
        ([[1.0, 2.0, 12.0]], "Yes: the strongest", {"factor": "12"}),
        ([[1.0, 0.001, 1.0]], "Unevenly", {"factor": "1,000", "name": "layer1", "other": "layer0"}),
        ([[1.0, 0.0], [1.0, 0.0]], "No: nothing ever reached {name}", {"name": "layer1"}),
        ([[np.nan, 0.0, 1.0]], "No: nothing ever reached {count}", {"count": 2, "all": 3}),
        ([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]], "Only at times", {"count": 1, "all": 2}),
        ([[0.0, 0.0]], "No: every", {}),
        ([[np.nan, np.nan]], "No: not one", {}),
        ([[1.0, 1.0], [1e30, 1e20], [np.nan, np.inf]], "From step", {"step": 20}),
        ([[1.0, 1.0], [1.0, 1.0], [500.0, 500.0]], "It reached them all", {"factor": "500"}),
        ([[0.3]], "Yes: there is one", {}),
    ],
)
def test_the_verdict_is_the_worst_that_is_true(values: list, says: str, told: dict) -> None:
    norms = norms_of(values)
    verdict = verdict_on(norms)
    assert verdict.text.startswith(says) and verdict.values == told
    assert verdict.rule(summary(norms)), "it may be said"


def test_no_layer_is_called_the_first_whose_place_is_not_known_or_that_gets_nothing() -> None:
    far = [[1e-5, 1e-2, 0.034]]
    unknown = replace(norms_of(far), placed=np.zeros(3, dtype=bool))
    assert verdict_on(unknown).text.startswith("Unevenly")
    rare = norms_of([[0.0, 1e-5, 1.0], [0.0, 1e-5, 1.0], [1.0, 1e-5, 1.0]])
    assert verdict_on(rare).text.startswith("Only at times"), "the first one's median is 0"


def test_factors_have_two_digits() -> None:
    assert [factor(ratio) for ratio in (1.04, 2.85, 12.4, 3412, 2.3e9)] == ["1.0", "2.9", "12", "3,400", "2 × 10⁹"]
    assert growth(norms_of([[3.0, 4.0]])) == 1.0


def test_shades_grow_by_powers_of_ten_and_what_is_odd_stands_apart() -> None:
    faint, middle, bright, zero, none, endless = amount_shades(
        np.array([1e-4, 1e-2, 1.0, 0.0, np.nan, np.inf]), (-4, 0)
    )
    assert faint[:3].sum() < middle[:3].sum() < bright[:3].sum() == 3 * 255
    many = amount_shades(np.logspace(-4, 0, 41), (-4, 0))
    assert (np.diff(many[:, :3].sum(axis=1)) > 0).all(), "brighter all the way"
    assert zero[0] > 2 * zero[2], "yellow"
    np.testing.assert_array_equal(none, endless)


def test_columns_appear_one_by_one_and_bars_end_at_their_values() -> None:
    heights = np.array([1.0, 0.0])
    heat = RowHeat(np.ones((2, 5)), (-1.0, 0.0), 0.0, 5.0, heights, 1.0)
    np.testing.assert_array_equal(heat.show_columns(2.5).shown, [1, 1, 0.5, 0, 0] * 2)
    bars = LogBars((-3.0, 1.0), -2.0, 4.0, heights, 1.0).show_values(np.array([0.1, np.nan]))
    np.testing.assert_allclose(bars.ends, [0.0, -2.0])
    np.testing.assert_allclose([dot.get_x() for dot in bars.dots], bars.ends, atol=1e-9)


def test_names_are_thinned_and_those_spoken_of_are_not(tmp_path: Path) -> None:
    recording = train(tmp_path / "deep", dense(*[4] * 60, 2), numbers())
    norms = norms_of_parameters(recording)
    with tempconfig(SETTINGS):
        beat = make_beat(recording, BEAT, CairoRenderer(camera_class=BatchedCamera))
        panel = GradientPanel(beat, norms, "gradients", evidence_of(beat, norms, OF_PARAMETERS))
    heights = [name.get_y() for name in panel.names]
    assert len(heights) < len(panel.norms.names) == 60
    assert (-np.diff(heights) >= LABEL_PITCH * 0.99).all()
    marked, _ = panel.marked_names((3, 4))
    assert marked[0].get_y() - marked[1].get_y() >= LABEL_PITCH * 0.99
