"""Writes slides for PowerPoint, one a beat.

The film lies over the whole slide and is played by the next click; the notes hold the narration.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path

from pptx import Presentation, presentation
from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.slide import Slide
from pptx.util import Emu, Inches

from renders.base.errors import WrongUsageError
from renders.clip.clip import Clip
from renders.embed.documents.slide import Shot, aspect_of, chapter_title, color_behind, shots_of, title_of
from renders.embed.documents.slide_package import save
from renders.embed.documents.slide_xml import sections_xml, timing_xml, trim_xml
from renders.request.embed_request import EmbedRequest
from renders.web.texts import one_line
from renders.web.video_tag import png_of

SHORT_SIDE = Inches(7.5)  # of a slide, as PowerPoint's own are
MIME = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".wmv": "video/x-ms-wmv"}
_TITLE_ONLY = 5  # the layout's number in python-pptx's own template
_LONGEST = 255  # letters of what a file tells of itself: python-pptx takes no more
_TITLE_HEIGHT = Inches(0.6)


def write_pptx(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write a presentation; raises WrongUsageError where PowerPoint does not play a film."""
    for clip in clips:
        _require_playable(clip)
    deck = Presentation()
    _set_size(deck, clips)
    _set_properties(deck, title_of(clips, wish))
    shots = shots_of(clips)
    for shot in shots:
        _add_slide(deck, shot, wish)
    _add_sections(deck, shots)
    save(deck, target)


def _require_playable(clip: Clip) -> None:
    if clip.film.suffix.lower() not in MIME:
        raise WrongUsageError(f"PowerPoint plays {', '.join(MIME)}, not {clip.film.name}: make it one with --as mp4")


def _set_properties(deck: presentation.Presentation, title: str) -> None:
    """Tell what the file is, in place of what the template tells of itself."""
    told = deck.core_properties
    told.title, told.author, told.last_modified_by = title[:_LONGEST], "neuroreel", "neuroreel"
    told.created = told.modified = datetime.now(UTC)


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


def _add_slide(deck: presentation.Presentation, shot: Shot, wish: EmbedRequest) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = RGBColor.from_string(color_behind(shot.clip).removeprefix("#").upper())
    _add_film(deck, slide, shot, wish)
    _hide_title(deck, slide, shot.title)
    spoken = "\n".join(line for line in shot.said if line)
    if spoken and (notes := slide.notes_slide.notes_text_frame):
        notes.text = spoken


def _add_film(deck: presentation.Presentation, slide: Slide, shot: Shot, wish: EmbedRequest) -> None:
    """Put the film into the middle of the slide, as large as it fits, to be played by a click."""
    info = shot.clip.info
    room = deck.slide_width or SHORT_SIDE, deck.slide_height or SHORT_SIDE
    scale = min(room[0] / info.width, room[1] / info.height)
    width, height = round(info.width * scale), round(info.height * scale)
    film = slide.shapes.add_movie(
        BytesIO(shot.clip.film.read_bytes()),  # not by its name, which python-pptx would not escape
        left=Emu((room[0] - width) // 2),
        top=Emu((room[1] - height) // 2),
        width=Emu(width),
        height=Emu(height),
        poster_frame_image=BytesIO(png_of(shot.picture())),
        mime_type=MIME[shot.clip.film.suffix.lower()],
    )
    film.name = shot.title
    (properties,) = film._element.xpath(".//p:cNvPr")
    properties.set("descr", _alternative(shot))
    if not shot.is_whole:
        (media,) = film._element.xpath(".//*[local-name()='media']")
        media.append(parse_xml(trim_xml(shot.start, shot.clip.info.seconds - shot.end)))
    root = slide._element
    for written in root.findall(f"{{{root.nsmap['p']}}}timing"):
        root.remove(written)
    root.append(parse_xml(timing_xml(film.shape_id, shot.seconds, endless=wish.look.loop)))


def _alternative(shot: Shot) -> str:
    said = " ".join(line for line in shot.said if line)
    return f"{shot.title}. {said}" if said else shot.title


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
