"""Writes the files of one film: the MP4, its captions in every language, its poster and its provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from renders.base.replacing import made_together
from renders.captions.writing import Cue, caption_cues, write_srt, write_vtt
from renders.encode.join import ChapterMark, join
from renders.encode.poster import poster
from renders.film.facts import Part
from renders.film.provenance import write_provenance
from renders.request.parts import Kind
from renders.request.paths import FilmFiles
from renders.request.telling_beat import telling_beat
from renders.voice.sound import SpokenLine, track_of
from renders.voice.stream import Sound
from scenes.beats.timeline import Caption
from scenes.evidence.sources import find_source
from scenes.language.translation import LANGUAGES, translate

if TYPE_CHECKING:
    from renders.voice.narrator import Narrator


def write_film(
    files: FilmFiles,
    title: str,
    parts: Sequence[Part],
    language: str,
    marked: bool,
    facts: Mapping[str, Any],
    narrator: Narrator | None = None,
) -> None:
    """Join parts into a film and write all that stands beside it.

    title: English, as are the titles of the beats. marked: whether the beats become chapter marks. narrator: the one
    who says the lines; None for a silent film.

    All files are made before anything happens to those that are there. Then the provenance is removed first and comes
    back last: without it, the files may not be all of one making.
    """
    files.folder.mkdir(parents=True, exist_ok=True)
    languages = sorted(LANGUAGES, key=lambda other: other != language)  # players show the first one unasked
    cues = {other: _cues(parts, other) for other in languages}
    titles = {other: translate(title, other) for other in LANGUAGES}
    sound = Sound(_sound(parts, language, narrator), language) if narrator else None
    with made_together(files.folder, files.stem, files.path("json").name) as folder:
        made = FilmFiles(folder, files.stem, files.ending)
        join(
            [part.entry.film for part in parts],
            made.film,
            chapters=_marks(parts, language) if marked else (),
            subtitles=cues,
            metadata={"title": titles[language], **_rights(parts)},
            sound=sound,
        )
        poster(made.film, made.path("png"), _telling(parts))
        written = [made.film, made.path("png"), *_write_captions(made, cues)]
        told = {"film": made.film.name, "title": titles, "language": language, **facts}
        write_provenance(made.path("json"), told, written)


def _telling(parts: Sequence[Part]) -> float:
    """Return the second of the picture that stands for a film: of a beat, rather than of a card."""
    beats = {part.piece.name: part for part in parts if part.piece.kind is Kind.BEAT}
    told = beats.get(telling_beat(parts[0].piece.chapter.name, beats), parts[0])
    return told.start + told.entry.poster_time


def _rights(parts: Sequence[Part]) -> dict[str, str]:
    """Return the licence and the sources that the film file itself tells, where there are any."""
    chapters = {part.piece.chapter.name: part.piece.chapter for part in parts}.values()
    licences = dict.fromkeys(chapter.licence for chapter in chapters if chapter.licence)
    keys = dict.fromkeys(key for chapter in chapters for key in chapter.sources)
    told = {"copyright": ", ".join(licences), "comment": "; ".join(find_source(key).line for key in keys)}
    return {name: text for name, text in told.items() if text}


def _sound(parts: Sequence[Part], language: str, narrator: Narrator) -> np.ndarray:
    """Return what is said in a film, each line where its caption begins."""
    lines = [SpokenLine(line.start, narrator.sound(line.text), narrator.rate) for line in _lines(parts, language)]
    return track_of(lines, parts[-1].start + parts[-1].entry.seconds)


def _cues(parts: Sequence[Part], language: str) -> list[Cue]:
    return caption_cues(_lines(parts, language), language)


def _lines(parts: Sequence[Part], language: str) -> list[Caption]:
    """Return the lines of a film in a language; seconds count from its start."""
    return [
        Caption(part.start + line.start, part.start + line.end, translate(line.text, language, line.values))
        for part in parts
        for line in part.entry.captions
    ]


def _marks(parts: Sequence[Part], language: str) -> list[ChapterMark]:
    """Return a mark for each beat and each chapter within; the first begins with the film and covers its title card."""
    after_title = parts[1:] if parts[0].piece.kind is Kind.TITLE else parts
    marked = [part for part in after_title if part.piece.kind in (Kind.TITLE, Kind.BEAT)]
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
