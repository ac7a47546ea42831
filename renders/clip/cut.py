"""Cuts a part out of a film, exact to the frame, at another speed and with captions in the picture where wanted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import numpy as np

from renders.base.errors import WrongUsageError
from renders.base.names import cut_name
from renders.clip.burn import Burner
from renders.clip.clip import Clip, ClipLine, ClipSection
from renders.clip.frame_source import Moving, shown_at
from renders.clip.sound import sound_of
from renders.encode.alpha import premultiplied
from renders.encode.encoder import EncoderSettings, FilmEncoder
from renders.encode.join import ChapterMark, join
from renders.encode.poster import poster
from renders.request.embed_request import Cut
from renders.request.style import DARK
from scenes.language.translation import LANGUAGES
from scenes.look.themes import find_theme

# What is encoded a second time: better than what films are encoded with, so that nothing more is seen to be lost
SETTINGS = EncoderSettings(crf=12, threads=2)
LEAST = 0.1  # seconds: of less that is left of a line, at a cut, nobody reads anything


@dataclass(frozen=True)
class _Times:
    """Converts seconds of a film to seconds of what is cut out of it. least: seconds of a line that are worth it."""

    start: float
    end: float
    speed: float
    least: float

    def of(self, seconds: float) -> float:
        return (min(max(seconds, self.start), self.end) - self.start) / self.speed

    def holds(self, start: float, end: float) -> bool:
        return start < self.end - 1e-6 and end > self.start + 1e-6


def cut_clip(clip: Clip, cut: Cut, folder: Path) -> Clip:
    """Return what a cut makes of a clip, as a film in a folder that is made for it.

    Raises WrongUsageError where nothing is left of it, or captions are wanted and none are known.
    """
    moving = Moving.of(clip.film)
    first, end = _frames(cut, moving, clip)
    least = max(LEAST, 1.5 / float(moving.rate))
    times = _Times(float(first / moving.rate), float(end / moving.rate), cut.speed, least)
    folder.mkdir(parents=True)
    ending = ".mov" if moving.transparent else ".mp4"
    silent, film = folder / f"silent{ending}", folder / f"{cut_name(clip.stem)}{ending}"
    shorter = replace(clip, film=film, sections=tuple(_sections(clip.sections, times)))
    _encode(moving, _numbers(first, end, cut.speed), _burner(clip, cut), silent)
    languages = sorted(LANGUAGES, key=lambda other: other != clip.language)
    join(
        [silent],
        film,
        chapters=_marks(shorter),
        subtitles={language: shorter.cues(language) for language in languages} if clip.sections else {},
        metadata={"title": clip.title[clip.language]},
        sound=sound_of(clip.film, clip.language, times.start, times.end, cut.speed),
    )
    poster(film, shorter.poster, shorter.beats[0].poster if shorter.beats else None)
    return shorter


def _marks(clip: Clip) -> tuple[ChapterMark, ...]:
    """Return a mark for each beat where there are several; the first begins with the film."""
    starts = [0.0, *(beat.start for beat in clip.beats[1:])]
    marks = [ChapterMark(beat.title[clip.language], start) for beat, start in zip(clip.beats, starts, strict=False)]
    return tuple(marks) if len(marks) > 1 else ()


def _frames(cut: Cut, moving: Moving, clip: Clip) -> tuple[int, int]:
    """Return the first frame that is taken and the one before which it ends."""
    seconds = float(moving.frames / moving.rate)
    first = shown_at(moving.rate, cut.start)
    end = moving.frames if cut.end is None else min(shown_at(moving.rate, cut.end), moving.frames)
    if first >= end:
        raise WrongUsageError(f"nothing is left: {clip.stem} runs {seconds:.2f} s, --from is {cut.start:g} s")
    return first, end


def _numbers(first: int, end: int, speed: float) -> Iterator[int]:
    """Yield the number of the film's frame that each new frame shows."""
    exact = Fraction(speed).limit_denominator(1000)
    for place in range(max(1, math.ceil((end - first) / exact))):
        yield min(first + int(place * exact), end - 1)


def _burner(clip: Clip, cut: Cut) -> Burner | None:
    if not cut.burn:
        return None
    if not clip.lines:
        raise WrongUsageError(f"nothing that is said is known of {clip.stem}: leave --burn out")
    palette = find_theme(str((clip.look or {}).get("theme", DARK)))
    colors = [tuple(bytes.fromhex(color.removeprefix("#"))) for color in (palette.background, palette.text)]
    return Burner(clip.cues(clip.language), *colors)


def _encode(moving: Moving, numbers: Iterator[int], burner: Burner | None, target: Path) -> None:
    wanted = [(number, len(list(same))) for number, same in groupby(numbers)]
    pictures = moving.pictures(wanted[0][0], wanted[-1][0] + 1)
    settings = replace(SETTINGS, transparent=moving.transparent)
    with FilmEncoder(target, settings, width=moving.width, height=moving.height, frame_rate=moving.rate) as encoder:
        shown, reached = next(pictures), wanted[0][0]
        for number, repeat in wanted:
            while reached < number:
                shown, reached = next(pictures, shown), reached + 1  # where one is missing, that before it stays
            drawn = burner.picture(shown, float(number / moving.rate)) if burner else shown
            encoder.write(encodable(drawn), repeat)


def encodable(pixels: np.ndarray) -> np.ndarray:
    """Return a picture, (height, width, 3 or 4) uint8, as encoders take it: with alpha, premultiplied."""
    if pixels.shape[2] == 4:
        return premultiplied(pixels)
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def _sections(sections: Sequence[ClipSection], times: _Times) -> Iterator[ClipSection]:
    for section in sections:
        if times.holds(section.start, section.end):
            start = times.of(section.start)
            steps = [shown for shown in section.steps if shown.time < times.end]
            readings = [reading for reading in section.readings if reading.time < times.end]
            claims = [claim for claim in section.claims if claim["time"] < times.end]
            yield replace(
                section,
                start=start,
                seconds=times.of(section.end) - start,
                poster=max(start, min(times.of(section.poster), times.of(section.end) - 1e-3)),
                lines=tuple(_lines(section.lines, times)),
                steps=tuple(replace(shown, time=times.of(shown.time)) for shown in steps),
                readings=tuple(replace(reading, time=times.of(reading.time)) for reading in readings),
                claims=tuple({**claim, "time": times.of(claim["time"])} for claim in claims),
            )


def _lines(lines: Sequence[ClipLine], times: _Times) -> Iterator[ClipLine]:
    for line in lines:
        start, end = times.of(line.start), times.of(line.end)
        if end - start >= times.least:
            yield replace(line, start=start, end=end)
