"""Reading a recording: selections, axes, names, the log, and folders that are not recordings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
import zarr

from engine.recording import Read, Recording, RecordingError
from tests.engine.small import small_experiment, small_mnist


def test_what_is_in_a_recording(small: Recording) -> None:
    axes = {name: (info.axes, info.shape) for name, info in small.arrays.items()}
    expected: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
        "metric.loss": (("step",), (121,)),
        "probe.input": (("batch", "height", "width"), (20, 28, 28)),
        "probe.label": (("batch",), (20,)),
        "test.input": (("batch", "height", "width"), (300, 28, 28)),
        "test.label": (("batch",), (300,)),
        "train.label": (("batch",), (240,)),
        "train.label_image": (("batch",), (240,)),
    }
    for metric in ("train_accuracy", "train_loss", "test_accuracy", "test_loss"):
        expected[f"metric.{metric}"] = (("step",), (6,))
    for layer, fan_in, fan_out in (("layer1", 784, 16), ("layer2", 16, 16), ("layer3", 16, 10)):
        for suffix in ("", ".gradient"):
            expected[f"{layer}.weight{suffix}"] = (("step", "out", "in"), (20, fan_out, fan_in))
            expected[f"{layer}.bias{suffix}"] = (("step", "out"), (20, fan_out))
        for kind in ("pre_activation", "activation"):
            expected[f"{layer}.{kind}"] = (("step", "batch", "feature"), (20, 20, fan_out))
    assert axes == expected
    assert all(info.nbytes_stored > 0 and len(info.digest) == 64 for info in small.arrays.values())


def test_what_a_recording_says_about_itself(small: Recording) -> None:
    assert small.name == "digits"
    assert small.config == small_experiment().config()
    assert set(small.versions) == {"python", "numpy", "torch", "zarr"}
    assert small.complete
    assert len(small.digest) == 64
    assert small.wall["seconds"] > 0


def test_zarr_and_xarray_read_it_without_us(small: Recording) -> None:
    group = zarr.open_group(small.path, mode="r")
    weight = group["layer1.weight"]
    assert isinstance(weight, zarr.Array)
    assert weight.metadata.dimension_names == ("step", "out", "in")  # type: ignore[union-attr]
    np.testing.assert_array_equal(np.asarray(weight[...]), small.read("layer1.weight"))


@pytest.mark.parametrize(
    "selection",
    [
        {},
        {"step": -1},
        {"step": 3, "out": 2, "in": 400},
        {"step": slice(2, 9, 3)},
        {"step": slice(None, None, -1), "out": [3, 1]},
        {"out": slice(5, 2)},
        {"step": [0, -1], "in": np.arange(10, 20)},
        {"step": np.int64(4)},
        {"out": []},
    ],
    ids=str,
)
def test_selections_are_numpys_along_each_axis(small: Recording, selection: dict[str, Any]) -> None:
    whole = small.read("layer1.weight")
    expected = whole
    for number, axis in reversed(list(enumerate(("step", "out", "in")))):  # from the last, since ints drop axes
        part = selection.get(axis, slice(None))
        part = np.asarray(part, dtype=np.int64) if isinstance(part, list) else part
        expected = expected[(slice(None),) * number + (part,)]
    part = small.read("layer1.weight", **selection)
    np.testing.assert_array_equal(part, expected)
    assert part.shape == expected.shape
    assert type(part) is np.ndarray
    assert not part.flags.writeable


@pytest.mark.parametrize(
    ("name", "selection", "said"),
    [
        ("layer1.wieght", {}, "has no array 'layer1.wieght'; the nearest is layer1.weight"),
        ("step.snapshot", {}, "step.snapshot was not asked for"),
        ("layer1.weight", {"batch": 0}, "has no axis 'batch'; its axes are step, out, in"),
        ("layer1.weight", {"step": 20}, "has 20 positions along step; there is no 20"),
        ("layer1.weight", {"out": [0, -17]}, "has 16 positions along out; there is no -17"),
        ("layer1.weight", {"step": 1.5}, "takes a position, a slice or a list of positions for step, not 1.5"),
        ("layer1.weight", {"out": [True]}, "takes a position, a slice or a list"),
    ],
)
def test_wrong_readings_say_what_there_is(small: Recording, name: str, selection: dict[str, Any], said: str) -> None:
    with pytest.raises(RecordingError) as raised:
        small.read(name, **selection)
    assert said in str(raised.value)


def test_steps_and_snapshots_by_number(small: Recording) -> None:
    experiment = small_experiment()
    np.testing.assert_array_equal(small.steps("layer1.weight"), experiment.snapshot_steps)
    np.testing.assert_array_equal(small.steps("metric.test_loss"), experiment.evaluation_steps)
    np.testing.assert_array_equal(small.steps("metric.loss"), np.arange(121))
    assert small.at_step("layer2.bias", 120) == 19
    assert small.at_step("metric.loss", 77) == 77
    absent = int(experiment.snapshot_steps[-1]) - 1
    with pytest.raises(RecordingError, match=f"was not recorded at step {absent}; the nearest is 120"):
        small.at_step("layer2.bias", absent)
    with pytest.raises(RecordingError, match="the nearest is 120"):
        small.at_step("layer2.bias", 1_000)
    with pytest.raises(RecordingError, match=r"probe\.input has no steps"):
        small.steps("probe.input")


def test_as_xarray_is_lazy_and_labelled(small: Recording) -> None:
    array = small.as_xarray("layer1.weight")
    assert isinstance(array, xr.DataArray)
    assert array.dims == ("step", "out", "in")
    assert not array.variable._in_memory
    whole = small.read("layer1.weight")
    np.testing.assert_array_equal(array.sel(step=120).isel(out=3).values, whole[-1, 3])
    np.testing.assert_array_equal(array.isel(step=slice(None, None, -2), out=[1, 4]).values, whole[::-2, [1, 4]])
    assert small.as_xarray("probe.label").dims == ("batch",)


def test_pictures_are_recorded_as_they_were_shown(small: Recording) -> None:
    test = small_mnist().test
    np.testing.assert_array_equal(small.read("test.input"), test.inputs)
    np.testing.assert_array_equal(small.read("test.label"), test.labels)
    assert small.read("probe.label").tolist() == [digit for digit in range(10) for _ in range(2)]
    first_three = int(np.flatnonzero(test.labels == 3)[0])
    np.testing.assert_array_equal(small.read("probe.input", batch=6), test.inputs[first_three])


def test_the_log_tells_what_was_read_once_each(small: Recording) -> None:
    narrow = small.only(["layer1.weight", "probe.label"])
    narrow.read("layer1.weight", step=-1, out=slice(0, 2))
    narrow.read("layer1.weight", step=19, out=slice(0, 2))
    narrow.read("layer1.weight", step=np.array([0, -1]), out=slice(None))
    narrow.read("probe.label")
    narrow.as_xarray("probe.label")
    assert narrow.reads == [
        Read("layer1.weight", {"step": 19, "out": {"start": 0, "stop": 2, "step": 1}}),
        Read("layer1.weight", {"step": [0, 19]}),
        Read("probe.label", {}),
    ]
    json.dumps([read.selection for read in narrow.reads])


def test_only_hands_out_nothing_else(small: Recording) -> None:
    narrow = small.only(["layer1.weight"])
    assert list(narrow.arrays) == ["layer1.weight"]
    assert narrow.digest == small.digest
    for refused in (narrow.read, narrow.steps, narrow.as_xarray):
        with pytest.raises(RecordingError, match=r"layer2\.weight was not asked for: only layer1\.weight"):
            refused("layer2.weight")
    with pytest.raises(RecordingError, match="has no array 'layer9'"):
        small.only(["layer9"])


def test_digests_of_arrays_tell_them_apart(small: Recording) -> None:
    assert small.digest_of(["layer1.weight", "layer1.bias"]) == small.digest_of(["layer1.bias", "layer1.weight"])
    assert small.digest_of(["layer1.weight"]) != small.digest_of(["layer2.weight"])
    with pytest.raises(RecordingError, match="has no array"):
        small.digest_of(["nothing"])


def test_a_missing_recording(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"there is no recording at .*: make it with `neuroreel train`"):
        Recording.open(tmp_path / "absent.zarr")
