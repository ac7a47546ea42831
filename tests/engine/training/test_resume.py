"""Stops of all kinds, what they leave, and going on from there as if nothing had happened."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from engine.experiments import DigitsConfig
from engine.recording import Recording, RecordingError
from engine.train import TrainingError, train
from engine.training.callbacks import Observer, Progress
from tests.engine.pulled import Pulled
from tests.engine.small import small_experiment, small_mnist, train_small


class StopAt(Observer):
    """Acts once when a training has come so far, as a user or an accident would."""

    def __init__(self, step: int, act: Callable[[], None]) -> None:
        self.step, self.act = step, act

    def progressed(self, progress: Progress) -> None:
        if progress.step >= self.step:
            self.step = 10**9
            self.act()


def pull() -> None:
    raise Pulled


@pytest.fixture(autouse=True)
def tell_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell the observers of every step."""
    monkeypatch.setattr("engine.training.logger.TELL_SECONDS", 0.0)


def train_here(experiment: DigitsConfig, out: Path, *observers: Observer, resume: bool = False) -> Recording:
    return train(experiment, out, resume=resume, observers=observers, data=small_mnist())


@pytest.mark.parametrize("step", [1, 60, 119, 120])
def test_a_pulled_plug_costs_nothing_after_resume(
    small: Recording, tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.training.logger.COMMIT_SECONDS", 0.1)
    out = tmp_path / "digits.zarr"
    with pytest.raises(Pulled):
        train_here(small_experiment(), out, StopAt(step, pull))
    assert not out.exists()
    assert train_here(small_experiment(), out, resume=True).digest == small.digest


def test_a_pulled_plug_before_it_is_complete(small: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is committed and the recording is not marked as complete yet."""
    out = tmp_path / "digits.zarr"
    with monkeypatch.context() as patch:
        patch.setattr("engine.recording.writing.writer.RecordingWriter.complete", lambda self: pull())
        with pytest.raises(Pulled):
            train_here(small_experiment(), out)
    assert Recording.open(out).arrays["layer1.weight"].shape[0] == 20
    assert train_here(small_experiment(), out, resume=True).digest == small.digest


def test_ctrl_c_commits_and_says_how_to_go_on(small: Recording, tmp_path: Path) -> None:
    out = tmp_path / "digits.zarr"
    with pytest.raises(TrainingError, match=r"stopped at step .* of 120; .*: go on with --resume"):
        train_here(small_experiment(), out, StopAt(50, lambda: os.kill(os.getpid(), signal.SIGINT)))
    stopped = Recording.open(out)
    assert not stopped.complete
    assert stopped.steps("metric.loss")[-1] >= 50
    np.testing.assert_array_equal(
        stopped.read("metric.loss"), small.read("metric.loss")[: len(stopped.read("metric.loss"))]
    )
    assert train_here(small_experiment(), out, resume=True).digest == small.digest


def test_kill_9_in_the_middle_of_training_then_resume(tmp_path: Path) -> None:
    """Another process trains and is killed; the recording can be read, and ends as if nothing had happened."""
    out = tmp_path / "digits.zarr"
    settings: dict[str, Any] = {"steps": 1000, "snapshots": 200}
    call = f"train_small(Path({str(out)!r}), **{settings})"
    code = f"from pathlib import Path; from tests.engine.small import train_small; {call}"
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        _wait_for_commit(process, out)
    finally:
        process.kill()  # SIGKILL
        process.wait()
    killed = Recording.open(out)
    assert not killed.complete
    assert not out.exists()
    whole = train_small(tmp_path / "whole.zarr", **settings)
    for name in killed.arrays:
        part = killed.read(name)
        np.testing.assert_array_equal(part, whole.read(name)[: len(part)])
    resumed = train_here(small_experiment(**settings), out, resume=True)
    assert resumed.complete
    assert resumed.digest == whole.digest
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith(".")) == [
        "digits.zarr",
        "whole.zarr",
    ]


def _wait_for_commit(process: subprocess.Popen[bytes], out: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
        try:
            if Recording.open(out).arrays["layer1.weight"].shape[0]:
                return
        except RecordingError:
            continue
    raise AssertionError(f"the training committed nothing; it ended with {process.poll()}")


def test_what_diverges_is_readable_up_to_there(tmp_path: Path) -> None:
    out = tmp_path / "r.zarr"
    experiment = small_experiment("digits-relu-cross-entropy", learning_rate=1e30)
    with pytest.raises(TrainingError, match=r"the loss became nan at step \d+: lower the learning rate \(1e\+30\)"):
        train_here(experiment, out)
    recording = Recording.open(out)
    assert not recording.complete
    assert 0 < len(recording.read("metric.loss")) < 10
    assert all(math.isfinite(loss) for loss in recording.read("metric.loss"))
    with pytest.raises(TrainingError, match="the loss became nan"):
        train_here(experiment, out, resume=True)


def test_two_trainings_at_one_place(tmp_path: Path) -> None:
    with FileLock(tmp_path / ".r.zarr.lock"), pytest.raises(RecordingError, match="another training is writing"):
        train_small(tmp_path / "r.zarr")


def test_a_complete_recording_is_kept_unless_forced(tmp_path: Path) -> None:
    out = tmp_path / "r.zarr"
    first = train_small(out, steps=3)
    with pytest.raises(RecordingError, match="holds this recording already, complete: train it again with --force"):
        train_small(out, steps=3)
    with pytest.raises(RecordingError, match=r"holds another recording \(seed: 0 recorded, 1 asked for\)"):
        train_small(out, steps=3, seed=1)
    assert train_here(small_experiment(steps=3), out, resume=True).digest == first.digest
    with pytest.raises(Pulled):
        train(small_experiment(steps=3, seed=1), out, force=True, observers=[StopAt(1, pull)], data=small_mnist())
    assert Recording.open(out).digest == first.digest  # the old one stays until the new one is complete
    forced = train(small_experiment(steps=3, seed=1), out, force=True, data=small_mnist())
    assert forced.config["seed"] == 1
    assert Recording.open(out).digest == forced.digest != first.digest


def test_an_unfinished_recording_is_not_begun_again_unasked(tmp_path: Path) -> None:
    out = tmp_path / "r.zarr"
    stop = StopAt(50, lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(TrainingError):
        train_here(small_experiment(), out, stop)
    with pytest.raises(RecordingError, match=r"was stopped after \d+ snapshots: go on with --resume"):
        train_here(small_experiment(), out)
    with pytest.raises(RecordingError, match=r"is of another experiment \(learning_rate: 0.5 recorded, 0.1 asked"):
        train_here(small_experiment(learning_rate=0.1), out, resume=True)
    with pytest.raises(RecordingError, match="choose one of them"):
        train(small_experiment(), out, resume=True, force=True)
    assert train(small_experiment(steps=3), out, force=True, data=small_mnist()).config["steps"] == 3


@pytest.mark.parametrize("force", [False, True])
def test_what_is_no_recording_is_never_overwritten(tmp_path: Path, force: bool) -> None:
    holidays = tmp_path / "holidays"
    holidays.mkdir()
    (holidays / "beach.jpg").write_bytes(b"sun")
    with pytest.raises(RecordingError, match="is not a recording, and is left alone: choose another --out"):
        train(small_experiment(), holidays, force=force, data=small_mnist())
    assert (holidays / "beach.jpg").read_bytes() == b"sun"


def test_an_empty_folder_is_no_hindrance(tmp_path: Path) -> None:
    out = tmp_path / "r.zarr"
    out.mkdir()
    assert train_small(out, steps=3).path == out


def test_a_damaged_recording_is_replaced_when_forced(tmp_path: Path) -> None:
    out = tmp_path / "r.zarr"
    train_small(out, steps=3)
    (out / "zarr.json").write_text("{")
    with pytest.raises(RecordingError, match="is damaged"):
        train_small(out, steps=3)
    assert train(small_experiment(steps=3), out, force=True, data=small_mnist()).complete


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RecordingError, match=r"cannot be written: (Not a directory|File exists)") as raised:
        train_small(tmp_path / "file" / "r.zarr")
    assert "\n" not in str(raised.value)
