"""Defines a clip: a rendered film, with what its provenance tells of every second.

Any film can be a clip. One that was not rendered here, or whose .json is gone, has no sections: nothing is known of it
but what its own header says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from renders.base.errors import RenderError
from renders.base.film_errors import FilmError
from renders.captions.writing import Cue, caption_cues
from renders.encode.probe import FilmInfo, film_info
from renders.encode.whole_film import require_whole
from renders.film.provenance import ForeignProvenanceError, require_film_of, require_provenance
from renders.request.parts import Kind
from scenes.beats.timeline import Caption
from scenes.language.translation import LANGUAGES

ENDINGS = (".mp4", ".mov", ".webm", ".mkv", ".m4v")


@dataclass(frozen=True)
class ClipLine:
    """A line of narration. start, end: seconds from the start of the film. text: by language. evidence: plain JSON."""

    start: float
    end: float
    text: Mapping[str, str]
    evidence: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class ClipStep:
    """The step of an experiment that is on screen from `time` on, seconds from the start of the film."""

    time: float
    experiment: str
    step: float


@dataclass(frozen=True)
class ArrayRead:
    """A part of an array of a recording that the picture read.

    time: seconds from the start of the film. selection: the part, by axis. steps: the first and the last step of the
    training of which something was read, or the only one; none of an array without steps.
    """

    time: float
    experiment: str
    array: str
    selection: Mapping[str, Any]
    steps: tuple[int, ...] = ()


@dataclass(frozen=True)
class ClipSection:
    """One section of a film: a beat, a card or the last picture. Times are seconds from the start of the film.

    title: by language. poster: the time of the frame that stands for it. steps, readings: in order of time. claims: the
    texts and numbers on screen that have evidence, each with `time`, `text` and `evidence`.
    """

    name: str
    chapter: str
    kind: Kind
    title: Mapping[str, str]
    start: float
    seconds: float
    poster: float
    lines: tuple[ClipLine, ...]
    steps: tuple[ClipStep, ...]
    readings: tuple[ArrayRead, ...]
    claims: tuple[Mapping[str, Any], ...] = ()

    @property
    def end(self) -> float:
        """The time at which the next section begins."""
        return self.start + self.seconds

    @property
    def label(self) -> str:
        """The name of the section on the command line."""
        return f"{self.chapter}/{self.name}"

    def pauses(self) -> tuple[float, ...]:
        """Return the times at which a lecturer may stop: after each line of narration but the last, and at `poster`."""
        return (*(line.end for line in self.lines[:-1]), self.poster)


@dataclass(frozen=True)
class Clip:
    """A film with all that is known of it.

    film: the file. title: by language. sections: in the order of the film. recordings: what it was drawn from, by
    experiment: digest, settings, versions.
    """

    film: Path
    title: Mapping[str, str]
    language: str
    sections: tuple[ClipSection, ...]
    recordings: Mapping[str, Any]
    chapter: str = ""
    quality: str = ""
    look: Mapping[str, Any] | None = None

    @classmethod
    def open(cls, film: Path) -> Clip:
        """Return the clip of a film, with what the .json beside it tells.

        Raises RenderError where there is no film or it has no frames, where the .json or the film was changed since it
        was written, and where a film without a .json is cut short or its ends cannot be decoded.
        """
        if not film.is_file():
            raise RenderError(f"there is no film {film}")
        beside = film.with_suffix(".json")
        try:
            told = require_provenance(beside)
        except ForeignProvenanceError:
            require_whole(film)
            own = film_info(film).title or film.name.removesuffix(film.suffix)
            return cls(film, dict.fromkeys(LANGUAGES, own), LANGUAGES[0], (), {})
        require_film_of(beside, told, film)
        found = cls(
            film=film,
            title={language: told["title"][language] for language in LANGUAGES},
            language=told["language"],
            sections=tuple(_section(piece) for piece in told["pieces"]),
            recordings=told["recordings"],
            chapter=told["chapter"],
            quality=told["quality"]["name"],
            look=told["look"],
        )
        if not found.info.frames:
            raise FilmError(f"{film} has no frames; render it again")
        return found

    @cached_property
    def info(self) -> FilmInfo:
        """The information in the film's header."""
        return film_info(self.film)

    @property
    def stem(self) -> str:
        """The film's name without its ending."""
        return self.film.name.removesuffix(self.film.suffix)

    @property
    def poster(self) -> Path:
        """The path of the poster, a picture beside the film; it may be missing where the film is not ours."""
        return self.film.with_suffix(".png")

    @property
    def lines(self) -> tuple[ClipLine, ...]:
        """All lines of narration, in order."""
        return tuple(line for section in self.sections for line in section.lines)

    @property
    def beats(self) -> tuple[ClipSection, ...]:
        """The sections that are beats."""
        return tuple(section for section in self.sections if section.kind is Kind.BEAT)

    @cached_property
    def _cues(self) -> dict[str, list[Cue]]:
        """The captions by language, as far as they were asked for: a deck asks for them on every slide."""
        return {}

    def cues(self, language: str) -> list[Cue]:
        """Return the captions in a language, none of them across two sections."""
        if language not in self._cues:
            self._cues[language] = [cue for section in self.sections for cue in cues_of(section.lines, language)]
        return list(self._cues[language])


def cues_of(lines: Sequence[ClipLine], language: str) -> list[Cue]:
    """Return lines of narration as captions in a language."""
    return caption_cues([Caption(line.start, line.end, line.text[language]) for line in lines], language)


def moved_section(section: ClipSection, seconds: float) -> ClipSection:
    """Return a section with all its times moved `seconds` later."""
    return replace(
        section,
        start=section.start + seconds,
        poster=section.poster + seconds,
        lines=tuple(replace(line, start=line.start + seconds, end=line.end + seconds) for line in section.lines),
        steps=tuple(replace(shown, time=shown.time + seconds) for shown in section.steps),
        readings=tuple(replace(reading, time=reading.time + seconds) for reading in section.readings),
        claims=tuple({**claim, "time": claim["time"] + seconds} for claim in section.claims),
    )


def _section(piece: Mapping[str, Any]) -> ClipSection:
    """Return a section from what the provenance tells of a film part, whose times count from its own start."""
    section = ClipSection(
        name=piece["name"],
        chapter=piece["chapter"],
        kind=Kind(piece["kind"]),
        title=piece["title"],
        start=0.0,
        seconds=piece["seconds"],
        poster=piece["poster"],
        lines=tuple(
            ClipLine(line["start"], line["end"], line["text"], tuple(line["evidence"])) for line in piece["lines"]
        ),
        steps=tuple(ClipStep(**shown) for shown in piece["steps"]),
        readings=tuple(sorted(_readings(piece["reads"]), key=lambda reading: reading.time)),
        claims=tuple(piece["claims"]),
    )
    return moved_section(section, piece["start"])


def _readings(reads: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[ArrayRead]:
    for experiment, all_read in reads.items():
        for read in all_read:
            steps = tuple(read.get("steps", ()))
            yield ArrayRead(read["at"], experiment, read["array"], read["selection"], steps)
