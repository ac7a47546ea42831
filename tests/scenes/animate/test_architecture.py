"""What a model is drawn as: every module is in one block, every parameter counted once, every way drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.recorder import Recorder
from scenes.animate.composition import compose
from scenes.animate.diagram.parameter_bars import three_digits, upright_bars
from scenes.animate.shared.fitting import broken, fitted_name
from scenes.language.translation import LANGUAGES
from scenes.look.choices import CatalogError
from scenes.mobjects.diagram.shapes import COLUMNS, PLANES, ROWS, UNITS, shape_picture
from scenes.mobjects.diagram.wires import along, rounded
from tests.engine.recorder.thirty.models import MODELS
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.animate.runs.recordings import falling, open_metrics
from tests.scenes.animate.runs.small_models import record_model
from tests.scenes.animate.runs.trained import dense, train
from tests.scenes.chapters.beats import require_well_told

BEAT = "architecture"


@pytest.mark.parametrize("kind", ["dense", "deep", "volumes"])
def test_it_is_well_told_and_what_it_counts_is_what_there_is(recordings, kind: str) -> None:
    beat = run_own_beat(recordings[kind], BEAT)
    require_well_told(beat)
    holding = [cell.box for cell in beat.diagram.holding]
    assert sum(box.parameters for box in holding) == recordings[kind].structure.parameters
    assert [bar.count for bar in beat.bars] == [box.parameters for box in holding]
    for bar, box in zip(beat.bars, holding, strict=True):
        assert bar.number.text in (f"{box.parameters:,}", three_digits(box.parameters))
    most = max(beat.bars, key=lambda bar: bar.count)
    for bar in beat.bars:
        lengths = (bar.bar.height, most.bar.height) if beat.in_a_row else (bar.bar.width, most.bar.width)
        assert lengths[0] / lengths[1] == pytest.approx(bar.count / most.count, abs=0.02)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["pictures", "deep", "one", "attending"])
def test_the_layout_is_without_faults(recordings, kind: str, language: str) -> None:
    assert faults_of(recordings[kind], BEAT, language) == ()


def test_blocks_built_alike_are_one_and_what_is_inside_is_shown(recordings) -> None:
    beat = run_own_beat(recordings["pictures"], BEAT)
    boxes = [cell.box for cell in beat.diagram.cells]
    assert [(box.title, box.times) for box in boxes] == [
        ("", 1),
        ("Conv2d", 1),
        ("Skipping", 8),
        ("Linear", 1),
        ("", 1),
    ]
    assert boxes[1].after == ("relu",) and boxes[2].shape == (4, 6, 6) and boxes[2].after == ("flatten",)
    assert beat.opened is boxes[2] and beat.in_a_row and beat.below
    inner = [(box.title or box.kind, box.after) for box in beat.inside.boxes.boxes]
    assert inner == [("input", ()), ("Conv2d", ("relu",)), ("Conv2d", ()), ("add", ("relu",)), ("output", ())]
    ends = {(link.source, link.target) for link in beat.inside.boxes.links}
    assert ("/in:stem", "/add.1") in ends and ("blocks.0.second", "/add.1") in ends


def test_what_is_added_is_told_and_pointed_to(recordings) -> None:
    beat = run_own_beat(recordings["attending"], BEAT)
    boxes = [cell.box for cell in beat.diagram.cells]
    assert [box.title for box in boxes if box.kind == "parameter"] == ["place"]
    assert [box.sign for box in boxes if box.is_sign] == ["+"]
    assert "Where ways meet at a plus, values are added." in [caption.text for caption in beat.captions]
    layer = next(box for box in boxes if box.kind == "whole")
    assert (layer.title, layer.times) == ("TransformerEncoderLayer", 2)
    assert [box.sign for box in beat.inside.boxes.boxes if box.is_sign] == ["+", "+"]


def test_equal_layers_in_a_row_are_counted(tmp_path: Path) -> None:
    inputs = torch.randn(4, 5, generator=torch.Generator().manual_seed(0))
    recording = train(tmp_path / "many", dense(*[5] * 12, 2, between=nn.ReLU), inputs)
    beat = run_own_beat(recording, BEAT)
    names = [cell.texts[0].text for cell in beat.diagram.cells if len(cell.texts)]
    assert [name for name in names if "×" in name] == ["Linear ×11"]
    assert faults_of(recording, BEAT, "en") == ()


def test_no_part_is_said_to_have_the_most_parameters_where_two_have_as_many(tmp_path: Path) -> None:
    inputs = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    beat = run_own_beat(train(tmp_path / "equal", dense(3, 3, 3), inputs), BEAT)
    told = beat.captions[-2]
    assert told.text == "{name} holds {share} of them." and told.values == {"name": "Linear 0", "share": "50%"}


def test_several_inputs_have_the_names_of_forward_in_the_model_and_inside_of_a_part(tmp_path: Path) -> None:
    torch.manual_seed(0)
    made = MODELS["padded encoder"]
    with Recorder(made.build(), tmp_path / "masked", probe=made.inputs()) as recorder:
        recorder.step()
    beat = run_own_beat(recorder.recording, BEAT)
    cells = [cell for diagram in (beat.diagram, beat.inside) for cell in diagram.cells if cell.box.kind == "input"]
    assert [cell.texts[0].text for cell in cells] == ["tokens", "lengths", "input", "lengths"]


def test_without_a_probe_the_modules_are_listed(tmp_path: Path) -> None:
    recording = record_model("dense", tmp_path / "blind", probe=False)
    beat = run_own_beat(recording, BEAT)
    require_well_told(beat)
    assert not beat.known
    for language in LANGUAGES:
        assert faults_of(recording, BEAT, language) == ()


def test_without_a_structure_it_is_no_beat(tmp_path: Path) -> None:
    recording = open_metrics(tmp_path / "bare.zarr", {"loss": falling(5)})
    with pytest.raises(CatalogError, match="architecture cannot be drawn"):
        compose(recording, (BEAT,), name="bare")


def test_pictures_of_shapes_are_cut_short() -> None:
    assert len(shape_picture((3,), 1.0)) == 3 and len(shape_picture((500,), 1.0)) == UNITS
    assert len(shape_picture((4, 3), 1.0)) == 12 and len(shape_picture((99, 99), 1.0)) == COLUMNS * ROWS
    assert len(shape_picture((2, 9, 9), 1.0)) == 2 and len(shape_picture((64, 3, 9, 9), 1.0)) == PLANES
    small, large = (shape_picture((1, side, side), 1.0, finest=64) for side in (8, 64))
    assert small.width < large.width <= 1.0


def test_names_of_any_length_fit() -> None:
    assert broken("TransformerEncoderLayer") in (["Transformer\nEncoderLayer"], ["TransformerEncoder\nLayer"])
    for name in ("x", "BatchNorm2d", "A" * 80, "some_very_long_name_of_a_module_that_somebody_wrote"):
        assert fitted_name(name, 1.3).width <= 1.3
    assert [three_digits(count) for count in (7, 12_345, 7_000_000, 3_200_000_000)] == ["7", "12.3k", "7M", "3.2G"]


def test_bars_are_true_to_scale() -> None:
    bars = upright_bars([10, 5, 0], [-1.0, 0.0, 1.0], -2.0, 3.0, 1.0)
    assert [round(float(bar.bar.height), 3) for bar in bars] == [3.0, 1.5, 0.0]
    assert all(bar.bar.get_bottom()[1] == pytest.approx(-2.0) for bar in bars)


def test_a_pulse_runs_at_one_speed() -> None:
    way = rounded([(0, 0), (4, 0), (4, 4)])
    np.testing.assert_allclose(along(way, 0.0), [0, 0, 0])
    np.testing.assert_allclose(along(way, 1.0), [4, 4, 0])
    halves = np.linalg.norm(along(way, 0.25) - along(way, 0.0)), np.linalg.norm(along(way, 1.0) - along(way, 0.75))
    assert halves[0] == pytest.approx(halves[1], rel=0.01)
