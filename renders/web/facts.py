"""Describes a clip as data for the player, which knows nothing else of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from renders.base.names import slug
from renders.clip.clip import Clip, ClipSection
from renders.request.parts import Kind
from renders.web.drawn import drawn_in, have_pictures, recordings_of, steps_in
from renders.web.texts import as_headings
from renders.web.video_tag import MIME
from renders.web.why import why
from scenes.language.translation import LANGUAGES
from scenes.look.style import Palette
from scenes.look.themes import find_theme


@dataclass(frozen=True)
class Files:
    """The addresses of what belongs to a clip, relative to the page or with everything inside.

    film: None where its bytes lie in the page, in the element of the id `inside`. pictures: of the sections, by name.
    tracks: WebVTT by language.
    """

    film: str | None
    inside: str = ""
    pictures: Mapping[str, str] = field(default_factory=dict)
    tracks: Mapping[str, str] = field(default_factory=dict)


def clip_facts(clip: Clip, files: Files) -> dict[str, Any]:
    """Return all that the player is told of a clip, as plain data."""
    info = clip.info
    return {
        "title": as_headings(clip.title),
        "language": clip.language,
        "film": files.film,
        "inside": files.inside,
        "file": clip.film.name,
        "mime": MIME.get(clip.film.suffix.lower(), "video/mp4"),
        "seconds": round(info.seconds, 3),
        "rate": round(float(info.frame_rate), 3),
        "width": info.width,
        "height": info.height,
        "sound": any(track.kind == "audio" for track in info.tracks),
        "background": background_of(clip),
        "poster": next(iter(files.pictures.values()), ""),
        "known": bool(clip.sections),
        "sections": [_section_facts(clip, section, files) for section in clip.sections]
        or [_plain_section(clip, files)],
        "cues": {language: _cues(clip, language) for language in LANGUAGES},
        "recordings": recordings_of(clip),
        "tracks": files.tracks,
    }


def background_of(clip: Clip) -> str:
    """Return the background colour of a film, for what stands beside the picture."""
    theme = (clip.look or {}).get("theme", "")
    try:
        return find_theme(theme).background
    except LookupError:
        return Palette().background


def label_of(clip: Clip) -> str:
    """Return the name for a link to a clip of which nothing is told."""
    return slug(clip.stem) or "film"


def _cues(clip: Clip, language: str) -> list[list[Any]]:
    return [[round(cue.start, 3), round(cue.end, 3), cue.text] for cue in clip.cues(language)]


def _section_facts(clip: Clip, section: ClipSection, files: Files) -> dict[str, Any]:
    reasons = why(section, have_pictures(clip))
    return {
        "label": section.label,
        "kind": "beat" if section.kind is Kind.BEAT else "card",
        "title": as_headings(section.title),
        "start": round(section.start, 3),
        "seconds": round(section.seconds, 3),
        "picture": files.pictures.get(section.label, ""),
        "lines": [
            [round(line.start, 3), round(line.end, 3), line.text, reason]
            for line, reason in zip(section.lines, reasons, strict=True)
        ],
        "drawn": drawn_in(clip, section),
        "steps": steps_in(section),
    }


def _plain_section(clip: Clip, files: Files) -> dict[str, Any]:
    """Return the one section of a film of which nothing is told."""
    label = label_of(clip)
    return {
        "label": label,
        "kind": "beat",
        "title": as_headings(clip.title),
        "start": 0.0,
        "seconds": round(clip.info.seconds, 3),
        "picture": files.pictures.get(label, ""),
        "lines": [],
        "drawn": [],
        "steps": [],
    }
