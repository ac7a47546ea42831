"""Run a beat of a chapter without filming it, and look at its frames."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from manim import tempconfig
from manim.renderer.cairo_renderer import CairoRenderer

from engine.recording import Recording
from scenes.beats.beat import Beat, load_beat
from scenes.beats.timeline import speaking_time
from scenes.catalog import find_chapter
from scenes.drawing.camera import BatchedCamera

FRAMES_A_SECOND = 5


class _FirstAndLast(CairoRenderer):
    """Keeps the first frame that is filmed and the last."""

    first: np.ndarray | None = None
    last: np.ndarray | None = None

    def add_frame(self, frame: np.ndarray, num_frames: int = 1) -> None:
        super().add_frame(frame, num_frames)
        self.last = frame
        if self.first is None:
            self.first = frame


class Replaced:
    """A recording of which some arrays are others."""

    def __init__(self, recording: Recording, changed: Mapping[str, np.ndarray]) -> None:
        self._recording, self._changed = recording, changed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._recording, name)

    def only(self, names: Any) -> Replaced:
        return self

    def read(self, name: str, **where: Any) -> np.ndarray:
        if name not in self._changed:
            return self._recording.read(name, **where)
        values = self._changed[name]
        return values[tuple(where.values())] if where else values


def run_beat(
    name: str, recordings: Mapping[str, Recording], *, chapter: str = "network", language: str = "en", size=(160, 90)
) -> Beat:
    """Play a beat in a small frame; `beat.renderer.first` and `.last` are its first and last frames."""
    entry = find_chapter(chapter).beat(name)
    data = {experiment: recordings[experiment].only(arrays) for experiment, arrays in entry.needs.items()}
    settings: dict[str, Any] = {"pixel_width": size[0], "pixel_height": size[1], "frame_rate": FRAMES_A_SECOND}
    with tempconfig({**settings, "dry_run": True, "disable_caching": True, "progress_bar": "none"}):
        beat = load_beat(find_chapter(chapter), name)(
            data, language=language, renderer=_FirstAndLast(camera_class=BatchedCamera)
        )
        beat.render()
        return beat


def require_well_told(beat: Beat) -> None:
    """Assert that narration begins soon, that every line has its time, and that no sentence is too long."""
    assert beat.captions[0].start < 3.0
    for caption in beat.captions:
        assert caption.end - caption.start >= speaking_time(beat.translate(caption.text, **caption.values)) - 0.3
        assert all(len(part.split()) <= 20 for part in caption.text.replace("?", ".").split(". "))
    assert all(before.end <= after.start for before, after in pairwise(beat.captions))
