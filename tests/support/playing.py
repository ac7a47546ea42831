"""Play a beat without drawing it: fast, for whatever is asked of its lines, claims and steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pytest
from manim import tempconfig

from engine.recording import Recording
from renders.lint.history import LayoutFault
from renders.lint.lint import Inspector
from renders.scene.stepping import SteppingRenderer
from scenes.beats.beat import Beat, load_beat
from scenes.beats.entries import ChapterEntry

FRAMES_A_SECOND = 5
T = TypeVar("T")


def play(
    chapter: ChapterEntry,
    name: str,
    recordings: Mapping[str, Recording],
    language: str = "en",
    *,
    before: Callable[[Beat, SteppingRenderer], None] = lambda beat, renderer: None,
    **settings: Any,
) -> Beat:
    """Return a beat that was played to its end, with all that it said, claimed and showed.

    before: called with the beat and its renderer before it is played. settings: of manim.
    """
    entry = chapter.beat(name)
    data = {experiment: recordings[experiment].only(arrays) for experiment, arrays in entry.needs.items()}
    frames = {"pixel_width": 160, "pixel_height": 90, "frame_rate": FRAMES_A_SECOND}
    with tempconfig({**frames, "dry_run": True, "disable_caching": True, "progress_bar": "none", **settings}):
        renderer = SteppingRenderer()
        beat = load_beat(chapter, name)(data, language=language, renderer=renderer)
        before(beat, renderer)
        beat.render()
        return beat


def play_and_inspect(
    chapter: ChapterEntry, name: str, recordings: Mapping[str, Recording], language: str = "en"
) -> tuple[Beat, list[LayoutFault]]:
    """Return a beat that was played to its end, and the faults of its lines: wires, arrows, frames and curves."""
    inspectors: list[Inspector] = []

    def inspected(beat: Beat, renderer: SteppingRenderer) -> None:
        inspectors.append(Inspector(beat, renderer.camera))
        renderer.look = inspectors[0].look

    beat = play(chapter, name, recordings, language, before=inspected)
    return beat, [one for one in inspectors[0].report(float(beat.time)).findings if "line" in one.kind]


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
