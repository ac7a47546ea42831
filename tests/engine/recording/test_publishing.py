"""A complete recording takes the place of another: whatever is killed between, and whoever else's folder lies there."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.files.replacing import recover
from engine.files.set_aside import draft_of, old_of, release
from engine.recording import Recording
from engine.recording.format.layout import METADATA, ArraySpec, RecordingError, unfinished_path
from engine.recording.writing.locking import lock_recording
from engine.recording.writing.publishing import make_room, publish
from engine.recording.writing.writer import RecordingWriter

STEPS = {"snapshot": np.arange(3)}
SPECS = (ArraySpec("layer1.bias", ("step", "out"), (3, 2), "float32", "snapshot"),)


def begin(path: Path, seed: int = 0) -> RecordingWriter:
    writer = RecordingWriter.create(path, {"name": "digits", "seed": seed}, {}, SPECS, STEPS, {})
    for row in range(3):
        writer.append("snapshot", {"layer1.bias": np.full(2, row + seed, np.float32)})
    writer.commit(b"state", {})
    return writer


def complete(path: Path, seed: int = 0) -> Recording:
    return begin(path, seed).complete()


def killed_in_between(path: Path) -> tuple[Path, Path]:
    """Leave an old recording set aside and the new one, complete, where it grew, as a kill between two moves does."""
    draft = draft_of(complete(path).path)
    complete(path.with_name("new.zarr"), seed=1).path.rename(unfinished_path(path))
    release(draft)
    return path.rename(old_of(draft)), unfinished_path(path)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


def test_a_replacement_that_was_killed_between_two_moves_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "r.zarr"
    killed_in_between(path)
    assert Recording.open(path).config["seed"] == 1, "what is complete can be read at once"
    with lock_recording(path):
        assert Recording.open(path).path == path
    assert Recording.open(path).config["seed"] == 1 and names(tmp_path) == ["r.zarr"]


def test_where_the_new_one_is_gone_the_old_one_stands_again(tmp_path: Path) -> None:
    path = tmp_path / "r.zarr"
    old, growing = killed_in_between(path)
    digest = Recording.open(old).digest
    shutil.rmtree(growing)
    with lock_recording(path):
        assert Recording.open(path).digest == digest
    assert names(tmp_path) == ["r.zarr"]


def test_an_old_one_that_was_only_begun_to_be_removed_goes(tmp_path: Path) -> None:
    path = tmp_path / "r.zarr"
    old, growing = killed_in_between(path)
    growing.rename(path)
    (old / METADATA).unlink()
    with lock_recording(path):
        assert Recording.open(path).config["seed"] == 1
    assert names(tmp_path) == ["r.zarr"]


@pytest.mark.parametrize("suffix", ["replaced", "unfinished"])
def test_a_folder_of_the_users_own_with_our_suffix_is_never_removed(tmp_path: Path, suffix: str) -> None:
    path, theirs = tmp_path / "r.zarr", tmp_path / f"r.{suffix}.zarr"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("years of work")
    if suffix == "unfinished":
        with pytest.raises(RecordingError, match=r"r\.unfinished\.zarr is not a recording, and is left alone: move"):
            complete(path)
        assert names(tmp_path) == [theirs.name]
    else:
        for seed in (0, 1):
            complete(path, seed)
        assert names(tmp_path) == sorted(["r.zarr", theirs.name])
    assert (theirs / "thesis.txt").read_text() == "years of work"


def test_a_recording_of_the_users_that_is_called_so_stays(tmp_path: Path) -> None:
    kept = complete(tmp_path / "r.replaced.zarr", seed=7).digest
    for seed in (0, 1):
        complete(tmp_path / "r.zarr", seed)
    assert Recording.open(tmp_path / "r.replaced.zarr").digest == kept


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        ("", False),
        ("{", False),
        ('{"zarr_format": 3, "node_type": "group", "attributes": {}}', False),
        ('{"zarr_format": 3, "node_type": "group", "attributes": {"neuroreel": {"format": 9}}}', True),
        ('{"zarr_format": 3, "attributes": {"neuroreel": {"for', True),
    ],
)
def test_what_carries_our_header_however_damaged_is_ours(tmp_path: Path, header: str, ours: bool) -> None:
    growing = tmp_path / "r.unfinished.zarr"
    growing.mkdir()
    (growing / METADATA).write_text(header)
    if ours:
        make_room(growing)
        assert names(tmp_path) == []
    else:
        with pytest.raises(RecordingError, match="is not a recording, and is left alone"):
            make_room(growing)
        assert (growing / METADATA).read_text() == header


def test_what_lies_at_the_place_by_then_is_no_recording_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "r.zarr"
    writer = begin(path)
    path.mkdir()
    (path / "thesis.txt").write_text("years of work")
    with pytest.raises(RecordingError, match=r"r\.zarr is not a recording, and is left alone"):
        writer.complete()
    assert (path / "thesis.txt").exists() and Recording.open(unfinished_path(path)).complete
    shutil.rmtree(path)
    assert publish(path).complete


@pytest.mark.parametrize("name", ["notes.txt", "layer1.bias/notes.txt", "layer1.bias/c/notes.txt", "own/data.csv"])
def test_what_somebody_put_into_a_recording_is_not_lost_with_it(tmp_path: Path, name: str) -> None:
    whole = complete(tmp_path / "r.zarr")
    own = whole.path / name
    own.parent.mkdir(exist_ok=True)
    own.write_text("mine")
    with pytest.raises(RecordingError, match=rf"r\.zarr is not replaced: {name} in it is no file of a recording; move"):
        complete(tmp_path / "r.zarr", seed=1)
    assert own.read_text() == "mine" and unfinished_path(whole.path).exists(), "nor is the new one"
    own.unlink()
    with lock_recording(tmp_path / "r.zarr"):
        assert Recording.open(tmp_path / "r.zarr").config["seed"] == 1, "it takes its place when that is free"


def test_what_is_begun_again_is_known_as_ours_until_it_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed while it removes what was begun before, it leaves nothing that the next could take for somebody else's."""
    path = tmp_path / "r.zarr"
    begin(path).stop()
    monkeypatch.setattr("engine.files.replacing.shutil.rmtree", lambda *_, **__: None)
    make_room(unfinished_path(path))
    assert not unfinished_path(path).exists() and len(names(tmp_path)) == 1
    monkeypatch.undo()
    recover(unfinished_path(path))
    assert names(tmp_path) == []
