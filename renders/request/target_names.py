"""Tells in a few words what each target of `embed` makes, for whoever asks before anything is imported."""

from __future__ import annotations

from collections.abc import Mapping

TARGET_NAMES: Mapping[str, str] = {
    "mp4": "a film, for slides and players",
    "webm": "a film in VP9",
    "obs": "an overlay for OBS, without a background",
    "youtube": "a folder with film, description, subtitles and thumbnail",
    "gif": "a picture that moves, shown everywhere",
    "apng": "a picture that moves, in all colours",
    "webp": "a picture that moves, small",
    "png": "one picture",
    "frames": "a picture for each frame",
    "html": "a snippet for a page of yours, film and captions beside it",
    "page": "one file with player, captions and transcript",
    "reveal": "a deck of reveal.js, no network needed",
    "pptx": "slides for PowerPoint and LibreOffice",
    "notebook": "a Jupyter notebook",
    "quarto": "a Quarto document with films",
    "markdown": "a Markdown document with stills",
    "transcript": "what is said, with stills",
}


def target_lines() -> str:
    """Return the targets as lines of a help text that are not to be wrapped."""
    width = max(map(len, TARGET_NAMES))
    return "\n".join(["\b", "Targets:", *(f"  {name:{width}}  {told}" for name, told in TARGET_NAMES.items())])
