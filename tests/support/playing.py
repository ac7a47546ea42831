"""Plays a beat and draws no more of it than its first and its last picture: fast, for whatever is asked of it.

`played` plays a beat of a chapter once for all tests that ask for it, which `tests.support.grouping` lets follow each
other: what it returns is not to be changed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pytest
from manim import tempconfig

from engine.recording import Recording
from renders.lint.history import LayoutFault
from renders.lint.lint import Inspector
from renders.scene.stepping import Moment, SteppingRenderer
from scenes.beats.beat import Beat
from scenes.beats.entries import ChapterEntry
from scenes.beats.loading import load_beat

SETTINGS: dict[str, Any] = {  # of manim
    "pixel_width": 160,
    "pixel_height": 90,
    "frame_rate": 5,
    "dry_run": True,
    "disable_caching": True,
    "progress_bar": "none",
    "verbosity": "ERROR",  # to log each animation takes a sixth of the time
}
UNSEEN = {"frame_rate": 2}  # where nobody looks on meanwhile, nor at when each line begins and ends
KEPT = 8  # beats, which take memory: of one in three kinds and two languages, and of its neighbours
T = TypeVar("T")
Look = Callable[[Moment], None]


class EndsRenderer(SteppingRenderer):
    """Keeps the first picture of a beat, (height, width, 4) uint8, and, once it has ended, the last."""

    beat: Beat
    first: np.ndarray | None = None
    last: np.ndarray

    def add_frame(self, frame: Any, num_frames: int = 1) -> None:
        """Step on, as the renderer that it is does, and draw what is the first picture."""
        if self.first is None and num_frames:
            self.first = self.draw(self.beat).copy()
        super().add_frame(frame, num_frames)


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

    `beat.renderer.first` and `.last` are its first and last pictures. before: called with the beat and its renderer
    before it is played. settings: of manim.
    """
    entry = chapter.beat(name)
    data = {experiment: recordings[experiment].only(arrays) for experiment, arrays in entry.needs.items()}
    with tempconfig({**SETTINGS, **settings}):
        renderer = EndsRenderer()
        beat = renderer.beat = load_beat(chapter, name)(data, language=language, renderer=renderer)
        before(beat, renderer)
        beat.render()
        renderer.last = renderer.draw(beat).copy()
        return beat


class Played(NamedTuple):
    """A beat that was played to its end.

    line_ends: its pictures at the ends of its lines, (line, height, width, 3) uint8. faults: of its lines: wires,
    arrows, frames and curves. Both in English alone. recordings: what it was drawn from.
    """

    beat: Beat
    line_ends: np.ndarray
    faults: tuple[LayoutFault, ...]
    recordings: Mapping[str, Recording]


_PLAYED: OrderedDict[tuple[str, str, int, str], Played] = OrderedDict()


def played(chapter: ChapterEntry, name: str, recordings: Mapping[str, Recording], language: str = "en") -> Played:
    """Return a beat that was played to its end; the same one for whatever is asked of it."""
    key = (chapter.name, name, id(recordings), language)
    if key not in _PLAYED:
        _PLAYED[key] = play_and_look_on(chapter, name, recordings, language)
        while len(_PLAYED) > KEPT:
            _PLAYED.popitem(last=False)
    _PLAYED.move_to_end(key)
    return _PLAYED[key]


def play_and_look_on(
    chapter: ChapterEntry, name: str, recordings: Mapping[str, Recording], language: str = "en"
) -> Played:
    """Return a beat that is played now; where it is in English, with its pictures and the faults of its lines."""
    if language != "en":
        return Played(play(chapter, name, recordings, language), np.empty(0), (), recordings)
    inspectors: list[Inspector] = []
    pictures: list[np.ndarray] = []

    def look_on(beat: Beat, renderer: SteppingRenderer) -> None:
        inspectors.append(Inspector(beat, renderer.camera, motion=False))

        def look(moment: Moment) -> None:
            inspectors[0].look(moment)
            if len(beat.captions) > len(pictures):
                pictures.append(renderer.draw(beat)[..., :3].copy())

        renderer.look = look

    beat = play(chapter, name, recordings, language, before=look_on)
    if len(beat.captions) > len(pictures):
        pictures.append(beat.renderer.last[..., :3])
    faults = [one for one in inspectors[0].report(float(beat.time)).findings if "line" in one.kind]
    return Played(beat, np.stack(pictures), tuple(faults), recordings)


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
