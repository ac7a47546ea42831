"""Turns narration into captions, short enough to be read at a glance, and writes them as SRT and WebVTT.

A cue has at most two lines of 42 columns, where a Chinese character takes two columns, as it does on screen; Chinese
lines hold 20 characters. Limits as in the BBC's and Netflix's subtitle guidelines.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.files.replacing import written_whole
from renders.base.film_errors import cannot_write
from renders.captions.cutting import columns, cut_into_captions

# No cue is gone before it was seen, where its line's time allows it
LEAST_SECONDS = 1.0


class Spoken(Protocol):
    """A line of narration, in the language of the captions. start, end: seconds."""

    @property
    def start(self) -> float: ...

    @property
    def end(self) -> float: ...

    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Cue:
    """One caption. start, end: seconds from the start of the film. text: one or two lines where we cut it."""

    start: float
    end: float
    text: str


def caption_cues(lines: Iterable[Spoken], language: str, offset: float = 0.0) -> list[Cue]:
    """Return the cues of lines of narration, `offset` seconds later than the lines say.

    Each line keeps its own time: its cues share it by their length, none shorter than a second where that is possible,
    and end with it, or with the start of the next line where that comes first. Lines are put in order of time; those
    without text or time are left out.
    """
    ordered = sorted((line for line in lines if line.text.strip()), key=lambda line: line.start)
    limits = [*(line.start for line in ordered[1:]), float("inf")]  # one more than lines where there is none
    cues = []
    for line, limit in zip(ordered, limits, strict=False):
        cues += _cues_of(line.text, line.start + offset, min(line.end, limit) + offset, language)
    return cues


def _cues_of(text: str, start: float, end: float, language: str) -> list[Cue]:
    if end <= start:
        return []
    texts = cut_into_captions(text, language)
    times = [start]
    for share in _shares([columns(part, language) for part in texts], end - start):
        times.append(times[-1] + share)
    times[-1] = end  # the sum of the shares can miss it by a rounding
    return [Cue(*span) for span in zip(times, times[1:], texts, strict=False)]


def _shares(lengths: Sequence[int], seconds: float) -> list[float]:
    """Return the seconds of each part: in proportion to its length, but none shorter than the least."""
    least = min(LEAST_SECONDS, seconds / len(lengths))
    short: set[int] = set()
    while True:
        rest = sum(length for part, length in enumerate(lengths) if part not in short)
        unit = (seconds - least * len(short)) / rest if rest else 0.0
        shares = [least if part in short else length * unit for part, length in enumerate(lengths)]
        too_short = {part for part, share in enumerate(shares) if share < least} - short
        if not too_short:
            return shares
        short |= too_short


def write_srt(cues: Sequence[Cue], target: Path) -> None:
    """Write cues as SubRip; raises FilmError where the file cannot be written."""
    blocks = (
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{cue.text}\n"
        for number, cue in enumerate(cues, start=1)
    )
    _write("\n".join(blocks), target)


def write_vtt(cues: Sequence[Cue], target: Path) -> None:
    """Write cues as WebVTT, for a page's `<track>`; raises FilmError where the file cannot be written."""
    _write(vtt_of(cues), target)


def vtt_of(cues: Sequence[Cue]) -> str:
    """Return cues as WebVTT."""
    # & and < open entities and tags there, and > could make an arrow of a time line
    blocks = (
        f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{html.escape(cue.text, quote=False)}\n" for cue in cues
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _clock(seconds: float, mark: str) -> str:
    """Return hours, minutes, seconds and milliseconds, as both formats write them but for the decimal mark."""
    rest, thousandths = divmod(round(seconds * 1000), 1000)
    minutes, seconds = divmod(rest, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{thousandths:03}"


def _write(text: str, target: Path) -> None:
    try:
        with written_whole(target) as draft:
            draft.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise cannot_write(target, error) from error
