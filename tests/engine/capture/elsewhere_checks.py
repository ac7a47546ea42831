"""What holds on a device of the tests' own; `test_devices` runs it in a process that nothing else runs in."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.forward import record_forward
from engine.recorder import Recorder
from engine.recording import RecordingError
from tests.engine.capture.elsewhere import Elsewhere, brought_back, moved, register_elsewhere
from tests.engine.capture.elsewhere_training import Remembering, compare, convolutions


@pytest.mark.parametrize("build", [Remembering, convolutions])
def test_what_is_recorded_is_what_is_recorded_on_the_processor(build: type[nn.Module], tmp_path: Path) -> None:
    compare(build, tmp_path)


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
