"""Defines a render request, and the film parts and jobs that it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from renders.request.parts import FilmPart, Kind, RenderJob, beats_of, pieces_of
from renders.request.paths import Paths
from renders.request.quality import Quality
from renders.request.style import USUAL, RenderStyle
from scenes.beats.entries import ChapterEntry


@dataclass(frozen=True)
class RenderRequest:
    """A request to render a chapter, or some beats of it (all where none is named), in a quality and a language."""

    chapter: ChapterEntry
    quality: Quality
    language: str
    workers: int
    beats: tuple[str, ...] = ()
    force: bool = False
    look: RenderStyle = USUAL

    @property
    def pieces(self) -> tuple[FilmPart, ...]:
        """The film parts asked for, in the order of the film; the cards belong to the whole chapter only."""
        if self.beats:
            return beats_of(self.chapter, self.beats)
        return tuple(piece for piece in pieces_of(self.chapter) if self.look.title or piece.kind is not Kind.TITLE)

    def jobs(
        self, pieces: Sequence[FilmPart], places: Paths, partial: Path, digests: Mapping[str, str] | None = None
    ) -> list[RenderJob]:
        """Return a job for each of the film parts.

        partial: the folder for what is not whole yet. digests: of the parts by label, for those that are to be kept.
        """
        digests = digests or {}
        return [
            RenderJob(
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
