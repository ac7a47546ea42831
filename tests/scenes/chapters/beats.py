"""Run a beat of a chapter without filming it, and look at its frames."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from engine.recording import Recording
from scenes.beats.beat import Beat
from scenes.beats.pace import speaking_time
from scenes.catalog import find_chapter
from tests.support.playing import play, played


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


def run_beat(name: str, recordings: Mapping[str, Recording], *, chapter: str = "network", language: str = "en") -> Beat:
    """Play a beat; `beat.renderer.first` and `.last` are its first and last frames."""
    return play(find_chapter(chapter), name, recordings, language)


def played_beat(
    name: str, recordings: Mapping[str, Recording], *, chapter: str = "network", language: str = "en"
) -> Beat:
    """Return the same, played once for all tests, which do not change it."""
    return played(find_chapter(chapter), name, recordings, language).beat


def require_well_told(beat: Beat) -> None:
    """Assert that narration begins soon, that every line has its time, and that no sentence is too long."""
    assert beat.captions[0].start < 3.0
    for caption in beat.captions:
        assert caption.end - caption.start >= speaking_time(beat.translate(caption.text, **caption.values)) - 0.3
        assert all(len(part.split()) <= 20 for part in caption.text.replace("?", ".").split(". "))
    assert all(before.end <= after.start for before, after in pairwise(beat.captions))
