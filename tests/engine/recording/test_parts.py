"""Calls that lie along an axis, and steps at which an array was there, whatever a config that anybody wrote says."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.recording import Recording, RecordingError
from engine.recording.format.layout import ArraySpec
from engine.recording.writing.writer import RecordingWriter

STEPS = np.array([0, 10, 20, 30])
VALUES = np.arange(4 * 3 * 5, dtype=np.float32).reshape(4, 3, 5)  # (step, call, batch)


def written(path: Path, config: dict[str, Any], name: str = "relu.activation") -> Recording:
    spec = ArraySpec(name, ("step", "call", "batch"), VALUES.shape, "float32", "snapshot")
    whole = {"name": "parts", **config}
    writer = RecordingWriter.create(path.with_suffix(".zarr"), whole, {}, [spec], {"snapshot": STEPS}, {})
    for row in VALUES:
        writer.append("snapshot", {name: row})
    writer.commit(b"", {})
    return writer.complete()


def test_a_call_has_the_shape_that_it_had(tmp_path: Path) -> None:
    recording = written(tmp_path / "a", {"calls": {"relu.activation": {"shapes": [[5], [4], [2]]}}})
    assert recording.calls("relu.activation") == ["relu#1.activation", "relu#2.activation", "relu#3.activation"]
    np.testing.assert_array_equal(recording.read("relu#2.activation"), VALUES[:, 1, :4])
    np.testing.assert_array_equal(recording.read("relu#3.activation", step=-1, batch=-1), VALUES[-1, 2, 1])
    assert recording.arrays["relu#3.activation"].axes == ("step", "batch")
    assert recording.digest_of(["relu#2.activation"]) == recording.digest_of(["relu.activation"])
    only = recording.only(["relu#2.activation"])
    np.testing.assert_array_equal(only.read("relu#1.activation"), VALUES[:, 0])


def test_calls_of_which_not_all_were_recorded(tmp_path: Path) -> None:
    config = {
        "calls": {"relu#2.activation": {"numbers": [2, 3, 5, 6, 7, 9], "shapes": [[10]] * 5 + [[6]]}},
        "sampled": {"relu#2.activation": {"of": [6, 10], "every": {"call": 2, "batch": 2}}},
    }
    recording = written(tmp_path / "a", config, "relu#2.activation")
    assert recording.calls("relu#2.activation") == [f"relu#{number}.activation" for number in (2, 5, 7)]
    np.testing.assert_array_equal(recording.read("relu#5.activation", step=0), VALUES[0, 1])
    assert recording.sampled("relu#5.activation") == {"of": [10], "every": {"batch": 2}}
    for number in (1, 3, 9):
        with pytest.raises(RecordingError, match=f"no array 'relu#{number}"):
            recording.read(f"relu#{number}.activation")


def test_an_array_has_the_steps_at_which_its_part_was_there(tmp_path: Path) -> None:
    recording = written(tmp_path / "a", {"missing": {"relu.activation": [[0, 1], [2, 3]]}})
    assert recording.steps("relu.activation").tolist() == [10, 30]
    assert recording.arrays["relu.activation"].shape == (2, 3, 5)
    np.testing.assert_array_equal(recording.read("relu.activation"), VALUES[[1, 3]])
    np.testing.assert_array_equal(recording.read("relu.activation", step=-2), VALUES[1])
    np.testing.assert_array_equal(recording.read("relu#2.activation", step=[1, 0]), VALUES[[3, 1], 1])
    np.testing.assert_array_equal(recording.as_xarray("relu.activation").sel(step=30, call=2), VALUES[3, 2])
    assert recording.at_step("relu.activation", 30) == 1
    with pytest.raises(RecordingError, match="was not recorded at step 20; the nearest is"):
        recording.at_step("relu.activation", 20)
    with pytest.raises(RecordingError, match="has 2 positions along step"):
        recording.read("relu.activation", step=2)


@pytest.mark.parametrize("told", [3, "x", [], {}, {"relu.activation": 3}, {"relu.activation": [[5]]}])
@pytest.mark.parametrize("entry", ["calls", "missing", "sampled", "inputs"])
def test_a_config_that_says_something_else_there_does_no_harm(entry: str, told: Any, tmp_path: Path) -> None:
    recording = written(tmp_path / "a", {entry: told})
    np.testing.assert_array_equal(recording.read("relu#2.activation"), VALUES[:, 1])
    assert recording.sampled("relu.activation") is None


@pytest.mark.parametrize(
    "told",
    [
        {"calls": {"relu.activation": {"numbers": [1, "x", 3], "shapes": [[5], ["y"]]}}},
        {"calls": {"relu.activation": {"numbers": [-1, 10**30, 2], "shapes": [[-5], [10**30], [7, 7]]}}},
        {"missing": {"relu.activation": [[-3, 2], [1, 10**30], ["a", 2], [3, 1], [1.5, 2]]}},
        {"sampled": {"relu.activation": {"of": [3], "every": {"call": 0, "batch": -2}}}},
        {"sampled": {"relu.activation": {"of": [10**30, 5], "every": {"call": 10**9}}}},
    ],
)
def test_numbers_that_make_no_sense_are_one_line_at_the_worst(told: dict[str, Any], tmp_path: Path) -> None:
    recording = written(tmp_path / "a", told)
    for name in ("relu.activation", *recording.calls("relu.activation"), "relu#2.activation"):
        with suppress(RecordingError):
            recording.read(name)
            recording.sampled(name)
