"""What is said of a recording in a line, when its training ends."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from engine.files.sizes import in_bytes
from engine.recorder import Recorder
from engine.recording.views.summary import done_line, snapshots_in_words


def record(out: Path, *, quiet: bool = False) -> Recorder:
    """Record three steps of a model that stays as it is, each of them."""
    with Recorder(nn.Linear(2, 1), out, probe=torch.zeros(4, 2), every=1, quiet=quiet) as recorder:
        for _ in range(3):
            recorder.step(loss=1.0)
    return recorder


def test_a_recorder_says_in_the_end_what_there_is_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recording = record(tmp_path / "runs" / "my model").recording
    size = in_bytes(sum(info.nbytes_stored for info in recording.arrays.values()))
    assert snapshots_in_words(recording) == f"4 snapshots of 3 steps, {size}"
    said = capsys.readouterr()
    assert said.out == "" and said.err == f"{done_line(recording)}\n"
    assert done_line(recording).endswith("in runs/my model.zarr; to see it: neuroreel animate 'runs/my model'")


def test_a_quiet_one_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path / "mine", quiet=True)
    assert capsys.readouterr() == ("", "")


def test_a_recorder_tells_how_far_it_is(tmp_path: Path) -> None:
    recorder = Recorder(nn.Linear(2, 1), tmp_path / "mine", quiet=True)
    path = tmp_path / "mine.zarr"
    assert repr(recorder) == f"<Recorder {path}: nothing recorded yet, 0 snapshots of 0 steps>"
    with recorder:
        recorder.step()
        assert repr(recorder).startswith(f"<Recorder {path}: recording, ")
    assert repr(recorder) == f"<Recorder {path}: done, 2 snapshots of 1 steps>"


@pytest.mark.parametrize(("count", "told"), [(7, "7 B"), (1234, "1.2 kB"), (812_000, "812 kB"), (3.2e9, "3.2 GB")])
def test_sizes_are_told_in_units(count: float, told: str) -> None:
    assert in_bytes(count) == told
