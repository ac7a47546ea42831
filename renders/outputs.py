"""The files of one film: the MP4, its captions in every language, its poster and its provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from renders.cache import Caption
from renders.captions import Cue, caption_cues, write_srt, write_vtt
from renders.jobs import Kind
from renders.join import ChapterMark, join
from renders.places import FilmFiles
from renders.poster import poster
from renders.provenance import Part, write_provenance
from scenes.translation import LANGUAGES, translate


def write_film(
    files: FilmFiles, title: str, parts: Sequence[Part], language: str, marked: bool, facts: Mapping[str, Any]
) -> None:
    """Join parts into a film and write all that stands beside it.

    title: English, as are the titles of the beats, which become chapter marks if the film is to be `marked`. The
    provenance goes first and comes back last: a film without it was not finished.
    """
    files.folder.mkdir(parents=True, exist_ok=True)
    files.path("json").unlink(missing_ok=True)
    languages = sorted(LANGUAGES, key=lambda other: other != language)  # players show the first one unasked
    cues = {other: _cues(parts, other) for other in languages}
    film = files.film
    join(
        [part.entry.film for part in parts],
        film,
        chapters=_marks(parts, language) if marked else (),
        subtitles=cues,
        metadata={"title": translate(title, language)},
    )
    poster(film, files.path("png"), _poster_time(parts))
    written = [film, files.path("png"), *_write_captions(files, cues)]
    titles = {other: translate(title, other) for other in LANGUAGES}
    write_provenance(files.path("json"), {"film": film.name, "title": titles, "language": language, **facts}, written)


def _poster_time(parts: Sequence[Part]) -> float:
    """Return the second that stands for a film: what its first beat rests on, or its title card."""
    return parts[0].start + parts[0].entry.poster_time


def _cues(parts: Sequence[Part], language: str) -> list[Cue]:
    lines = [
        Caption(part.start + line.start, part.start + line.end, translate(line.text, language, line.values))
        for part in parts
        for line in part.entry.captions
    ]
    return caption_cues(lines, language)


def _marks(parts: Sequence[Part], language: str) -> list[ChapterMark]:
    """Return a mark for each beat and each chapter within; the first begins with the film and covers its title card."""
    marked = [part for part in parts[1:] if part.piece.kind is not Kind.END]
    starts = [0.0, *(part.start for part in marked[1:])]
    return [
        ChapterMark(translate(part.piece.title, language), start) for part, start in zip(marked, starts, strict=True)
    ]


def _write_captions(files: FilmFiles, cues: Mapping[str, Sequence[Cue]]) -> list[Path]:
    written = []
    for language, texts in cues.items():
        for ending, write in (("srt", write_srt), ("vtt", write_vtt)):
            written.append(files.path(f"{language}.{ending}"))
            write(texts, written[-1])
    return written
