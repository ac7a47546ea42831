"""Checks whether a recording's files are still the ones that were written.

The header holds the SHA-256 of every file that is written for good: of a complete recording these are all but its own,
which has a seal of its own (see `engine.recording.format.header`). While a recording grows, chunks that are begun have
none, but the rows in them that count do. docs/security.md tells what is promised and what not.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from engine.files.door import DoorError, open_plainly
from engine.files.replacing import written_whole
from engine.recording.format.files import gone_error, require_stored, stored_files, unlike_error
from engine.recording.format.header import Header, read_header
from engine.recording.format.layout import (
    CHECKPOINT,
    UNFINISHED,
    ChangedRecordingError,
    RecordingError,
    changed_error,
    seal_of_rows,
    unreadable_error,
)

LARGE = 10**9  # bytes from which on files are hashed again only where size or times tell that they were written to
FRESH = 2 * 10**9  # nanoseconds: what was written just before it was hashed could be written again at the same time

Stamp = list[str | int]  # a file's seal, and size, times and number of the file when it was last found to have it


def seal_of(file: Path) -> str:
    """Return the SHA-256 of a plain file's bytes, in hex."""
    with open_plainly(file) as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def check_recording(path: Path, stamps: Path | None = None) -> None:
    """Raise `RecordingError`, one line, unless every file of the recording at `path` is the one that was written.

    Recordings of format 1 have no seals, and pass. stamps: the path of a file outside of the recording, which keeps the
    state of each file found right: of a large recording only those that were touched since are read again.
    """
    header = read_header(path)
    try:
        _check_files(path, header, stamps)
    except RecordingError:
        if read_header(path).seals == header.seals:
            raise
        check_recording(path, stamps)  # it is being written, and another file is its last checkpoint by now


def _check_files(path: Path, header: Header, stamps: Path | None) -> None:
    found = _found(path)
    for name in header.seals:
        if name not in found:
            raise gone_error(path, name)
    if header.complete and header.sealed:
        _require_no_others(path, header, found)
    large = stamps is not None and sum(stat.st_size for stat in found.values()) > LARGE
    known = _read_stamps(stamps) if stamps and large else {}
    seen: dict[str, Stamp] = {}
    for name, seal in header.seals.items():
        stamp = _stamp(seal, found[name])
        if known.get(name) != stamp and _seal_now(path, name) != seal:
            raise changed_error(path, name)
        if large and time.time_ns() - found[name].st_ctime_ns > FRESH:
            seen[name] = stamp
    if stamps and large and seen != known:
        _write_stamps(stamps, seen)


def require_unchanged(path: Path, header: Header, name: str, stored: bytes) -> None:
    """Raise `RecordingError` where `stored` is not what was written to the file `name` of the recording at `path`.

    stored: the file's bytes. A file without a seal passes, unless the recording is complete and has seals.
    """
    seal = header.seals.get(name)
    if (hashlib.sha256(stored).hexdigest() != seal) if seal else (header.sealed and header.complete):
        raise changed_error(path, name)


def require_rows(path: Path, header: Header, name: str, rows: np.ndarray) -> None:
    """Raise `RecordingError` unless the chunk `name` of a growing recording begins with the rows that were written.

    rows: the rows that count. A chunk that is written for good has a seal instead, and is checked against that.
    """
    if header.begun and name not in header.seals and header.begun.get(name) != seal_of_rows(rows):
        raise changed_error(path, name)


def _seal_now(path: Path, name: str) -> str:
    require_stored(path, name)
    try:
        return seal_of(path / name)
    except DoorError as error:
        raise unlike_error(path, name, str(error)) from None
    except OSError as error:
        raise unreadable_error(path, name, error) from None


def _found(path: Path) -> dict[str, os.stat_result]:
    try:
        return dict(stored_files(path))
    except OSError as error:
        raise unreadable_error(path, Path(error.filename or path).name, error) from None


def _require_no_others(path: Path, header: Header, found: Mapping[str, os.stat_result]) -> None:
    """Raise `RecordingError` for a file that a complete recording was not written with."""
    growing = path.stem.endswith(UNFINISHED)  # killed before it got its name, while its last checkpoint was still there
    for name in found:
        if name not in header.seals and not (growing and CHECKPOINT.fullmatch(name)):
            raise ChangedRecordingError(f"{path} was changed after it was made: {name} is no file of it; remove it")


def _stamp(seal: str, stat: os.stat_result) -> Stamp:
    """Return seal, size, times and number of a file, which a write changes; unlike mtime, ctime cannot be put back."""
    return [seal, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _read_stamps(stamps: Path) -> dict[str, Stamp]:
    if os.name == "nt":  # where ctime is the time at which a file was made
        return {}
    try:
        known = json.loads(stamps.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def _write_stamps(stamps: Path, seen: Mapping[str, Stamp]) -> None:
    """Keep what was seen; where that cannot be written, all is read again next time."""
    with suppress(OSError):
        stamps.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(stamps) as draft:
            draft.write_text(json.dumps(seen), encoding="utf-8")
