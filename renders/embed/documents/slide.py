"""Divides films into shots for slides: a beat or a card each, with the times to stop at and what is said before them.

All times are in the middle of a frame, so that seeking to them shows that frame and not its neighbour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

import numpy as np
from PIL import Image

from renders.clip.clip import Clip, ClipSection
from renders.encode.probe import frame_at
from renders.request.embed_request import EmbedRequest
from renders.request.parts import Kind
from renders.web.texts import one_line, told_in
from scenes.catalog import find_chapter
from scenes.language.translation import translate
from scenes.look.choices import CatalogError
from scenes.look.themes import THEMES


@dataclass(frozen=True)
class Shot:
    """A beat or a card of a clip, or all of a clip of which nothing is known. Times: seconds in the clip's film.

    stops: where a lecturer may stop, in order. said: what is said before each of them. poster: the frame that stands
    for it. number: of a step of a beat, from 0. is_part: whether it is only such a step of its film's only section.
    """

    clip: Clip
    section: ClipSection | None
    name: str
    title: str
    start: float
    end: float
    stops: tuple[float, ...]
    said: tuple[str, ...]
    poster: float
    number: int = 0
    is_part: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it is the only shot of its film."""
        return len(self.clip.sections) < 2 and not self.is_part

    @property
    def seconds(self) -> float:
        """The length of the shot, seconds, its first and its last frame included."""
        return self.end - self.start + 1 / float(self.clip.info.frame_rate)

    @property
    def is_card(self) -> bool:
        """Whether it is a card or the last picture, in which nothing happens."""
        return self.section is not None and self.section.kind is not Kind.BEAT

    def opening(self) -> Image.Image:
        """Return its first frame."""
        return Image.fromarray(frame_at(self.clip.film, self.start))

    def picture(self) -> Image.Image:
        """Return its poster: the picture beside the film where that is of this shot, else a frame of the film."""
        if self.is_whole and self.clip.sections and self.clip.poster.is_file():
            with Image.open(self.clip.poster) as picture:
                return picture.copy()
        return Image.fromarray(frame_at(self.clip.film, self.poster))


def shots_of(clips: Sequence[Clip]) -> tuple[Shot, ...]:
    """Return the shots of clips, in order."""
    return tuple(shot for clip in clips for shot in _shots(clip))


def step_by_step(shot: Shot) -> tuple[Shot, ...]:
    """Return a shot step by step, from one place to stop at to the next; the shot itself where there is only one.

    Each but the first is stood for by its first frame, which is the last of the step before.
    """
    bounds = (shot.start, *shot.stops)
    steps = [
        replace(shot, start=start, end=end, stops=(end,), said=(said,), poster=start, is_part=True)
        for start, end, said in zip(bounds, bounds[1:], shot.said, strict=False)
        if end > start
    ]
    if len(steps) < 2:
        return (shot,)
    steps[0] = replace(steps[0], poster=shot.poster)
    return tuple(
        replace(step, number=number, title=f"{shot.title} ({number + 1}/{len(steps)})")
        for number, step in enumerate(steps)
    )


def only_shot(clip: Clip, shot: Shot) -> Shot:
    """Return a shot of a film that was cut to it, so that it is all of that."""
    begin, end = _aim(clip, 0), _aim(clip, clip.info.seconds)
    poster = min(max(shot.poster - shot.start + begin, begin), end)
    section = next(iter(clip.sections), None)
    return replace(shot, clip=clip, section=section, start=begin, end=end, stops=(end,), poster=poster, is_part=False)


def title_of(clips: Sequence[Clip], wish: EmbedRequest) -> str:
    """Return the title of clips together: as requested, one by its own title, several by their chapters'."""
    if wish.title:
        return one_line(wish.title)
    own = [told_in(clip.title, clip.language) for clip in clips]
    if len(clips) == 1:
        return own[0]
    titles = [chapter_title(clip.chapter, clip.language, title) for clip, title in zip(clips, own, strict=True)]
    return " · ".join(dict.fromkeys(titles))


def chapter_title(name: str, language: str, otherwise: str) -> str:
    """Return the title of a chapter in a language; `otherwise` where the catalogue has no such chapter."""
    try:
        return translate(find_chapter(name).title, language)
    except CatalogError:
        return otherwise


def color_behind(clip: Clip) -> str:
    """Return the colour behind a film's picture as #rrggbb: its theme's, or that of its corner where it has none."""
    theme = str((clip.look or {}).get("theme"))
    if theme in THEMES:
        return THEMES[theme].background
    corner = np.asarray(frame_at(clip.film, 0.0))[0, 0]
    return "#{:02x}{:02x}{:02x}".format(*corner)


def ink_on(color: str) -> str:
    """Return a colour for letters on a colour, both as #rrggbb: the dark theme's or the light one's."""
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    dark = 0.299 * red + 0.587 * green + 0.114 * blue < 128
    return THEMES["dark" if dark else "light"].text


def aspect_of(clips: Sequence[Clip]) -> tuple[int, int]:
    """Return the aspect of the widest film in small numbers, (width, height): (16, 9) for 854 by 480 pixels, too."""
    aspects = (Fraction(clip.info.width, clip.info.height).limit_denominator(16) for clip in clips)
    return max(aspects).as_integer_ratio()


def _shots(clip: Clip) -> Iterator[Shot]:
    if not clip.sections:
        end = _aim(clip, clip.info.seconds)
        title = told_in(clip.title, clip.language)
        yield Shot(clip, None, clip.stem, title, _aim(clip, 0), end, (end,), ("",), _aim(clip, clip.info.seconds / 2))
    for section in clip.sections:
        stops = tuple(_aim(clip, time) for time in accumulate(section.pauses(), max))
        yield Shot(
            clip=clip,
            section=section,
            name=f"{section.chapter}-{section.name}",
            title=told_in(section.title, clip.language),
            start=_aim(clip, section.start),
            end=_aim(clip, section.end - 0.5 / float(clip.info.frame_rate)),
            stops=stops,
            said=tuple(told_in(line.text, clip.language) for line in section.lines) or ("",),
            poster=_aim(clip, section.poster),
        )


def _aim(clip: Clip, seconds: float) -> float:
    """Return the middle of the frame on screen at a time, or of the last one; a hair of rounding is forgiven."""
    rate = float(clip.info.frame_rate)
    number = min(int(seconds * rate + 0.05), clip.info.frames - 1)
    return round((number + 0.5) / rate, 4)
