"""Makes a presentation ours: what python-pptx's template tells of itself, and lacks use here, is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from PIL import Image
from pptx import presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT

LONGEST = 255  # letters of what a file tells of itself: python-pptx takes no more
THUMBNAIL = (256, 256)  # pixels at most
_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<Properties xmlns="{_NAMESPACE}"><Application>neuroreel</Application><Slides>{{}}</Slides></Properties>'
)


def make_ours(deck: presentation.Presentation, title: str, picture: Image.Image) -> None:
    """Tell what the file is in place of what the template tells. picture: what stands for it in a folder."""
    told = deck.core_properties
    told.title, told.author, told.last_modified_by = title[:LONGEST], "neuroreel", "neuroreel"
    told.created = told.modified = datetime.now(UTC)
    _drop_layouts(deck)
    _drop_printer(deck)
    for relation in deck.part.package._rels.values():
        if relation.reltype == RT.THUMBNAIL:
            relation.target_part._blob = _thumbnail(picture)
        elif relation.reltype == RT.EXTENDED_PROPERTIES:
            relation.target_part._blob = _APP.format(len(deck.slides)).encode()


def _drop_layouts(deck: presentation.Presentation) -> None:
    used = {slide.slide_layout.name for slide in deck.slides}
    for layout in list(deck.slide_layouts):
        if layout.name not in used:
            deck.slide_layouts.remove(layout)


def _drop_printer(deck: presentation.Presentation) -> None:
    relations = deck.part.rels
    for identity in [key for key, relation in relations.items() if relation.reltype == RT.PRINTER_SETTINGS]:
        relations.pop(identity)


def _thumbnail(picture: Image.Image) -> bytes:
    small, written = picture.convert("RGB"), BytesIO()
    small.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS)
    small.save(written, format="jpeg", quality=88)
    return written.getvalue()
