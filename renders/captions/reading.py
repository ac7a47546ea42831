"""Reads captions in SubRip, ours or others; damage in them is told in one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from engine.files.door import DoorError, read_bytes
from renders.base.errors import describe_os_error
from renders.base.film_errors import FilmError
from renders.captions.writing import Cue

MOST_BYTES = 4_000_000  # a day of talk
LONGEST = 10_000  # letters of one caption
_TIME = r"(\d{1,4}):([0-5]\d):([0-5]\d)[,.](\d{3})"
_SPAN = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?", re.ASCII)  # some write a place on screen behind it
_STYLE = re.compile(r"</?[a-z][^<>]{0,100}>|\{\\[^{}]{0,100}\}", re.IGNORECASE)


def read_srt(path: Path) -> list[Cue]:
    """Return the captions in a file, in order of time, without marks of style.

    Raises FilmError, one line with the file and the line in it, where there is no file, or it is too large or damaged.
    """
    try:
        text = read_bytes(path, MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        raise FilmError(f"{path} is damaged in line {number}: it is no UTF-8") from None
    except DoorError as error:
        raise FilmError(f"{path} is no file of captions: {error}") from None
    except OSError as error:
        raise FilmError(describe_os_error(error)) from None
    lines = enumerate(re.split(r"\r\n|\r|\n", text), start=1)
    blocks = (list(block) for is_text, block in groupby(lines, lambda line: bool(line[1].strip())) if is_text)
    return sorted((cue for block in blocks for cue in _cues(path, block)), key=lambda cue: cue.start)


def _cues(path: Path, block: list[tuple[int, str]]) -> Iterator[Cue]:
    """Yield the caption of a block: its number, which may be missing, its times, and its text, which may be, too."""
    if block[0][1].strip().isdecimal() and len(block) > 1:
        block = block[1:]
    number, line = block[0]
    found = _SPAN.fullmatch(line)
    text = "\n".join(_STYLE.sub("", one).strip() for _, one in block[1:])
    if found is None:
        form = "00:00:01,000 --> 00:00:02,500"
        raise FilmError(f"{path} is damaged in line {number}: a caption begins with {form}, not {line[:40]!r}")
    if "\0" in text or len(text) > LONGEST or any(_SPAN.fullmatch(one) for _, one in block[1:]):
        raise FilmError(f"{path} is damaged after line {number}: that is no text of a caption")
    start, end = (_seconds(found.groups()[first : first + 4]) for first in (0, 4))
    if end < start:
        raise FilmError(f"{path} is damaged in line {number}: a caption ends before it begins")
    yield Cue(start, end, text)


def _seconds(parts: tuple[str, ...]) -> float:
    hours, minutes, seconds, thousandths = map(int, parts)
    return 3600 * hours + 60 * minutes + seconds + thousandths / 1000
