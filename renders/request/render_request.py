"""What is asked for, and the films that it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from renders.request.parts import Job, Kind, Piece, beats_of, pieces_of
from renders.request.paths import Places
from renders.request.quality import Quality
from renders.request.style import USUAL, Look
from scenes.beats.entries import ChapterEntry


@dataclass(frozen=True)
class Order:
    """A chapter, or some beats of it (all where none is named), in a quality and a language."""

    chapter: ChapterEntry
    quality: Quality
    language: str
    workers: int
    beats: tuple[str, ...] = ()
    force: bool = False
    look: Look = USUAL

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces asked for, in the order of the film; the cards belong to the whole chapter only."""
        if self.beats:
            return beats_of(self.chapter, self.beats)
        return tuple(piece for piece in pieces_of(self.chapter) if self.look.title or piece.kind is not Kind.TITLE)

    def jobs(
        self, pieces: Sequence[Piece], places: Places, partial: Path, digests: Mapping[str, str] | None = None
    ) -> list[Job]:
        """Return a job for each of the pieces.

        partial: the folder for what is not whole yet. digests: of the pieces by label, for those that are to be kept.
        """
        digests = digests or {}
        return [
            Job(
                piece=piece,
                quality=self.quality,
                language=self.language,
                digest=digests.get(piece.label, ""),
                recordings=tuple((name, str(places.recording(name))) for name in piece.needs),
                cache=places.cache,
                partial=partial,
                look=self.look,
            )
            for piece in pieces
        ]
