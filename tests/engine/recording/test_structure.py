"""The structure of a model in a recording: what was told comes back, and its digest tells it apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.recording import Recording, RecordingError
from engine.recording.format.header import read_header
from engine.recording.format.layout import ArraySpec
from engine.recording.format.structure import (
    Flow,
    ModuleInfo,
    Point,
    Structure,
    Wiring,
    module_called,
    name_of_call,
    of_one,
)
from engine.recording.writing.writer import RecordingWriter

STRUCTURE = Structure(
    modules=(
        ModuleInfo("", "Sequential", inside=8, input=(5, 3), output=(5, 2), calls=1),
        ModuleInfo("0", "Linear", "in_features=3, out_features=2, bias=True", 8, 8, (5, 3), (5, 2), 1, True),
    ),
    flow=(Flow("", "0"), Flow("0", "", ("relu",))),
    parameters=8,
    trainable=8,
)


def record(path: Path, structure: Structure | None) -> Recording:
    """Write a complete recording of two losses, of a model with this structure."""
    specs = [ArraySpec("metric.loss", ("step",), (2,), "float64", "update")]
    steps = {"update": np.array([1, 2])}
    writer = RecordingWriter.create(path, {"name": "mine"}, {}, specs, steps, {}, structure)
    for loss in (2.0, 1.0):
        writer.append("update", {"metric.loss": loss})
    writer.commit(b"state", {})
    return writer.complete()


def test_what_was_told_comes_back(tmp_path: Path) -> None:
    recording = record(tmp_path / "mine.zarr", STRUCTURE)
    assert recording.structure == STRUCTURE
    assert recording.structure.leaves == (STRUCTURE.modules[1],)
    assert recording.only([]).structure == STRUCTURE


def test_a_recording_without_one_has_none_and_its_digest_knows_nothing_of_it(tmp_path: Path) -> None:
    bare, told = record(tmp_path / "bare.zarr", None), record(tmp_path / "told.zarr", STRUCTURE)
    assert bare.structure is None
    assert bare.digest != told.digest
    assert bare.digest_of(["metric.loss"]) == told.digest_of(["metric.loss"])


def test_data_goes_between_calls_of_modules_that_there_are(tmp_path: Path) -> None:
    twice = replace(STRUCTURE, flow=(*STRUCTURE.flow, Flow("0", "0#2"), Flow("0#2", "")))
    assert record(tmp_path / "twice.zarr", twice).structure == twice
    for stranger in ("another", "another#2"):
        strange = replace(STRUCTURE, flow=(Flow("0", stranger),))
        with pytest.raises(RecordingError, match=f"from or to '{stranger}', which is no module of it"):
            _ = record(tmp_path / f"{stranger}.zarr", strange).structure


def test_ways_lead_from_points_to_points_and_modules_that_there_are(tmp_path: Path) -> None:
    points = (Point("/input", "input", shape=(5, 3)), Point("/0.own", "parameter", "0.own", "0", (2,), 2))
    ways = (Flow("/input", "0"), Flow("/0.own", "0#2", ("add",)))
    wired = replace(STRUCTURE, wiring=Wiring(points, ways))
    assert record(tmp_path / "wired.zarr", wired).structure == wired
    strange = replace(STRUCTURE, wiring=Wiring(points[1:], ways))
    with pytest.raises(RecordingError, match="from or to '/input', which is no module of it"):
        _ = record(tmp_path / "strange.zarr", strange).structure


def test_a_structure_that_is_none_is_damage(tmp_path: Path) -> None:
    recording = record(tmp_path / "mine.zarr", STRUCTURE)
    header = read_header(recording.path)
    header.structure.pop("flow")
    with pytest.raises(RecordingError, match=r"mine\.zarr is damaged: structure: Object missing required field `flow`"):
        _ = Recording(recording.path, header, frozenset()).structure


def test_calls_are_numbered_from_the_second_on_and_modules_may_be_called_so_themselves() -> None:
    assert [name_of_call("relu", number) for number in (1, 2, 3)] == ["relu", "relu#2", "relu#3"]
    assert module_called("block.relu#2") == module_called("block.relu") == "block.relu"
    assert module_called("block.relu#12.weight") == "block.relu.weight"
    assert module_called("heads.#2") == "heads.#2" and module_called("a#b") == "a#b"


def test_the_axis_of_the_batch_is_left_out() -> None:
    assert of_one((8, 3, 5), 8) == of_one((3, 8, 5), 8) == (3, 5)
    assert of_one((3, 5), 8) == (3, 5) and of_one((), 8) == ()


def test_rows_that_were_picked_are_no_axis_of_one_input() -> None:
    picked = ModuleInfo("expert", "Linear", input=(0, 4), output=(0, 3), routed=True)
    assert (picked.for_one(8).input, picked.for_one(8).output) == ((4,), (3,))
    assert replace(picked, routed=False).for_one(8).output == (0, 3)


def test_what_later_versions_tell_is_written_where_it_is_something() -> None:
    plain, told = STRUCTURE.to_json(), replace(STRUCTURE, batch=5)
    assert "batch" not in plain and not {"further", "routed", "shares"} & set(plain["modules"][1])
    more = replace(told, modules=(*told.modules, ModuleInfo("2", "Linear", routed=True, shares="0")))
    assert Structure.from_json(more.to_json()) == more
    assert (STRUCTURE.inputs, told.inputs) == (5, 5) and replace(told, batch=2).inputs == 2
