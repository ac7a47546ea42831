"""What the recorder refuses in one line, what it keeps of a training that was stopped, and what it never replaces."""

from __future__ import annotations

import errno
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from engine.recorder import Recorder, RecorderWarning
from engine.recording import Recording, RecordingError
from engine.recording.format.header import read_header
from engine.recording.format.layout import unfinished_path
from engine.recording.writing.locking import finish
from tests.engine.recorder.training_loop import hook_count
from tests.engine.recording.damaged.headers import edit_header


def test_an_interrupted_training_leaves_a_complete_recording(tmp_path: Path) -> None:
    def train(recorder: Recorder) -> None:
        with recorder:
            recorder.step(loss=1.0)
            raise KeyboardInterrupt

    model = nn.Linear(2, 2)
    recorder = Recorder(model, tmp_path / "mine", every=1)
    with pytest.raises(KeyboardInterrupt):
        train(recorder)
    assert recorder.recording.complete
    assert recorder.recording.wall["stopped_by"] == "KeyboardInterrupt"
    assert hook_count(model) == 0


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def wait_for_a_commit(path: Path) -> None:
    """Return when something counts of the recording that is being written in a thread of its own."""
    until = time.monotonic() + 30
    while not read_header(unfinished_path(path)).checkpoint and time.monotonic() < until:
        time.sleep(0.02)


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_full_disk(goes_on: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = nn.Linear(2, 2)
    recorder = Recorder(model, tmp_path / "mine", every=1, on_error="continue" if goes_on else "raise")
    steps = 0
    with ExitStack() as stack:
        if goes_on:
            stack.enter_context(pytest.warns(RecorderWarning, match="nothing is recorded after step"))
        else:
            stack.enter_context(pytest.raises(RecordingError, match="No space left"))
        with recorder:
            for steps in range(1, 301):
                if steps == 70:
                    wait_for_a_commit(tmp_path / "mine.zarr")
                    monkeypatch.setattr("engine.recording.writing.row_buffer.write_chunk", full_disk)
                recorder.step(loss=float(steps))
    assert steps == 300 or not goes_on
    monkeypatch.undo()
    left = Recording.open(tmp_path / "mine.zarr")
    assert not left.complete
    assert len(left.read("weight")) == len(left.steps("weight")) >= 1


def test_what_cannot_be_recorded_is_refused_in_one_line(tmp_path: Path) -> None:
    model, out = nn.Linear(2, 2), tmp_path / "mine"

    def refused(*pieces: str, **how: Any) -> None:
        chosen = how.pop("model", model)
        with pytest.raises(RecordingError) as raised, Recorder(chosen, out, **how):
            pass
        said = str(raised.value)
        assert "\n" not in said
        assert all(piece in said for piece in pieces), said
        assert not list(tmp_path.glob("mine*"))

    refused("no parameters", model=nn.ReLU())
    refused("takes a torch.nn.Module, not int", model=3)
    refused("lazy modules", model=nn.LazyLinear(3))
    refused("parameters are on meta, without numbers", model=nn.Linear(2, 2, device="meta"))
    refused("activation is what a probe makes", "probe=inputs", record=("activation",))
    refused("nothing to record matches 'weigth'", "did you mean 'weight'", record=("weigth",))
    refused('write record=("weight",)', record="weight")
    refused("every must be a whole number", every=0)
    refused("budget must be a number of bytes", budget=-1)
    refused("(3, 5) float32", "does not go through Linear", probe=torch.zeros(3, 5))
    refused("is on meta and the model on cpu", probe=torch.zeros(3, 2, device="meta"))
    refused("each of 3 probes", "(4,)", probe=torch.zeros(3, 2), target=torch.zeros(4))
    refused("the probe must be a tensor", probe=7)
    refused("give it padded", probe=torch.nested.nested_tensor([torch.ones(1, 2)], layout=torch.jagged))


def test_numbers_that_are_several_are_refused(tmp_path: Path) -> None:
    with Recorder(nn.Linear(2, 2), tmp_path / "mine") as recorder:
        with pytest.raises(RecordingError, match=r"loss must be one number for each step, not of shape \(3,\)"):
            recorder.step(loss=torch.zeros(3))
        with pytest.raises(RecordingError, match="accuracy must be one number"):
            recorder.step(accuracy="much")  # type: ignore[arg-type]


def test_nothing_is_overwritten_unless_asked_for(tmp_path: Path) -> None:
    def record(**how: Any) -> None:
        with Recorder(nn.Linear(2, 2), tmp_path / "mine", **how):
            pass

    record()
    with pytest.raises(RecordingError, match="overwrite=True"):
        record()
    record(overwrite=True)
    (tmp_path / "mine.zarr").rename(tmp_path / "mine.unfinished.zarr")  # killed when it was complete
    with pytest.raises(RecordingError, match=r"mine\.zarr is there already"):
        record()
    (tmp_path / "mine.zarr").rename(tmp_path / "mine.unfinished.zarr")
    edit_header(tmp_path / "mine.unfinished.zarr", complete=False, digest="", checkpoint="checkpoint-0000000001.pt")
    with pytest.raises(RecordingError, match="was killed"):
        record()
    (tmp_path / "theirs.zarr").mkdir()
    (tmp_path / "theirs.zarr" / "thesis.txt").write_text("years of work")
    with pytest.raises(RecordingError, match="is not a recording"), Recorder(nn.Linear(2, 2), tmp_path / "theirs"):
        pass


def test_two_cannot_write_the_same_recording(tmp_path: Path) -> None:
    with (
        Recorder(nn.Linear(2, 2), tmp_path / "mine"),
        pytest.raises(RecordingError, match="another training is writing"),
        Recorder(nn.Linear(2, 2), tmp_path / "mine", overwrite=True),
    ):
        pass


def test_what_a_kill_leaves_is_no_older_than_the_last_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.recorder.COMMIT_SECONDS", 0.0)
    recorder = Recorder(nn.Linear(2, 2), tmp_path / "mine", every=1_000)
    recorder.__enter__()
    for _ in range(20):  # far from the next snapshot
        recorder.step(loss=1.0)
    assert recorder._writer is not None
    recorder._writer._queue.wait()  # the disk has caught up
    recorder._stack.close()  # as if the process were gone: nothing is completed
    left = Recording.open(tmp_path / "mine.zarr")
    assert not left.complete
    assert len(left.read("metric.loss")) >= 10
    finish(tmp_path / "mine.zarr")
    assert Recording.open(tmp_path / "mine.zarr").complete


def test_after_the_block_nothing_more_is_recorded(tmp_path: Path) -> None:
    with Recorder(nn.Linear(2, 2), tmp_path / "mine") as recorder:
        recorder.step(loss=1.0)
    digest = recorder.recording.digest
    recorder.step(loss=2.0)
    assert not recorder.writes
    assert recorder.recording.digest == digest


def test_nothing_stops_a_training_that_is_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = nn.Linear(2, 2)
    with Recorder(model, tmp_path / "on", every=1, on_error="continue") as recorder:
        with pytest.warns(RecorderWarning, match="loss must be one number for each step, not of shape"):
            recorder.step(loss=torch.ones(2), accuracy=0.5)
        recorder.step(loss=1.0)
        monkeypatch.setattr(recorder._arrays, "take", lambda step: 1 / 0)
        with pytest.warns(RecorderWarning, match="nothing is recorded after step 3: division by zero"):
            recorder.step(loss=1.0)
        recorder.step(loss=1.0)
    with pytest.raises(RecordingError, match="loss must be one number"), Recorder(model, tmp_path / "b") as recorder:
        recorder.step(loss=torch.ones(2))
