"""Defines the parts that a film is made of (beats, cards, the last picture) and the job of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from renders.request.quality import Quality
from renders.request.style import USUAL, RenderStyle
from scenes.beats.entries import ChapterEntry, Compilation

CARDS = "scenes.beats.cards"
LAST_PICTURE = "last_picture"


class Kind(StrEnum):
    """The kind of a film part; only beats, and titles within a film, carry a chapter mark.

    PICTURE is what a film ends on: the picture of its last beat's last pause, held once more.
    """

    TITLE = "title"
    BEAT = "beat"
    END = "end"
    PICTURE = "picture"


_CARDS = {Kind.TITLE: "TitleCard", Kind.END: "EndCard"}


@dataclass(frozen=True)
class FilmPart:
    """One part of a chapter's film. name: that of the beat, the card or the picture."""

    chapter: ChapterEntry
    kind: Kind
    name: str

    @property
    def beat(self) -> str:
        """The name of the beat that draws it, "" for a card."""
        if self.kind is Kind.PICTURE:
            return self.chapter.beats[-1].name
        return self.name if self.kind is Kind.BEAT else ""

    @property
    def module(self) -> str:
        """The module that draws it."""
        return self.chapter.module_of(self.beat) if self.beat else CARDS

    @property
    def needs(self) -> Mapping[str, tuple[str, ...]]:
        """The arrays that it is handed, experiment -> names; the end card names all recordings and reads no array."""
        if self.beat:
            return self.chapter.beat(self.beat).needs
        return dict.fromkeys(self.chapter.experiments, ()) if self.kind is Kind.END else {}

    @property
    def class_name(self) -> str:
        """The class that draws it."""
        return self.chapter.beat(self.beat).class_name if self.beat else _CARDS[self.kind]

    @property
    def title(self) -> str:
        """The title in English: the beat's, or its chapter's."""
        return self.chapter.beat(self.beat).title if self.beat else self.chapter.title

    @property
    def label(self) -> str:
        """The name in messages."""
        return f"{self.chapter.name}/{self.name}"


@dataclass(frozen=True)
class RenderJob:
    """All that a worker must know to film one film part; plain data, so it can be sent to any process or machine.

    recordings: (experiment, path) of each recording that the part needs. partial: the folder for what is not whole yet.
    """

    piece: FilmPart
    quality: Quality
    language: str
    digest: str
    recordings: tuple[tuple[str, str], ...]
    cache: Path
    partial: Path
    look: RenderStyle = USUAL


def pieces_of(chapter: ChapterEntry) -> Iterator[FilmPart]:
    """Yield the parts of a chapter in the order of the film; only a compilation may have no end card."""
    yield FilmPart(chapter, Kind.TITLE, "title_card")
    if isinstance(chapter, Compilation):
        yield from _pieces_of_parts(chapter)
        return
    for beat in chapter.beats:
        yield FilmPart(chapter, Kind.BEAT, beat.name)
    yield FilmPart(chapter, Kind.END, "end_card")
    yield FilmPart(chapter, Kind.PICTURE, LAST_PICTURE)


def _pieces_of_parts(film: Compilation) -> Iterator[FilmPart]:
    for chapter, beats in film.parts:
        if film.titled:
            yield FilmPart(chapter, Kind.TITLE, "title_card")
        for name in beats:
            yield FilmPart(chapter, Kind.BEAT, chapter.beat(name).name)
    if film.titled:
        yield FilmPart(film, Kind.END, "end_card")
        yield FilmPart(film.parts[-1][0], Kind.PICTURE, LAST_PICTURE)


def beats_of(chapter: ChapterEntry, names: tuple[str, ...]) -> tuple[FilmPart, ...]:
    """Return the named beats as film parts, in the order of the film; raises CatalogError where one is unknown."""
    chosen = {chapter.beat(name).name for name in names}
    return tuple(piece for piece in pieces_of(chapter) if piece.name in chosen and piece.kind is Kind.BEAT)
