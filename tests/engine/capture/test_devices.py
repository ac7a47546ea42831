"""A model on another device than the processor: everything meets its like there, and only what is recorded comes back.

No graphics card is needed: `elsewhere` is a device of the tests' own. What it cannot show is CUDA's and MPS's own ways.
"""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.recorder import Recorder, RecorderWarning
from engine.recording import RecordingError
from tests.house import ROOT


def test_what_holds_on_a_device_of_our_own() -> None:
    """Run those tests in a process of their own: PyTorch knows a device that was registered until it ends."""
    program = (sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "tests/engine/capture/elsewhere_checks.py")
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "5 passed" in done.stdout, done.stdout


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
