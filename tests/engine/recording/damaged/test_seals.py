"""No stored file of a recording can be another than the one that was written without being noticed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.recording import Recording, RecordingError
from engine.recording.format.files import stored_files
from engine.recording.format.layout import METADATA, ChangedRecordingError, unfinished_path
from engine.recording.reading import seals as recording_seals
from engine.recording.reading.seals import check_recording, seal_of

TRIES = 120


@pytest.fixture
def copied(small: Recording, tmp_path: Path) -> Path:
    """Return a copy of the small recording to be damaged."""
    return Path(shutil.copytree(small.path, tmp_path / "digits.zarr"))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that are read from then on to see if they are the ones that were written."""
    names: list[str] = []

    def noted(file: Path) -> str:
        names.append(file.name)
        return seal_of(file)

    monkeypatch.setattr(recording_seals, "seal_of", noted)
    return names


def places(path: Path, rng: np.random.Generator) -> Iterator[Path]:
    """Yield each file of a recording once, then others at random."""
    files = sorted(file for file in path.rglob("*") if file.is_file())
    yield from files
    while True:
        yield files[rng.integers(len(files))]


def test_one_changed_byte_anywhere_is_noticed(copied: Path) -> None:
    """Half of the changes are hidden from whoever looks at the times of modification."""
    rng = np.random.default_rng(16)
    for count, file in zip(range(TRIES), places(copied, rng), strict=False):
        true, stat = file.read_bytes(), file.stat()
        false = bytearray(true)
        position = rng.integers(len(true))
        false[position] = (false[position] + rng.integers(1, 256)) % 256
        file.write_bytes(false)
        if count % 2:
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        with pytest.raises(RecordingError) as raised:
            check_recording(copied)
        assert str(copied) in str(raised.value) and "\n" not in str(raised.value)
        file.write_bytes(true)
    assert len(list(stored_files(copied))) + 1 <= TRIES
    check_recording(copied)


@pytest.mark.parametrize("name", [METADATA, f"layer1.weight/{METADATA}", "layer1.weight/c/0/0/0"])
def test_what_differs_is_told_with_what_to_do(copied: Path, name: str) -> None:
    file = copied / name
    file.write_bytes(file.read_bytes() + b" ")
    said = rf"digits\.zarr was changed after it was made: {name} is not the file that was written; train it again with "
    with pytest.raises(ChangedRecordingError, match=f"{said}--force, or bring the true file back"):
        check_recording(copied)


def test_a_file_too_few_and_a_file_too_many(copied: Path) -> None:
    chunk = copied / "layer1.weight" / "c" / "0" / "0" / "0"
    (chunk.parent / "1").write_bytes(chunk.read_bytes())
    with pytest.raises(ChangedRecordingError, match=r"layer1\.weight/c/0/0/1 is no file of it; remove it"):
        check_recording(copied)
    (chunk.parent / "1").unlink()
    chunk.unlink()
    with pytest.raises(ChangedRecordingError, match=r"layer1\.weight/c/0/0/0 is gone; .* or bring the file back"):
        check_recording(copied)


def test_a_chunk_of_another_array_is_noticed(copied: Path) -> None:
    true = (copied / "layer2.weight" / "c" / "0" / "0" / "0").read_bytes()
    (copied / "layer2.weight" / "c" / "0" / "0" / "0").write_bytes(
        (copied / "layer2.weight.gradient" / "c" / "0" / "0" / "0").read_bytes()
    )
    with pytest.raises(ChangedRecordingError, match=r"layer2\.weight/c/0/0/0"):
        check_recording(copied)
    (copied / "layer2.weight" / "c" / "0" / "0" / "0").write_bytes(true)
    check_recording(copied)


def test_an_older_recording_whose_seals_are_kept_is_no_older_one(copied: Path) -> None:
    """One byte makes a recording say that it was made before there were seals; it still has them."""
    file = copied / METADATA
    file.write_text(file.read_text().replace('"format": 2', '"format": 1', 1))
    with pytest.raises(RecordingError, match="Object contains unknown field `seal`"):
        check_recording(copied)


def test_every_file_cut_short_is_noticed(copied: Path) -> None:
    for file in [copied / METADATA, copied / "probe.label" / METADATA, copied / "metric.loss" / "c" / "0"]:
        true = file.read_bytes()
        for length in (0, 1, len(true) // 2, len(true) - 1):
            file.write_bytes(true[:length])
            with pytest.raises(RecordingError):
                check_recording(copied)
        file.write_bytes(true)
    check_recording(copied)


def test_a_recording_that_was_killed_before_it_got_its_name(small: Recording, tmp_path: Path) -> None:
    """Its last checkpoint is still there; nothing else may be."""
    path = Path(shutil.copytree(small.path, unfinished_path(tmp_path / "digits.zarr")))
    (path / "checkpoint-0000000120.pt").write_bytes(b"state")
    check_recording(path)
    (path / "layer1.weight" / "checkpoint-0000000120.pt").write_bytes(b"state")
    with pytest.raises(ChangedRecordingError, match=r"layer1\.weight/checkpoint-0000000120\.pt is no file of it"):
        check_recording(path)


def test_a_small_recording_is_read_whole_every_time(copied: Path, tmp_path: Path, read: list[str]) -> None:
    stamps = tmp_path / "cache" / "stamps.json"
    for _ in range(2):
        read.clear()
        check_recording(copied, stamps)
        assert len(read) == len(list(stored_files(copied)))
    assert not stamps.exists()


@pytest.fixture
def large(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the recording as if it were so large that it is not read again where nothing was touched."""
    monkeypatch.setattr(recording_seals, "LARGE", 1)
    monkeypatch.setattr(recording_seals, "FRESH", 0)
    return copied


@pytest.mark.skipif(os.name == "nt", reason="Windows tells when a file was made, not when it was changed")
def test_of_a_large_recording_only_what_was_touched_is_read_again(large: Path, tmp_path: Path, read: list[str]) -> None:
    stamps = tmp_path / "cache" / "stamps.json"
    check_recording(large, stamps)
    assert len(read) == len(list(stored_files(large)))
    read.clear()
    check_recording(large, stamps)
    assert read == []
    chunk = large / "layer1.weight" / "c" / "0" / "0" / "0"
    chunk.touch()
    check_recording(large, stamps)
    assert read == [chunk.name]
    true, stat = chunk.read_bytes(), chunk.stat()
    chunk.write_bytes(true[:-1] + bytes([true[-1] ^ 1]))
    os.utime(chunk, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    for _ in range(2):
        with pytest.raises(ChangedRecordingError, match=r"layer1\.weight/c/0/0/0"):
            check_recording(large, stamps)
    chunk.write_bytes(true)
    check_recording(large, stamps)


def test_what_was_written_just_now_is_read_again(
    large: Path, tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could be written once more at the same time, by the clock of the disk."""
    monkeypatch.setattr(recording_seals, "FRESH", 10**18)
    for _ in range(2):
        read.clear()
        check_recording(large, tmp_path / "stamps.json")
        assert len(read) == len(list(stored_files(large)))


@pytest.mark.parametrize("content", ["", "[]", '{"layer1.weight/c/0/0/0": 3}', "[" * 10**5], ids=lambda told: told[:9])
def test_stamps_that_cannot_be_read_or_kept_cost_only_time(
    large: Path, tmp_path: Path, read: list[str], content: str
) -> None:
    stamps = tmp_path / "stamps.json"
    stamps.write_text(content)
    check_recording(large, stamps)
    assert len(read) == len(list(stored_files(large)))
    assert set(json.loads(stamps.read_text())) == {name for name, _ in stored_files(large)}
    check_recording(large, stamps / "in a file")
