"""Describes a film that a provenance tells of in terms of the catalogue as it is today: what can be played again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from engine.recording import Recording
from renders.film.provenance import ProvenanceError
from renders.request.parts import FilmPart, Kind
from renders.request.quality import Quality
from renders.request.render_request import RenderRequest
from renders.request.style import RenderStyle
from scenes import catalog
from scenes.animate.composition import compose
from scenes.beats.entries import ChapterEntry, Compilation
from scenes.look.choices import CatalogError


@dataclass(frozen=True)
class FilmTold:
    """A film as a provenance tells of it.

    chapter: None where the catalogue has it no more, or its recording is missing. pieces: what is told of each film
    part, beside the part as it is today; None for one that is no more.
    """

    chapter: ChapterEntry | None
    pieces: tuple[tuple[Mapping[str, Any], FilmPart | None], ...]
    quality: Quality
    look: RenderStyle
    language: str

    @property
    def whole(self) -> bool:
        """Whether it is a chapter's film rather than that of one beat."""
        return [told["kind"] for told, _ in self.pieces] != [Kind.BEAT]

    @property
    def known(self) -> tuple[FilmPart, ...]:
        """The film parts that there are today, in the order of the film."""
        return tuple(piece for _, piece in self.pieces if piece)

    @property
    def title(self) -> str:
        """The film's title today, in English; "" where nothing of it is known."""
        if self.whole:
            return self.chapter.title if self.chapter else ""
        return self.known[0].title if self.known else ""

    def changes(self) -> str:
        """Return how the parts of the chapter's film today differ from those told; "" where they do not."""
        if self.chapter is None or not self.whole:
            return ""
        before = [label_of_told(told) for told, _ in self.pieces]
        order = RenderRequest(self.chapter, self.quality, self.language, workers=1, look=self.look)
        now = [piece.label for piece in order.pieces]
        changes = [f"{label} is new" for label in now if label not in before]
        changes += [f"{label} is gone" for label in before if label not in now]
        return ", ".join(changes) or ("their order is another" if before != now else "")


def label_of_told(told: Mapping[str, Any]) -> str:
    """Return the label of the film part of which this is told."""
    return f"{told['chapter']}/{told['name']}"


@contextmanager
def well_told(path: Path) -> Iterator[None]:
    """Raise ProvenanceError where the block meets something in the provenance at `path` that makes no sense."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise ProvenanceError(f"{path} is damaged or of an older version; render the film again") from None


def film_told(told: Mapping[str, Any], recordings: Mapping[str, Recording]) -> FilmTold:
    """Return the film of a provenance. recordings: that can be read, by the names in it."""
    chapter = _chapter(told, recordings)
    return FilmTold(
        chapter,
        tuple((piece, _piece(piece, chapter)) for piece in told["pieces"]),
        Quality(**told["quality"]),
        RenderStyle(**told["look"]),
        told["language"],
    )


def _chapter(told: Mapping[str, Any], recordings: Mapping[str, Recording]) -> ChapterEntry | None:
    name, known = told["chapter"], _catalogue()
    beats = [piece for piece in told["pieces"] if piece["kind"] == Kind.BEAT]
    try:
        if name in known:
            return known[name]
        if name in told["recordings"]:  # the film of a recording, composed of what it holds
            names = [beat["name"] for beat in beats]
            return compose(recordings[name], names, name=name) if name in recordings else None
        stretches = groupby(beats, key=lambda beat: beat["chapter"])
        parts = tuple((known[chapter], tuple(beat["name"] for beat in inside)) for chapter, inside in stretches)
    except (CatalogError, KeyError):
        return None
    return Compilation(name, told["title"]["en"], parts=parts)


def _catalogue() -> dict[str, ChapterEntry]:
    return {chapter.name: chapter for chapter in (*catalog.CHAPTERS, catalog.course())}


def _piece(told: Mapping[str, Any], film: ChapterEntry | None) -> FilmPart | None:
    name, kind = told["name"], Kind(told["kind"])
    chapter = film if film and film.name == told["chapter"] else _catalogue().get(told["chapter"])
    if chapter is None or (kind is Kind.BEAT and name not in {beat.name for beat in chapter.beats}):
        return None
    return FilmPart(chapter, kind, name)
