"""A recording that is not finished: damaged, changed, begun by an older neuroreel, or checked while it is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.experiments import EXPERIMENTS
from engine.recording import Recording, RecordingError
from engine.recording.format.layout import (
    METADATA,
    ArraySpec,
    ChangedRecordingError,
    NewerRecordingError,
    unfinished_path,
)
from engine.recording.reading import seals as recording_seals
from engine.recording.reading.seals import check_recording
from engine.recording.writing.locking import settle
from engine.recording.writing.writer import RecordingWriter
from tests.engine.recording.damaged.headers import edit_header, make_older
from tests.engine.recording.six_rows import LOSSES, ROWS, VALUES, begin, go_on

pytestmark = pytest.mark.usefixtures("short_chunks")


@pytest.mark.parametrize("lost", ["c/0/0/0", "c/1/0/0", "zarr.json"])
def test_a_damaged_unfinished_recording(tmp_path: Path, lost: str) -> None:
    """What was committed and is gone is found, and not made up."""
    path = tmp_path / "r.zarr"
    writer = begin(path)
    go_on(writer, 0, stop=5)
    (unfinished_path(path) / "layer1.weight" / lost).unlink()
    with pytest.raises(RecordingError, match=r"is damaged: .*layer1\.weight.*--force"):
        RecordingWriter.resume(path)


@pytest.mark.parametrize("changed", ["layer1.weight/c/0/0/0", "probe.label/c/0", "metric.loss/zarr.json", "checkpoint"])
def test_an_unfinished_recording_that_was_changed(tmp_path: Path, changed: str) -> None:
    path = tmp_path / "r.zarr"
    writer = begin(path)
    go_on(writer, 0, stop=5)
    (file,) = unfinished_path(path).glob(f"{changed}*")
    file.write_bytes(file.read_bytes()[:-1] + b"~")
    with pytest.raises(ChangedRecordingError, match=rf"{changed}.* is not the file that was written; .* --force"):
        RecordingWriter.resume(path)


def test_what_was_not_counted_leaves_nothing_behind(tmp_path: Path) -> None:
    """A training that is killed and will not go on is completed with what was committed, and with no other file."""
    path = tmp_path / "r.zarr"
    writer = begin(path)
    go_on(writer, 0, stop=3)
    for row in range(3, ROWS):  # fills a chunk, which reaches the disk
        writer.append("snapshot", {"layer1.weight": VALUES[row]})
        for update in (2 * row, 2 * row + 1):
            writer.append("update", {"metric.loss": LOSSES[update]})
    writer.add_endless("metric.other", [ArraySpec("metric.other", (), (), "float64")])
    writer._queue.wait()  # all of it is on the disk, and nothing counts it
    growing = unfinished_path(path)
    assert (growing / "metric.loss" / "c" / "2").exists() and (growing / "metric.other").exists()
    resumed = RecordingWriter.resume(path)
    assert resumed is not None
    recording = resumed.complete()
    check_recording(recording.path)
    assert not (path / "metric.loss" / "c" / "2").exists() and not (path / "metric.other").exists()
    np.testing.assert_array_equal(recording.read("layer1.weight"), VALUES[:3])


def test_a_training_that_an_older_neuroreel_began_ends_with_seals(tmp_path: Path, whole: Recording) -> None:
    path = tmp_path / "r.zarr"
    go_on(begin(path), 0, stop=5)
    make_older(unfinished_path(path))
    resumed = RecordingWriter.resume(path)
    assert resumed is not None
    go_on(resumed, 5)
    recording = resumed.complete()
    assert recording.sealed and recording.digest == whole.digest
    check_recording(path)


def test_a_recording_can_be_checked_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its header was read, and before its files are, the checkpoint that the header tells of is replaced."""
    path = tmp_path / "r.zarr"
    writer = begin(path)
    go_on(writer, 0, stop=3)
    files = recording_seals.stored_files

    def meanwhile(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
        monkeypatch.undo()
        go_on(writer, 3)
        return files(folder)

    monkeypatch.setattr(recording_seals, "stored_files", meanwhile)
    check_recording(unfinished_path(path))
    assert writer.header.committed["snapshot"] == ROWS


def test_what_cannot_be_trusted_is_not_begun_again_unasked(tmp_path: Path) -> None:
    path = tmp_path / "r.zarr"
    go_on(begin(path), 0, stop=5)
    header = unfinished_path(path) / METADATA
    header.write_text(header.read_text().replace(": ", ":  ", 1))
    with pytest.raises(ChangedRecordingError, match=r"zarr\.json is not the file that was written"):
        settle(EXPERIMENTS["digits"], path, resume=True, force=False)
    edit_header(unfinished_path(path), format=9)
    with pytest.raises(NewerRecordingError, match="update neuroreel"):
        settle(EXPERIMENTS["digits"], path, resume=False, force=False)
    assert settle(EXPERIMENTS["digits"], path, resume=False, force=True) is None


def test_a_lost_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "r.zarr"
    writer = begin(path)
    go_on(writer, 0, stop=3)
    next(unfinished_path(path).glob("checkpoint-*")).unlink()
    with pytest.raises(RecordingError, match=r"checkpoint-\d+\.pt is gone; train it again with --force"):
        RecordingWriter.resume(path)
    make_older(unfinished_path(path))
    resumed = RecordingWriter.resume(path)
    assert resumed is not None
    with pytest.raises(RecordingError, match=r"checkpoint-\d+\.pt is gone; train it again with --force"):
        resumed.read_checkpoint()
