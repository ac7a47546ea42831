"""Writes slides for PowerPoint, one a step: as far as a lecturer would stop, where the next click goes on.

The steps of a beat lie on slides of their own over one film, of which each plays its part; the first step waits for a
click, the others follow the click that led to them. The notes hold what is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from pptx import Presentation, presentation
from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.slide import Slide
from pptx.util import Emu, Inches

from engine.files.replacing import scratch_folder
from renders.base.errors import WrongUsageError
from renders.clip.clip import Clip
from renders.clip.cut import cut_clip
from renders.embed.documents.slide import (
    Shot,
    aspect_of,
    chapter_title,
    color_behind,
    only_shot,
    shots_of,
    step_by_step,
    title_of,
)
from renders.embed.powerpoint.slide_film import MIME, FilmParts
from renders.embed.powerpoint.slide_package import save
from renders.embed.powerpoint.slide_xml import sections_xml
from renders.embed.powerpoint.template import make_ours
from renders.request.embed_request import Cut, EmbedRequest
from renders.web.texts import one_line

SHORT_SIDE = Inches(7.5)  # of a slide, as PowerPoint's own are
_TITLE_ONLY = 5  # the layout's number in python-pptx's own template
_TITLE_HEIGHT = Inches(0.6)


def write_pptx(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write a presentation; raises WrongUsageError where PowerPoint does not play a film."""
    for clip in clips:
        _require_playable(clip)
    deck = Presentation()
    _set_size(deck, clips)
    films = FilmParts(deck, wish)
    with scratch_folder() as scratch:
        shots = list(_steps(clips, wish, scratch))
        for shot in shots:
            _add_slide(deck, shot, films)
        _add_sections(deck, shots)
        make_ours(deck, title_of(clips, wish), shots[0].picture())
        save(deck, target)


def _require_playable(clip: Clip) -> None:
    if clip.film.suffix.lower() not in MIME:
        raise WrongUsageError(f"PowerPoint plays {', '.join(MIME)}, not {clip.film.name}: make it one with --as mp4")


def _steps(clips: Sequence[Clip], wish: EmbedRequest, scratch: Path) -> Iterator[Shot]:
    """Yield what each slide shows: a step; a whole beat where it runs again and again.

    With `split` each has a film of its own, in the folder, for programs that play a film from its beginning wherever it
    is to begin.
    """
    whole = shots_of(clips)
    shots = whole if wish.look.loop else tuple(step for shot in whole for step in step_by_step(shot))
    for number, shot in enumerate(shots):
        if not wish.split or shot.is_whole:
            yield shot
            continue
        frame = 1 / float(shot.clip.info.frame_rate)
        part = cut_clip(shot.clip, Cut(shot.start, shot.end + frame), scratch / f"{number}")
        yield only_shot(part, shot)


def _set_size(deck: presentation.Presentation, clips: Sequence[Clip]) -> None:
    """Give the slides the widest film's aspect, and stretch the template's layouts with them."""
    across, up = aspect_of(clips)
    width, height = (int(SHORT_SIDE * side / min(across, up)) for side in (across, up))
    by_width, by_height = width / (deck.slide_width or width), height / (deck.slide_height or height)
    for page in (deck.slide_master, *deck.slide_layouts):
        for shape in page.placeholders:
            left, top = int(shape.left * by_width), int(shape.top * by_height)
            size = int(shape.width * by_width), int(shape.height * by_height)
            shape.left, shape.top, shape.width, shape.height = map(Emu, (left, top, *size))
    deck.slide_width, deck.slide_height = Emu(width), Emu(height)
    deck.part._element.sldSz.attrib.pop("type", None)  # the template's, which is 4:3


def _add_slide(deck: presentation.Presentation, shot: Shot, films: FilmParts) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = RGBColor.from_string(color_behind(shot.clip).removeprefix("#").upper())
    films.add(slide, shot)
    _hide_title(deck, slide, shot.title)
    spoken = "\n".join(line for line in shot.said if line)
    if spoken and (notes := slide.notes_slide.notes_text_frame):
        notes.text = spoken


def _hide_title(deck: presentation.Presentation, slide: Slide, title: str) -> None:
    """Set the slide's title, for outline and screen readers, above its upper edge, where PowerPoint hides titles."""
    place = slide.shapes.title
    if place is not None:
        place.text_frame.text = title
        place.left, place.top = Emu(0), Emu(-_TITLE_HEIGHT)
        place.width, place.height = Emu(deck.slide_width or SHORT_SIDE), Emu(_TITLE_HEIGHT)


def _add_sections(deck: presentation.Presentation, shots: Sequence[Shot]) -> None:
    """Gather the slides of each chapter in a section of their own, where there are several chapters."""
    numbers = iter(slide.slide_id for slide in deck.slides)
    chapters = [
        chapter_title(shot.section.chapter, shot.clip.language, one_line(shot.section.chapter))
        if shot.section
        else shot.title
        for shot in shots
    ]
    if len(set(chapters)) > 1:
        grouped = [(name, [next(numbers) for _ in group]) for name, group in groupby(chapters)]
        deck.part._element.append(parse_xml(sections_xml(grouped)))
