"""Play a beat without drawing it: fast, for whatever is asked of its lines, claims and steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pytest
from manim import tempconfig

from engine.recording import Recording
from renders.scene.stepping import SteppingRenderer
from scenes.beats.beat import Beat, load_beat
from scenes.beats.entries import ChapterEntry

FRAMES_A_SECOND = 5
T = TypeVar("T")


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


def play_and_look(
    chapter: ChapterEntry, name: str, recordings: Mapping[str, Recording], *, after: str, look: Callable[[Any], T]
) -> tuple[Beat, list[T]]:
    """Return a beat that was played to its end, and what `look` saw of it after each call of its method `after`."""
    kind, seen = load_beat(chapter, name), list[T]()
    method = getattr(kind, after)

    def watched(beat: Beat, *args: Any) -> None:
        method(beat, *args)
        seen.append(look(beat))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, after, watched)
        return play(chapter, name, recordings), seen
