"""Checks everything that somebody else may have made before it is used: headers, descriptions, names of files.

A schema (`msgspec`) states the required form; size, form and types are checked here, once. Names never lead out of the
folder that they are names in, and no link is followed out of it. There is one kind of error, `DoorError`; the caller
adds which file it was and what can be done.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable
from io import BufferedReader
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

MOST_BYTES = 24 * 2**20  # of a description, some 200,000 seals: what is parsed takes up to ten times that
MOST_PARTS = 1_000_000  # lists and groups in one: the smallest takes twenty times the bytes that it is written with
DEEPEST = 64  # parts in one another; more would use up what Python has for functions that call themselves
LONGEST_NAME = 255  # bytes of a file's name, as file systems have it

T = TypeVar("T")

Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]


class DoorError(ValueError):
    """Raised where something from outside is not as it must be; its message says what is wrong, and where in it."""


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return a file's bytes; raises `DoorError` where these are more than `most`, OSError where it cannot be read.

    Only plain files are read: a pipe or a device may never end.
    """
    with open_plainly(path) as file:
        stored = file.read(most + 1)
    if len(stored) > most:
        raise DoorError(f"it holds more than {most:,} bytes")
    return stored


def open_plainly(path: Path) -> BufferedReader:
    """Open a plain file for reading; raises `DoorError` where it is anything else, OSError where it cannot be read."""
    # a pipe would let nobody through until somebody writes into it
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    file = os.fdopen(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise DoorError("it is no plain file")
    return file


def parsed(stored: bytes, most: int = MOST_BYTES) -> Any:
    """Return the data of some JSON; raises `DoorError` where it is none, or is larger or deeper than any of ours.

    most: the largest number of bytes. Where that is above `MOST_BYTES`, commas are counted as parts too, and JSON
    longer than `MOST_BYTES` must be ASCII, so that it takes no more memory when it is parsed.
    """
    parts = stored.count(b"[") + stored.count(b"{") + (stored.count(b",") if most > MOST_BYTES else 0)
    wide = len(stored) > MOST_BYTES and not stored.isascii()
    if len(stored) > most or parts > MOST_PARTS or wide:
        raise DoorError("it is larger than any of ours")
    try:
        told = json.loads(stored)
    except (ValueError, RecursionError):
        raise DoorError("it is no JSON") from None
    if _is_deep(told):
        raise DoorError(f"it has parts in one another more than {DEEPEST} deep")
    return told


def _is_deep(told: Any) -> bool:
    """Tell whether parts are nested more than DEEPEST deep."""
    level = [told]
    for _ in range(DEEPEST):
        groups = [part for part in level if isinstance(part, dict | list)]
        if not groups:
            return False
        level = [one for part in groups for one in (part.values() if isinstance(part, dict) else part)]
    return True


def checked(told: Any, schema: type[T]) -> T:
    """Return plain data as the type `schema`; raises `DoorError`, with what is wrong where, if it does not fit."""
    try:
        return msgspec.convert(told, type=schema, strict=True)
    except (msgspec.ValidationError, UnicodeError, RecursionError, OverflowError) as error:  # text may be half a letter
        raise DoorError(str(error) or type(error).__name__) from None


def is_file_name(name: object) -> bool:
    """Tell whether this is the name of something within a folder, and of nothing outside of it."""
    if not isinstance(name, str) or name in ("", ".", "..") or set("/\\\0") & set(name):
        return False
    try:
        return len(name.encode()) <= LONGEST_NAME
    except UnicodeEncodeError:  # half of a character, which no file is called by
        return False


def require_file_names(names: Iterable[object]) -> None:
    """Raise `DoorError` where one of these is not the name of something within a folder."""
    for name in names:
        if not is_file_name(name):
            raise DoorError(f"{str(name)[:80]!r} is not the name of a file in its folder")


def within(folder: Path, name: str) -> Path:
    """Return the path of something called `name`, with / between its parts, in a folder.

    Raises `DoorError` where that would be outside, by its name or by a link on the way.
    """
    require_file_names(name.split("/"))
    path = folder / name
    real, inside = os.path.realpath(path), os.path.realpath(folder)
    if os.path.commonpath([real, inside]) != inside:
        raise DoorError(f"{name} is a link that leads out of its folder")
    return path
