"""What is said after a training was killed can be done, and works."""

from __future__ import annotations

from pathlib import Path

import pytest
from torch import nn

from engine.recorder import Recorder
from engine.recording import Recording, RecordingError
from engine.recording.format.layout import unfinished_path
from engine.recording.writing.locking import finish
from tests.engine.recording.damaged.headers import edit_header


@pytest.mark.parametrize("moment", ["before anything is committed", "later"])
def test_the_advice_after_a_kill_works(moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the line can be done: run the training again, or have what was committed completed."""

    def record() -> Recording:
        with Recorder(nn.Linear(2, 2), tmp_path / "mine", config={"steps": 9}) as recorder:
            recorder.step(loss=1.0)
        return recorder.recording

    def killed(recorder: Recorder, *_: object) -> None:
        if recorder._writer and moment == "later":
            recorder._commit(wait=True)
        raise SystemError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(Recorder, "_complete" if moment == "later" else "_take_snapshot", killed)
        with pytest.raises(SystemError, match="killed"):
            record()
    growing = unfinished_path(tmp_path / "mine.zarr")
    assert growing.exists()
    if moment == "later":
        with pytest.raises(RecordingError, match=r"was killed has left: `neuroreel animate .*mine\.zarr` completes it"):
            record()
        finish(tmp_path / "mine.zarr")
        assert Recording.open(tmp_path / "mine.zarr").complete
        return
    with pytest.raises(RecordingError, match="was stopped before anything was committed: run the training again"):
        Recording.open(tmp_path / "mine.zarr")
    assert record().complete and not growing.exists()


def test_what_a_kill_left_and_was_damaged_is_told(tmp_path: Path) -> None:
    growing = unfinished_path(tmp_path / "mine.zarr")
    with Recorder(nn.Linear(2, 2), tmp_path / "mine"):
        pass
    (tmp_path / "mine.zarr").rename(growing)
    edit_header(growing, complete=False, digest="")
    (growing / "zarr.json").write_bytes((growing / "zarr.json").read_bytes() + b" ")
    said = "is damaged: choose another path, or say overwrite=True"
    with pytest.raises(RecordingError, match=said), Recorder(nn.Linear(2, 2), tmp_path / "mine"):
        pass
    with Recorder(nn.Linear(2, 2), tmp_path / "mine", overwrite=True):
        pass
