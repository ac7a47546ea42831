"""A model on another device than the processor: everything meets its like there, and only what is recorded comes back.

No graphics card is needed: `elsewhere` is a device of the tests' own. What it cannot show is CUDA's and MPS's own ways.
"""

from __future__ import annotations

import copy
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.forward import record_forward
from engine.recorder import Recorder, RecorderWarning
from engine.recording import RecordingError
from tests.engine.capture.elsewhere import Elsewhere, brought_back, moved, register_elsewhere
from tests.engine.capture.elsewhere_training import Remembering
from tests.house import ROOT


def test_what_is_recorded_is_what_is_recorded_on_the_processor(tmp_path: Path) -> None:
    program = (sys.executable, "-m", "tests.engine.capture.elsewhere_training", str(tmp_path))
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_but_what_is_recorded_comes_back(tmp_path: Path) -> None:
    register_elsewhere()
    torch.manual_seed(0)
    model, inputs = moved(Remembering()), Elsewhere(torch.randn(64, 5, 4))
    kinds = ("weight", "activation", "hidden_state", "pattern")
    with Recorder(model, tmp_path / "there", probe=inputs, record=kinds, every=1, budget=3_000) as recorder:
        recorder.step(loss=1.0)
        brought_back.clear()
        recorder.step(loss=1.0)
        numbers = sum(int(np.prod(shape)) for shape in brought_back)
    arrays = [info for info in recorder.recording.arrays.values() if info.axes[0] == "step" and len(info.axes) > 1]
    assert any(recorder.recording.strides(info.name) for info in arrays)
    assert numbers <= sum(int(np.prod(info.shape[1:])) for info in arrays)


def test_tensors_of_two_devices_do_not_meet_in_silence(tmp_path: Path) -> None:
    register_elsewhere()
    with pytest.raises(RuntimeError, match="same device"):
        Elsewhere(torch.ones(3)) + torch.ones(3)
    assert (Elsewhere(torch.ones(3)) + torch.tensor(1.0)).inner.tolist() == [2, 2, 2]
    recorder = Recorder(moved(nn.Linear(4, 2)), tmp_path / "never", probe=torch.ones(2, 4))
    with pytest.raises(RecordingError, match=r"the model on elsewhere:0: move it"), recorder:
        pass


def test_one_pass_there(tmp_path: Path) -> None:
    register_elsewhere()
    torch.manual_seed(0)
    model, inputs = Remembering().eval(), torch.randn(4, 5, 4)
    here = record_forward(copy.deepcopy(model), inputs, out=tmp_path / "here")
    there = record_forward(moved(copy.deepcopy(model)), Elsewhere(inputs), out=tmp_path / "there")
    for name in here.arrays:
        np.testing.assert_allclose(there.read(name), here.read(name), atol=1e-5, err_msg=name)


class Full(nn.Linear):
    """A layer for which there is no room in a pass of the probe, where that is so."""

    full = False

    def forward(self, values: Tensor) -> Tensor:
        if self.full and not self.training:
            raise torch.OutOfMemoryError("elsewhere out of memory. Tried to allocate 20.00 MiB.\nSee more")
        return super().forward(values)


def test_a_device_that_runs_full_is_told_and_the_training_goes_on(tmp_path: Path) -> None:
    model = nn.Sequential(Full(4, 2))
    with Recorder(model, tmp_path / "full", probe=torch.ones(3, 4), every=1) as recorder:
        model[0].full = True
        with pytest.warns(
            RecorderWarning, match=r"could not pass .* at step 1.*OutOfMemoryError: elsewhere out of memory"
        ):
            recorder.step(loss=1.0)
        model[0].full = False
        recorder.step(loss=1.0)
    assert recorder.recording.steps("output").tolist() == [0, 2]
    assert recorder.recording.steps("0.weight").tolist() == [0, 1, 2]


def test_a_device_that_is_full_at_once_stops_nothing_if_asked_to(tmp_path: Path) -> None:
    model = nn.Sequential(Full(4, 2))
    model[0].full = True
    line = r"the device is full: .* give a smaller one"
    with pytest.raises(RecordingError, match=line), Recorder(model, tmp_path / "a", probe=torch.ones(3, 4)):
        pass
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with Recorder(model, tmp_path / "b", probe=torch.ones(3, 4), on_error="continue") as recorder:
            recorder.step(loss=1.0)
    assert (
        len(told) == 1
        and "the device is full" in str(told[0].message)
        and "nothing is recorded" in str(told[0].message)
    )
    assert not recorder.writes and not list(tmp_path.glob("b*"))
