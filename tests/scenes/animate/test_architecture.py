"""What a model is drawn as: every module is in one block, every parameter counted once, every way drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from scenes.animate.composition import compose
from scenes.animate.diagram.anatomy import TWO_ROWS, model_blocks
from scenes.animate.diagram.graph import Graph, of_one
from scenes.animate.diagram.parameter_bars import three_digits, upright_bars
from scenes.animate.shared.fitting import broken, fitted_name
from scenes.language.translation import LANGUAGES
from scenes.look.choices import CatalogError
from scenes.mobjects.diagram.shapes import COLUMNS, PLANES, ROWS, UNITS, shape_picture
from scenes.mobjects.diagram.wires import along, rounded
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.animate.runs.recordings import falling, open_metrics
from tests.scenes.animate.runs.small_models import MODELS, record_model
from tests.scenes.animate.runs.trained import dense, train
from tests.scenes.chapters.beats import require_well_told

BEAT = "architecture"


@pytest.mark.parametrize("kind", MODELS)
def test_every_module_is_in_one_block_and_every_parameter_counted_once(recordings, kind: str) -> None:
    structure = recordings[kind].structure
    graph = Graph(structure)
    anatomy = model_blocks(graph)
    members = [member for block in anatomy.blocks for member in block.members]
    assert sorted(members) == sorted(graph.nodes) and len(anatomy.blocks) <= TWO_ROWS
    outside = {"attending": 6 * 8}.get(kind, 0)
    assert sum(block.parameters for block in anatomy.blocks) == structure.parameters - outside
    assert len(anatomy.sources) == len(anatomy.adds) == len(anatomy.blocks) + 1
    assert all(sources for sources in anatomy.sources)


@pytest.mark.parametrize("kind", ["dense", "deep", "volumes"])
def test_it_is_well_told_and_what_it_counts_is_what_there_is(recordings, kind: str) -> None:
    beat = run_own_beat(recordings[kind], BEAT)
    require_well_told(beat)
    assert [bar.count for bar in beat.bars] == [block.parameters for block in beat.anatomy.blocks]
    for bar, block in zip(beat.bars, beat.anatomy.blocks, strict=True):
        assert bar.number.text == f"{block.parameters:,}"
    most = max(beat.bars, key=lambda bar: bar.count)
    if not beat.two:
        for bar in beat.bars:
            assert bar.bar.height / most.bar.height == pytest.approx(bar.count / most.count, abs=0.02)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["pictures", "deep", "one"])
def test_the_layout_is_without_faults(recordings, kind: str, language: str) -> None:
    assert faults_of(recordings[kind], BEAT, language) == ()


def test_blocks_built_alike_are_one_and_a_way_around_is_drawn(recordings) -> None:
    graph = Graph(recordings["pictures"].structure)
    anatomy = model_blocks(graph)
    assert [(block.kind, block.times, block.joins) for block in anatomy.blocks] == [
        ("Conv2d", 1, False),
        ("Skipping", 8, False),
        ("Linear", 1, False),
    ]
    assert anatomy.blocks[0].after == ("relu",) and anatomy.blocks[1].shape == (4, 6, 6)
    assert sorted(anatomy.sources[-2]) == [1, 2] and anatomy.then[-2] == ("relu", "flatten")
    inner = model_blocks(graph, "blocks.0", anatomy.blocks[1].members[:2])
    assert [sorted(sources) for sources in inner.sources] == [[0], [1], [0, 2]] and inner.adds[-1]
    assert [block.after for block in inner.blocks] == [("relu",), ()] and inner.then[-1] == ("relu",)
    beat = run_own_beat(recordings["pictures"], BEAT)
    assert [way.around for way in beat.inside.ways.ways].count(True) == 1
    assert [place for place, _, _ in beat.inside.ways.joins] == [3]


def test_what_was_added_up_before_goes_on_as_a_sum(recordings) -> None:
    graph = Graph(recordings["attending"].structure)
    anatomy = model_blocks(graph)
    layer = anatomy.blocks[1]
    assert (layer.kind, layer.times) == ("TransformerEncoderLayer", 2)
    assert sorted(anatomy.sources[-2]) == [1, 2] and anatomy.adds[-2]
    inner = model_blocks(graph, layer.path, layer.members[: len(layer.members) // 2])
    assert sorted(inner.sources[-1]) == [0, 2, 5]
    beat = run_own_beat(recordings["attending"], BEAT)
    around = [(way.start, way.end) for way in beat.inside.ways.ways if way.around]
    assert around == [(0, 3), (2, 6)], "the second leaves from where the first has been added"


def test_a_long_line_of_layers_is_cut_in_the_middle_and_the_count_told(recordings) -> None:
    structure = recordings["deep"].structure
    anatomy = model_blocks(Graph(structure))
    (gap,) = (block for block in anatomy.blocks if block.elided)
    assert gap.elided == 21 - (TWO_ROWS - 1) == len(gap.members)
    assert sum(block.parameters for block in anatomy.blocks) == structure.parameters


def test_equal_layers_in_a_row_are_counted(tmp_path: Path) -> None:
    inputs = torch.randn(4, 5, generator=torch.Generator().manual_seed(0))
    recording = train(tmp_path / "many", dense(*[5] * 12, 2, between=nn.ReLU), inputs)
    beat = run_own_beat(recording, BEAT)
    names = [cell.texts[0].text for cell in beat.diagram.cells]
    assert [name for name in names if "×" in name] == ["Linear ×11"]
    assert faults_of(recording, BEAT, "en") == ()


def test_no_part_is_said_to_have_the_most_parameters_where_two_have_as_many(tmp_path: Path) -> None:
    inputs = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    beat = run_own_beat(train(tmp_path / "equal", dense(3, 3, 3), inputs), BEAT)
    told = beat.captions[-2]
    assert told.text == "{name} holds {share} of them." and told.values == {"name": "Linear", "share": "50%"}


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


def test_the_axis_of_the_batch_is_left_out() -> None:
    assert of_one((8, 3, 5), 8) == of_one((3, 8, 5), 8) == (3, 5)
    assert of_one((3, 5), 8) == (3, 5) and of_one((), 8) == ()


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
