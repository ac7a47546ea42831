"""Reading a recording that was damaged, lost a part, is of another version, or is none."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
import zarr

from engine.recording import ForeignRecordingError, Recording, RecordingError
from engine.recording.format.layout import (
    FORMAT,
    METADATA,
    ChangedRecordingError,
    NewerRecordingError,
    unfinished_path,
)
from engine.recording.reading.seals import check_recording
from tests.engine.recording.damaged.headers import edit_header, make_older


@pytest.fixture
def copied(small: Recording, tmp_path: Path) -> Path:
    """Return a copy of the small recording to be damaged."""
    return Path(shutil.copytree(small.path, tmp_path / "digits.zarr"))


def test_foreign_things(tmp_path: Path) -> None:
    file, folder, store = tmp_path / "film.mp4", tmp_path / "holidays", tmp_path / "other.zarr"
    file.write_bytes(b"film")
    folder.mkdir()
    zarr.create_group(store, attributes={"title": "rain"})
    for path, said in (
        (file, "is not a recording: it has no zarr.json"),
        (folder, "is not a recording: it has no zarr.json"),
        (store, "is a Zarr store, but not a recording of neuroreel's"),
    ):
        with pytest.raises(ForeignRecordingError, match=said):
            Recording.open(path)


def test_a_recording_newer_than_the_program(copied: Path) -> None:
    edit_header(copied, format=FORMAT + 1)
    said = r"was made by a newer neuroreel: .* reads up to 3; update neuroreel"
    with pytest.raises(NewerRecordingError, match=said) as raised:
        Recording.open(copied)
    assert "\n" not in str(raised.value)


def test_a_recording_of_the_format_before_can_be_read(copied: Path, small: Recording) -> None:
    make_older(copied)
    older = Recording.open(copied)
    assert small.sealed and not older.sealed
    assert older.digest == small.digest
    np.testing.assert_array_equal(older.read("layer1.weight"), small.read("layer1.weight"))
    check_recording(copied)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"attributes": 3}', "\xff", "[" * 100_000], ids=lambda told: repr(told)[:20]
)
def test_damaged_metadata(copied: Path, content: str) -> None:
    (copied / METADATA).write_bytes(content.encode("latin1"))
    with pytest.raises(RecordingError) as raised:
        Recording.open(copied)
    assert "\n" not in str(raised.value)
    assert str(copied) in str(raised.value)


def test_a_lost_array(copied: Path) -> None:
    shutil.rmtree(copied / "layer2.weight")
    with pytest.raises(RecordingError, match=r"is damaged: the array layer2\.weight is gone"):
        Recording.open(copied)


def test_what_is_read_is_what_was_written(copied: Path) -> None:
    """A file is held against its seal when it is read first, and no file that is not read."""
    chunk = copied / "layer2.weight" / "c" / "0" / "0" / "0"
    chunk.write_bytes((copied / "layer2.weight.gradient" / "c" / "0" / "0" / "0").read_bytes())
    recording = Recording.open(copied)
    said = r"was changed after it was made: layer2\.weight/c/0/0/0 is not the file that was written; .* --force"
    for read in (recording.read, lambda name: recording.as_xarray(name).values):
        with pytest.raises(ChangedRecordingError, match=said) as raised:
            read("layer2.weight")
        assert "\n" not in str(raised.value)
    recording.read("layer2.bias")


def test_a_renamed_axis_is_found(copied: Path) -> None:
    file = copied / "layer3.weight" / METADATA
    file.write_text(file.read_text().replace('"out", "in"', '"in", "out"'))
    with pytest.raises(ChangedRecordingError, match=r"layer3\.weight/zarr\.json is not the file that was written"):
        Recording.open(copied).read("layer3.weight")


@pytest.mark.parametrize("older", [False, True])
def test_a_lost_chunk_is_not_read_as_zeros(copied: Path, older: bool) -> None:
    if older:
        make_older(copied)
    (copied / "layer1.activation" / "c" / "0" / "0" / "0").unlink()
    with pytest.raises(RecordingError, match=r"is damaged: layer1\.activation/c/0/0/0 is gone"):
        Recording.open(copied).read("layer1.activation", step=0)


def test_a_file_that_cannot_be_read(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: Path) -> BinaryIO:
        raise PermissionError(errno.EACCES, "Permission denied", str(file))

    recording = Recording.open(copied)
    monkeypatch.setattr("engine.recording.format.files.open_plainly", refuse)
    with pytest.raises(RecordingError, match=r"cannot be read: layer2\.bias/zarr\.json: Permission denied"):
        recording.read("layer2.bias")


def test_metadata_of_an_older_recording_that_are_damaged(copied: Path) -> None:
    make_older(copied)
    (copied / "layer2.weight" / METADATA).write_text("{}")
    recording = Recording.open(copied)
    with pytest.raises(RecordingError, match=r"is damaged: layer2\.weight: .*; train it again with --force"):
        recording.read("layer2.weight")
    recording.read("layer2.bias")


def test_an_array_of_an_older_recording_that_has_another_shape(copied: Path) -> None:
    make_older(copied)
    shutil.rmtree(copied / "layer2.weight")
    shutil.copytree(copied / "layer3.weight", copied / "layer2.weight")
    with pytest.raises(RecordingError, match=r"layer2\.weight: in its zarr\.json: float32 \(20, 16, 16\) expected"):
        Recording.open(copied).read("layer2.weight")


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_chunk_of_an_older_recording_that_is_damaged(copied: Path, damage: str) -> None:
    make_older(copied)
    chunk = copied / "layer1.weight" / "c" / "0" / "0" / "0"
    content = bytearray(chunk.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    else:
        content[len(content) // 2] ^= 1
    chunk.write_bytes(content)
    recording = Recording.open(copied)
    for read in (recording.read, lambda name: recording.as_xarray(name).values):
        with pytest.raises(RecordingError, match=r"is damaged: layer1\.weight") as raised:
            read("layer1.weight")
        assert "\n" not in str(raised.value)


def test_steps_of_a_damaged_clock(copied: Path) -> None:
    (copied / "step.snapshot" / "c" / "0").write_bytes(b"")
    with pytest.raises(RecordingError, match=r"was changed after it was made: step\.snapshot/c/0"):
        Recording.open(copied).steps("layer1.weight")


def test_digests_of_what_is_stored_now(copied: Path, small: Recording) -> None:
    """The values are read for that: those of an older recording that were changed have another digest."""
    make_older(copied)
    told = {name: info.digest for name, info in small.arrays.items()}
    assert Recording.open(copied).digests_now() == small.digests_now() == told
    shutil.copytree(copied / "layer2.weight.gradient" / "c", copied / "layer2.weight" / "c", dirs_exist_ok=True)
    now = Recording.open(copied).digests_now()
    assert {name for name in told if now[name] != told[name]} == {"layer2.weight"}
    assert list(small.only(["layer2.bias"]).digests_now()) == ["layer2.bias"]


def test_a_recording_that_never_committed(tmp_path: Path, copied: Path) -> None:
    edit_header(copied, complete=False, digest="", committed={"snapshot": 0, "update": 0, "evaluation": 0})
    growing = unfinished_path(tmp_path / "other.zarr")
    copied.rename(growing)
    with pytest.raises(RecordingError, match="was stopped before anything was committed: run the training again"):
        Recording.open(tmp_path / "other.zarr")
