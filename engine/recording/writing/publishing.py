"""Gives a complete recording its name, and repairs what a killed process left on the way there.

What is at the path of an unfinished recording is replaced only if it carries our header: folders of somebody else's may
have any name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.files.replacing import move_in, recover, remove_whole
from engine.recording.format.files import belongs
from engine.recording.format.header import read_header
from engine.recording.format.layout import (
    KEY,
    METADATA,
    STEP_PREFIX,
    ForeignRecordingError,
    RecordingError,
    unfinished_path,
)
from engine.recording.reading.recording import Recording
from engine.recording.writing.arrays import is_draft


def publish(path: Path) -> Recording:
    """Move the complete recording from its unfinished path to `path`, in place of the one there."""
    growing = unfinished_path(path)
    require_replaceable(path)
    with writing(path):
        for leftover in growing.glob("checkpoint-*"):
            leftover.unlink()
        move_in(growing, path)
    return Recording.open(path)


def recover_recording(path: Path) -> None:
    """Repair what a process left that was killed while it published or removed a recording; its lock must be held.

    A complete recording that has not got its name yet gets it. Where there is none, the one that was moved aside for it
    is moved back. Raises `RecordingError` where the folder cannot be written.
    """
    growing = unfinished_path(path)
    with writing(path):
        recover(growing)
    if _is_complete(growing):
        publish(path)
    with writing(path):
        recover(path)


def make_room(growing: Path) -> None:
    """Remove what was begun at `growing`, if it is ours; raises `RecordingError` where it is not."""
    require_replaceable(growing)
    with writing(growing):
        if os.path.exists(growing):
            remove_whole(growing)


def require_replaceable(path: Path) -> None:
    """Raise `RecordingError` where what is at `path` does not carry our header, damaged or not, or holds more files.

    Files that somebody put into a recording's folder, such as notes, are not to be lost with it.
    """
    if not os.path.exists(path) or is_bare(path):
        return
    if not _is_ours(path):
        raise RecordingError(
            f"{path} is not a recording, and is left alone: move it away, or choose another path for the recording"
        )
    for folder, _, files in os.walk(path):
        for file in sorted(files):
            name = Path(folder, file).relative_to(path).as_posix()
            if not belongs(name):
                raise RecordingError(f"{path} is not replaced: {name} in it is no file of a recording; move it away")


def is_bare(path: Path) -> bool:
    """Tell whether a folder holds nothing but what a kill may leave before the first file has its name."""
    return path.is_dir() and all(is_draft(inside) for inside in path.iterdir())


def _is_ours(path: Path) -> bool:
    try:
        read_header(path)
    except ForeignRecordingError:
        return False
    except RecordingError:  # damaged, changed or newer: ours if it says so anywhere, or has our step numbers
        try:
            named = f'"{KEY}"'.encode() in (path / METADATA).read_bytes()
        except OSError:
            return False
        return named or any(path.glob(f"{STEP_PREFIX}*/{METADATA}"))
    return True


def _is_complete(path: Path) -> bool:
    try:
        return read_header(path).complete
    except RecordingError:
        return False


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an OSError in the block, such as that of a full disk, into a `RecordingError` of one line."""
    try:
        yield
    except OSError as error:
        raise RecordingError(
            f"{path} cannot be written: {error.strerror or error}; choose another --out, or mend it: "
            "what was committed is kept, and --resume goes on with it"
        ) from None
