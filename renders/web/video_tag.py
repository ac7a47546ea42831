"""Builds HTML's `<video>` for a film, its captions and pictures beside it or within."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO

from PIL import Image

from renders.captions.writing import vtt_of
from renders.clip.clip import Clip
from renders.web.texts import NATIVE, language_tag
from scenes.language.translation import LANGUAGES

MIME = {".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm"}  # of what browsers play


@dataclass(frozen=True)
class CaptionTrack:
    """The captions of a film in one language of ours. source: their address."""

    source: str
    language: str

    def tag(self, default: bool = False) -> str:
        """Return the `<track>`. default: whether it is shown unless the viewer wants otherwise."""
        tag, label = language_tag(self.language), NATIVE.get(self.language, self.language)
        shown = " default" if default else ""
        return f'<track kind="captions" src="{escape(self.source)}" srclang="{tag}" label="{escape(label)}"{shown}>'


def video_tag(
    source: str,
    *,
    title: str,
    poster: str = "",
    tracks: Sequence[CaptionTrack] = (),
    loop: bool = False,
    instead: str = "",
    style: str = "max-width:100%;height:auto",
) -> str:
    """Return a `<video>` with controls. source, poster: addresses. instead: HTML for readers that show no films."""
    picture = f' poster="{escape(poster)}"' if poster else ""
    endless = " loop" if loop else ""
    parts = [
        f'<video src="{escape(source)}"{picture} title="{escape(title)}" style="{escape(style)}"'
        f' controls playsinline preload="metadata"{endless}>',
        *(track.tag() for track in tracks),
        instead,
        "</video>",
    ]
    return "\n".join(part for part in parts if part)


def embedded_tracks(clip: Clip) -> Iterator[CaptionTrack]:
    """Yield a clip's captions in each language that it has them in, its own first, as data URIs."""
    for language in caption_languages(clip):
        yield CaptionTrack(data_uri(vtt_of(clip.cues(language)).encode(), "text/vtt"), language)


def caption_languages(clip: Clip) -> list[str]:
    """Return the languages that a clip has captions in, its own first."""
    ordered = sorted(LANGUAGES, key=lambda language: language != clip.language)
    return [language for language in ordered if clip.lines and all(language in line.text for line in clip.lines)]


def png_of(picture: Image.Image) -> bytes:
    """Return a picture as the bytes of a PNG."""
    written = BytesIO()
    picture.save(written, format="png")
    return written.getvalue()


def jpeg_of(picture: Image.Image) -> bytes:
    """Return a picture as the bytes of a JPEG, as good as a film's own."""
    written = BytesIO()
    picture.convert("RGB").save(written, format="jpeg", quality=80)
    return written.getvalue()


def data_uri(content: bytes, mime: str) -> str:
    """Return a data URI: an address that holds its content."""
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"
