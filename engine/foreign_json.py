"""JSON that somebody else wrote, read with care: of bounded size, and whatever is wrong with it told in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.data import DataError

LONGEST = 16 * 2**20  # bytes: a configuration with a name for every label is far shorter
_DEEPEST = 64  # levels of one within the other
_LONGEST_REASON = 160  # letters


def read_json(path: Path, most: int = LONGEST) -> dict[str, Any]:
    """Return the JSON object in a file of at most `most` bytes; raise `DataError` where it holds none."""
    try:
        size = path.stat().st_size
        if size > most:
            raise DataError(f"{path} has {size} bytes, and at most {most} are read of such a file: get the model again")
        return parse_json(path.read_bytes())
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        raise DataError(f"{path} is not readable as JSON ({one_line(error)}): get the model again") from None


def parse_json(content: bytes) -> dict[str, Any]:
    """Return the JSON object that the bytes are; raise ValueError where they are none, RecursionError if too deep."""
    told = json.loads(content.decode("utf-8"))
    if not isinstance(told, dict):
        raise ValueError(f"it holds {'nothing' if told is None else type(told).__name__}, not names with values")
    if not _is_flat(told):
        raise ValueError(f"it goes more than {_DEEPEST} levels deep")
    return told


def _is_flat(told: Any) -> bool:
    level = [told]
    for _ in range(_DEEPEST):
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [value for values in inner for value in values]
        if not level:
            return True
    return False


def one_line(error: BaseException) -> str:
    """Return what an error says as one printable line: the first that says something, or else the error's kind."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    said = " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]
    said = f"{said} is missing" if isinstance(error, KeyError) else said
    return "".join(letter if letter.isprintable() else " " for letter in said)[:_LONGEST_REASON]
