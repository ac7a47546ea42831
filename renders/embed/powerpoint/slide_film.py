"""Puts films onto slides, with their captions: each film once in the file, however many slides play of it."""

from __future__ import annotations

from io import BytesIO
from uuid import NAMESPACE_URL, uuid5

from pptx import presentation
from pptx.opc.package import Part
from pptx.oxml import parse_xml
from pptx.slide import Slide
from pptx.util import Emu, Inches

from renders.captions.writing import vtt_of
from renders.clip.clip import Clip
from renders.embed.documents.slide import Shot
from renders.embed.powerpoint.slide_xml import TRACK_OF, CaptionPart, captions_xml, timing_xml, trim_xml
from renders.request.embed_request import EmbedRequest
from renders.web.texts import NATIVE
from renders.web.video_tag import caption_languages, jpeg_of

MIME = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".wmv": "video/x-ms-wmv"}


class FilmParts:
    """The films of a presentation and their captions, which its slides share."""

    def __init__(self, deck: presentation.Presentation, wish: EmbedRequest) -> None:
        self._deck, self._wish = deck, wish
        self._films: dict[int, bytes] = {}
        self._captions: dict[int, dict[str, Part]] = {}

    def add(self, slide: Slide, shot: Shot) -> None:
        """Put a film into the middle of a slide, as large as it fits, to be played by a click or by itself."""
        clip, info = shot.clip, shot.clip.info
        by_itself = self._wish.autoplay or shot.number > 0
        room = self._deck.slide_width or Inches(1), self._deck.slide_height or Inches(1)
        scale = min(room[0] / info.width, room[1] / info.height)
        width, height = round(info.width * scale), round(info.height * scale)
        film = slide.shapes.add_movie(
            BytesIO(self._film(clip)),  # not by its name, which python-pptx would not escape
            left=Emu((room[0] - width) // 2),
            top=Emu((room[1] - height) // 2),
            width=Emu(width),
            height=Emu(height),
            poster_frame_image=BytesIO(jpeg_of(shot.opening() if by_itself else shot.picture())),
            mime_type=MIME[clip.film.suffix.lower()],
        )
        film.name = shot.title
        (properties,) = film._element.xpath(".//p:cNvPr")
        properties.set("descr", _alternative(shot))
        (media,) = film._element.xpath(".//*[local-name()='media']")
        if not shot.is_whole:
            media.append(parse_xml(trim_xml(shot.start, info.seconds - shot.end)))
        if captions := self._captions_on(slide, clip):
            media.append(parse_xml(captions_xml(captions)))
        root = slide._element
        for written in root.findall(f"{{{root.nsmap['p']}}}timing"):
            root.remove(written)
        timing = timing_xml(film.shape_id, shot.seconds, endless=self._wish.look.loop, by_itself=by_itself)
        root.append(parse_xml(timing))

    def _film(self, clip: Clip) -> bytes:
        if id(clip) not in self._films:
            self._films = {id(clip): clip.film.read_bytes()}  # one at a time: steps of a film follow one another
        return self._films[id(clip)]

    def _captions_on(self, slide: Slide, clip: Clip) -> list[CaptionPart]:
        """Return the captions of a film in each language that it has them in, its own first."""
        found = []
        for language, part in self._tracks(clip).items():
            relation = slide.part.relate_to(part, TRACK_OF)
            identity = f"{{{uuid5(NAMESPACE_URL, str(part.partname))}}}".upper()
            tag = language.replace("_", "-")  # as Office has them: without the script
            found.append(CaptionPart(relation, identity, NATIVE.get(language, language), tag))
        return found

    def _tracks(self, clip: Clip) -> dict[str, Part]:
        package = self._deck.part.package
        if id(clip) not in self._captions:
            self._captions[id(clip)] = {
                language: Part(
                    package.next_partname(f"/ppt/media/captions-{len(self._captions) + 1}-{place + 1}-%d.vtt"),
                    "text/vtt",
                    package,
                    vtt_of(clip.cues(language)).encode(),
                )
                for place, language in enumerate(caption_languages(clip))
            }
        return self._captions[id(clip)]


def _alternative(shot: Shot) -> str:
    said = " ".join(line for line in shot.said if line)
    return f"{shot.title}. {said}" if said else shot.title
