"""Seals JSON descriptions, so that a change of them shows, and hashes files.

A sealed description is JSON in one fixed form; its last entry, the seal, is the SHA-256 of the form of all the others.
So no byte of it changes unnoticed, not even a space. A seal does not stop somebody who computes it anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.files.door import parsed
from engine.files.replacing import written_whole

SEAL = "seal"
LARGE = 10**9  # bytes from which on a file is hashed again only where its size or one of its times differs
FRESH = 2 * 10**9  # nanoseconds, coarser than any file system's clock


class SealError(ValueError):
    """An error where a description was not sealed, or was changed since."""


def sealed(content: Mapping[str, Any]) -> bytes:
    """Return plain JSON with its seal; an older seal in `content` is replaced."""
    others = {key: value for key, value in content.items() if key != SEAL}
    return _form({**others, SEAL: hashlib.sha256(_form(others)).hexdigest()})


def unsealed(stored: bytes) -> dict[str, Any]:
    """Return what was sealed, without the seal; raises SealError where any byte is not as it was written."""
    try:
        content = parsed(stored)
        if not isinstance(content, dict) or sealed(content) != stored:
            raise SealError("changed since it was sealed")
    except ValueError as error:  # half of a letter, too, cannot be written as it was
        raise SealError(str(error)) from None
    del content[SEAL]
    return content


def _form(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def file_hash(path: Path, stamps: Path | None = None, least: int = LARGE) -> str:
    """Return the SHA-256 of a file's bytes, in hex; raises OSError where it cannot be read.

    stamps: a file of ours that stores the hashes of large files. A file in it is read again only where its size or a
    time differs; the time of change (ctime), unlike that of modification, cannot be put back. least: bytes from which
    on a file is large.
    """
    if stamps is None or path.stat().st_size < least:
        return _hash(path)
    state, known = _state(path), _remembered(stamps)
    # What was written just now could be written again at what counts as the same time
    settled = time.time_ns() - state[2] > FRESH
    *before, told = known.get(str(path), [""])
    if before != state:
        told = _hash(path)
        if settled:
            _remember(stamps, {**known, str(path): [*state, told]})
    return str(told)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _state(path: Path) -> list[int]:
    """Return what differs once a file was written to: bytes, two times in nanoseconds, its inode number."""
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _remembered(stamps: Path) -> dict[str, list[Any]]:
    if os.name == "nt":  # where ctime is the time at which a file was made
        return {}
    try:
        return unsealed(stamps.read_bytes())
    except (OSError, SealError):
        return {}


def _remember(stamps: Path, known: Mapping[str, list[Any]]) -> None:
    """Keep what is known; where that cannot be written, all is read again next time."""
    with suppress(OSError):
        stamps.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(stamps) as draft:
            draft.write_bytes(sealed(known))
