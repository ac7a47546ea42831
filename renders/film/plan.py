"""Plans the films of a render request, and names the folders of what is not whole yet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.recording import Recording
from renders.base.hashing import digest_of
from renders.recordings.checked_recordings import variant_of
from renders.request.parts import FilmPart, Kind
from renders.request.paths import FilmFiles, Paths
from renders.request.render_request import RenderRequest
from scenes.beats.entries import ChapterEntry


@dataclass(frozen=True)
class PlannedFilm:
    """A film that is asked for: the whole chapter's, or that of one beat.

    variant: the experiments' parameters that are not the default ones; the film's name tells them by their digest.
    """

    files: FilmFiles
    title: str
    pieces: tuple[FilmPart, ...]
    whole: bool
    variant: Mapping[str, Mapping[str, object]]


def films_of(order: RenderRequest, places: Paths, recordings: Mapping[str, Recording]) -> Iterator[PlannedFilm]:
    """Yield a film for each beat asked for, then the chapter's where no beats are named."""
    chapter = order.chapter
    for piece in order.pieces:
        if piece.kind is Kind.BEAT and piece.chapter == chapter:  # those of a compilation are their chapters' films
            plain = places.films / chapter.name / piece.name
            yield _film(order, places, recordings, plain, piece.title, (piece,), whole=False)
    if not order.beats:
        yield _film(order, places, recordings, places.films / chapter.name, chapter.title, order.pieces, whole=True)


def _film(
    order: RenderRequest,
    places: Paths,
    recordings: Mapping[str, Recording],
    plain: Path,
    title: str,
    pieces: tuple[FilmPart, ...],
    *,
    whole: bool,
) -> PlannedFilm:
    """Return a film. plain: its path without endings, as long as nothing differs from the default."""
    variant = variant_of({need: recordings[need] for piece in pieces for need in piece.needs}, places)
    told = f"{plain.name}-{digest_of(variant)[:8]}" if variant else plain.name
    look = order.look
    files = FilmFiles(plain.parent, f"{told}.{order.language}.{order.quality.name}{look.marks}", look.ending)
    return PlannedFilm(files, title, pieces, whole, variant)


def partial_folder(places: Paths, chapter: ChapterEntry) -> Path:
    """Return where a chapter's parts lie until they are whole; whoever holds the chapter's lock may empty it."""
    return places.cache / "partial" / chapter.name


def partial_of(chapter: ChapterEntry) -> Callable[[str], bool]:
    """Return a function that tells, by the name of a file or of a set of them, whether it is of this chapter's film."""
    ours = re.compile(rf"{re.escape(chapter.name)}(-[0-9a-f]{{8}})?\.[a-z]{{2}}[._]")
    return lambda name: bool(ours.match(name))
