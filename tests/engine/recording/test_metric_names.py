"""Metrics of any names: each is an array of its own, and is shown under the name that its user gave it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.recorder import Recorder
from engine.recording import RecordingError
from engine.recording.format.metric_names import METRIC, array_of_metric, metric_of_array
from scenes.animate.shared.metrics import names_of, read_metric

NAMES = [
    "val/loss",
    "val_loss",
    "val loss",
    "val%2Floss",
    "val.loss",
    "..",
    "/",
    "损失",
    "a\0b",
    "\ud800",
    "x" * 240,
    "né",
]


def test_each_metric_keeps_its_own_name(tmp_path: Path) -> None:
    with Recorder(nn.Linear(2, 2), tmp_path / "mine") as recorder:
        for step in range(3):
            recorder.step(**{name: step * place for place, name in enumerate(NAMES)})
    recording = recorder.recording
    found = {metric_of_array(array): array for array in recording.arrays if array.startswith(METRIC)}
    assert set(found) == set(NAMES)
    for place, name in enumerate(NAMES):
        np.testing.assert_array_equal(recording.read(found[name]), np.arange(3) * place)
        assert read_metric(recording, found[name]).name == found[name].removeprefix(METRIC)
    assert read_metric(recording, found["val/loss"]).called == "val/loss"
    assert found["val_loss"] == "metric.val_loss"  # as before
    assert {path.name for path in tmp_path.iterdir()} <= {"mine.zarr", ".mine.zarr.lock"}


def test_a_metric_is_not_taken_for_what_the_model_has(tmp_path: Path) -> None:
    model = nn.ModuleDict({"metric": nn.ParameterDict({"loss": nn.Parameter(torch.ones(2))})})
    with Recorder(model, tmp_path / "mine") as recorder:
        recorder.step(loss=3.0)
    recording = recorder.recording
    np.testing.assert_array_equal(recording.read("metric.loss", step=-1), [1, 1])
    (other,) = {name for name in recording.arrays if metric_of_array(name) == "loss"} - {"metric.loss"}
    np.testing.assert_array_equal(recording.read(other), [3.0])


def test_a_metric_whose_name_is_too_long_is_told_of(tmp_path: Path) -> None:
    with Recorder(nn.Linear(2, 2), tmp_path / "mine") as recorder:
        for name in ("x" * 250, "损" * 240, "/" * 100):
            with pytest.raises(RecordingError, match=r"the name of a metric has up to 243 bytes, .* shorten") as raised:
                recorder.step(**{name: 1.0})
            assert "\n" not in str(raised.value)
    assert recorder.recording.complete


def test_no_two_metrics_are_called_alike_in_a_film() -> None:
    arrays = [array_of_metric(name) for name in ("val_loss", "val loss", "val/loss", "train_loss", "a  b", "a b")]
    names = names_of(arrays)
    assert list(names.values()) == ["val_loss", "val loss", "val/loss", "train loss", "a  b", "a b"]
