"""Writes contact sheets beside films."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from renders.captions.reading import read_srt
from renders.encode.probe import film_info
from renders.film.contact_sheet import contact_sheet

FEWEST, MOST = 16, 64  # pictures on a sheet; one a second in between


def write_sheets(films: Iterable[Path], language: str) -> tuple[Path, ...]:
    """Write a contact sheet beside each film that has none newer than itself, and return them all.

    Raises FilmError, one line, where a film or the captions beside it cannot be read.
    """
    return tuple(_sheet(film, language) for film in films)


def _sheet(film: Path, language: str) -> Path:
    stem = film.name.removesuffix(".mp4")
    sheet = film.with_name(f"{stem}.sheet.png")
    if not sheet.exists() or sheet.stat().st_mtime_ns < film.stat().st_mtime_ns:
        count = min(max(FEWEST, round(film_info(film).seconds)), MOST)
        contact_sheet(film, sheet, count=count, captions=read_srt(film.with_name(f"{stem}.{language}.srt")))
    return sheet
