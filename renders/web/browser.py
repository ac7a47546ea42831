"""Makes films that browsers play, and pictures that pages show."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

from renders.base.names import cut_name
from renders.clip.clip import Clip
from renders.embed.targets import find_target
from renders.encode.probe import frame_at
from renders.request.embed_request import EmbedRequest
from renders.web.facts import label_of
from renders.web.video_tag import MIME

CODECS = ("h264", "vp8", "vp9", "av1", "libdav1d", "libvpx")  # as PyAV calls them
SHOWN = 640  # pixels across of a picture that stands for a beat
QUALITY = 82  # of the WebP


def is_playable(clip: Clip) -> bool:
    """Tell whether browsers play a film as it is."""
    codecs = [track.codec for track in clip.info.tracks if track.kind == "video"]
    return clip.film.suffix.lower() in MIME and all(name.startswith(CODECS) for name in codecs)


def playable(clip: Clip, folder: Path, wish: EmbedRequest) -> Clip:
    """Return a clip whose film browsers play: itself, or the same as WebM in a folder; alpha is kept."""
    if is_playable(clip):
        return clip
    target = folder / f"{cut_name(clip.stem)}.webm"
    find_target("webm").write()((clip,), target, wish)
    return replace(clip, film=target)


def pictures_of(clip: Clip, across: int = SHOWN) -> Iterator[tuple[str, bytes]]:
    """Yield (name of the section, picture as WebP) for each beat, or one for a film without any."""
    moments = {section.label: section.poster for section in clip.beats} or {label_of(clip): clip.info.seconds / 2}
    last = clip.info.seconds - 1 / float(clip.info.frame_rate)
    for label, seconds in moments.items():
        yield label, webp(Image.fromarray(frame_at(clip.film, max(0.0, min(seconds, last)))), across)


def webp(picture: Image.Image, across: int = SHOWN) -> bytes:
    """Return a picture as WebP, at most `across` pixels wide."""
    picture = picture.convert("RGB")
    if picture.width > across:
        picture = picture.resize(
            (across, max(1, round(picture.height * across / picture.width))), Image.Resampling.LANCZOS
        )
    held = io.BytesIO()
    picture.save(held, format="webp", quality=QUALITY, method=4)
    return held.getvalue()
