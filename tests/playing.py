"""Play a beat without drawing it: fast, for whatever is asked of its lines, claims and steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from manim import tempconfig

from engine.recording import Recording
from renders.stepping import SteppingRenderer
from scenes.chapter import Beat, load_beat
from scenes.entries import ChapterEntry

FRAMES_A_SECOND = 5


def play(
    chapter: ChapterEntry, name: str, recordings: Mapping[str, Recording], language: str = "en", **settings: Any
) -> Beat:
    """Return a beat that was played to its end, with all that it said, claimed and showed."""
    entry = chapter.beat(name)
    data = {experiment: recordings[experiment].only(arrays) for experiment, arrays in entry.needs.items()}
    frames = {"pixel_width": 160, "pixel_height": 90, "frame_rate": FRAMES_A_SECOND}
    with tempconfig({**frames, "dry_run": True, "disable_caching": True, "progress_bar": "none", **settings}):
        beat = load_beat(chapter, name)(data, language=language, renderer=SteppingRenderer())
        beat.render()
        return beat
