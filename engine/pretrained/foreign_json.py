"""Reads JSON that somebody else wrote: of bounded size, and with errors of one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.data.mnist import DataError
from engine.files.door import DoorError, parsed, read_bytes

LONGEST = 16 * 2**20  # bytes: a configuration with a name for every label is far shorter
_LONGEST_REASON = 160  # letters


def read_json(path: Path, most: int = LONGEST) -> dict[str, Any]:
    """Return the JSON object in a file of at most `most` bytes; raises `DataError` where it holds none."""
    try:
        return parse_json(read_bytes(path, most), most)
    except (OSError, DoorError) as error:
        raise DataError(f"{path} is not readable as JSON ({first_line(error)}): get the model again") from None


def parse_json(content: bytes, most: int = LONGEST) -> dict[str, Any]:
    """Return the JSON object in some bytes; raises `DoorError` where there is none, or it is too large or too deep."""
    told = parsed(content, most)
    if not isinstance(told, dict):
        raise DoorError(f"it holds {'nothing' if told is None else type(told).__name__}, not names with values")
    return told


def first_line(error: BaseException) -> str:
    """Return what an error says as one printable line: the first that says something, or else the error's kind."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    said = " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]
    said = f"{said} is missing" if isinstance(error, KeyError) else said
    return "".join(letter if letter.isprintable() else " " for letter in said)[:_LONGEST_REASON]
