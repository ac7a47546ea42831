"""Says in a line what a recording holds, and what can be done with it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from engine.files.sizes import in_bytes

if TYPE_CHECKING:
    from engine.recording.reading.recording import Recording


def snapshots_in_words(recording: Recording) -> str:
    """Return the number of snapshots and steps, and the size on disk: "76 snapshots of 600 steps, 1.2 MB"."""
    stepped = [info for info in recording.arrays.values() if info.axes[:1] == ("step",)]
    inside = [info.shape[0] for info in stepped if not info.name.startswith("metric.")]
    size = sum(info.nbytes_stored for info in recording.arrays.values())
    return f"{_count(max(inside, default=0), 'snapshot')} of {_count(recording.last_step, 'step')}, {in_bytes(size)}"


def done_line(recording: Recording) -> str:
    """Return what is said when a recording is done: what it holds, where it is, and how a film is made of it."""
    path, here = recording.path, Path.cwd()
    shown = str(path.relative_to(here) if path.is_relative_to(here) else path)
    typed = shlex.quote(shown.removesuffix(".zarr"))
    return f"neuroreel: {snapshots_in_words(recording)} in {shown}; to see it: neuroreel animate {typed}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
