"""Builds what a notebook shows of a clip or a beat, by media type: HTML with all that it needs, PNG and plain text."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from renders.clip.clip import ArrayRead, Clip
from renders.embed.documents.media import embedded_film
from renders.embed.documents.slide import shots_of
from renders.request.embed_request import EmbedRequest
from renders.web.texts import told_in
from renders.web.video_tag import data_uri, embedded_tracks, png_of, video_tag

_LEAST = 640  # pixels, so that a draft is seen, too


def clip_bundle(clip: Clip, wish: EmbedRequest) -> dict[str, str]:
    """Return a clip as a player with poster and captions, as its poster where nothing plays, and as a line of text."""
    picture = png_of(shots_of([clip])[-1].picture())
    video = video_tag(
        embedded_film(clip, wish),
        title=told_in(clip.title, clip.language),
        poster=data_uri(picture, "image/png"),
        tracks=tuple(embedded_tracks(clip)),
        loop=wish.look.loop,
        style=_style(clip),
    )
    return {"text/html": video, "image/png": base64.b64encode(picture).decode("ascii"), "text/plain": _summary(clip)}


def _style(clip: Clip) -> str:
    return f"display:block;width:100%;max-width:{max(_LEAST, clip.info.width)}px;height:auto"


def _summary(clip: Clip) -> str:
    info = clip.info
    title = told_in(clip.title, clip.language)
    return f"{clip.stem}: {title} ({info.seconds:.1f} s, {info.width} × {info.height}, {clip.language})"


def beat_bundle(clip: Clip) -> dict[str, str]:
    """Return the one beat of a clip as its poster, its title, what is said and what it reads."""
    (shot,) = shots_of([clip])
    readings = shot.section.readings if shot.section else ()
    said = [line for line in shot.said if line]
    reads = list(dict.fromkeys((reading.experiment, _call(reading)) for reading in readings))
    parts = [
        f"<h3>{escape(shot.title)}</h3>",
        f'<img src="{data_uri(png_of(shot.picture()), "image/png")}" alt="{escape(shot.title)}"'
        f' style="{_style(clip)}">',
        *(f'<p style="max-width:40em">{escape(line)}</p>' for line in said),
        *_listed(reads),
    ]
    plain = [shot.title, "", *said, "", *(f"{experiment}: {call}" for experiment, call in reads)]
    return {"text/html": "\n".join(parts), "text/plain": "\n".join(plain)}


def _listed(reads: Sequence[tuple[str, str]]) -> Iterator[str]:
    if reads:
        rows = "".join(f"<li>{escape(experiment)}: <code>{escape(call)}</code></li>" for experiment, call in reads)
        yield f"<details><summary>What it reads</summary><ul>{rows}</ul></details>"


def _call(reading: ArrayRead) -> str:
    """Return a reading as the call that repeats it on its recording."""
    selection = "".join(f", {axis}={_part(part)}" for axis, part in reading.selection.items())
    return f'read("{reading.array}"{selection})'


def _part(part: Any) -> str:
    if isinstance(part, Mapping):
        return f"slice({part['start']}, {part['stop']}, {part['step']})"
    return str(part)
