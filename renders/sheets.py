"""Contact sheets beside films."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pysubs2

from renders.captions import Cue
from renders.film import film_info
from renders.sheet import contact_sheet

FEWEST, MOST = 16, 64  # pictures on a sheet; one a second in between


def write_sheets(films: Iterable[Path], language: str) -> tuple[Path, ...]:
    """Write a contact sheet beside each film that has none newer than itself, and return them all."""
    return tuple(_sheet(film, language) for film in films)


def _sheet(film: Path, language: str) -> Path:
    stem = film.name.removesuffix(".mp4")
    sheet = film.with_name(f"{stem}.sheet.png")
    if not sheet.exists() or sheet.stat().st_mtime_ns < film.stat().st_mtime_ns:
        count = min(max(FEWEST, round(film_info(film).seconds)), MOST)
        captions = pysubs2.load(str(film.with_name(f"{stem}.{language}.srt")), encoding="utf-8")
        cues = [Cue(line.start / 1000, line.end / 1000, line.plaintext) for line in captions]
        contact_sheet(film, sheet, count=count, captions=cues)
    return sheet
