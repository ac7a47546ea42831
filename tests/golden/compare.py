"""How two films differ: the first frame in which they do, and by how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import av
import numpy as np


@dataclass(frozen=True)
class Difference:
    """How two films differ. frames: in how many. first: number of the first of them, seconds: its time.

    largest: by how much a channel of it differs at most, of 255. share: of its pixels that differ.
    """

    why: str
    frames: int = 0
    first: int = 0
    seconds: float = 0.0
    largest: int = 0
    share: float = 0.0

    def __str__(self) -> str:
        if self.why:
            return self.why
        where = f"{self.frames} frames differ, the first is {self.first} at {self.seconds:.2f} s"
        return f"{where}: {self.share:.2%} of its pixels, by {self.largest} of 255 at most"


def difference_of(now: Path | None, before: Path | None) -> Difference | None:
    """Returns how two films differ; None where every frame of both is the same."""
    if now is None or before is None:
        return Difference("it is new" if before is None else "it is gone")
    first: Difference | None = None
    frames = 0
    for number, (one, other) in enumerate(zip_longest(frames_of(now), frames_of(before))):
        if one is None or other is None or one[1].shape != other[1].shape:
            return Difference(f"from frame {number} on one of them is longer, or of another size")
        if np.array_equal(one[1], other[1]):
            continue
        frames += 1
        if first is None:
            apart = np.abs(one[1].astype(int) - other[1])
            share = float((apart.max(axis=2) > 0).mean())
            first = Difference("", 0, number, one[0], int(apart.max()), share)
    return Difference("", frames, first.first, first.seconds, first.largest, first.share) if first else None


def frames_of(film: Path) -> Iterator[tuple[float, np.ndarray]]:
    """Yields the time in seconds and the picture, (height, width, 3) uint8, of each frame of a film."""
    with av.open(str(film)) as opened:
        for frame in opened.decode(video=0):
            yield float(frame.time or 0.0), frame.to_ndarray(format="rgb24")
