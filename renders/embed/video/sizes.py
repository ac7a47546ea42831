"""Reduces an animated picture so that it fits into a number of bytes: as little as will do."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from engine.files.sizes import in_bytes as told
from renders.base.errors import RenderError
from renders.clip.frame_source import Moving


@dataclass(frozen=True)
class Level:
    """A level of reduction of a film.

    side: pixels of the shorter side. fastest: pictures a second at most. colors: of a GIF's palette. quality: WebP's.
    """

    side: int
    fastest: int
    colors: int
    quality: int

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return the size in pixels, both even."""
        scale = min(1.0, self.side / min(width, height))
        return 2 * round(width * scale / 2), 2 * round(height * scale / 2)

    def every(self, rate: Fraction) -> int:
        """Return n, where every n-th picture is kept of a film of `rate` a second."""
        return max(1, math.ceil(rate / self.fastest))

    def rate(self, rate: Fraction) -> Fraction:
        """Return how many pictures a second are left of `rate`."""
        return rate / self.every(rate)


# From nothing lost to what can just be recognised: first what the eye misses least
LEVELS = (
    Level(480, 15, 256, 85),
    Level(480, 15, 128, 75),
    Level(480, 10, 96, 65),
    Level(480, 10, 64, 55),
    Level(400, 10, 64, 50),
    Level(360, 8, 64, 45),
    Level(320, 8, 48, 40),
    Level(270, 6, 48, 35),
    Level(216, 5, 32, 30),
    Level(160, 5, 32, 25),
    Level(120, 4, 16, 20),
)
Encode = Callable[[Moving, Level, Path], None]


def encode_within(moving: Moving, limit: int | None, target: Path, encode: Encode) -> None:
    """Write a film at the first level at which it has at most `limit` bytes; at the first of all where that is None.

    Raises RenderError where not even the last level fits; it says how small that is.
    """
    if limit is None:
        encode(moving, LEVELS[0], target)
        return

    def bytes_at(place: int) -> int:
        encode(moving, LEVELS[place], target)
        return target.stat().st_size

    low, high = 0, len(LEVELS) - 1
    if bytes_at(low) <= limit:
        return
    if (smallest := bytes_at(high)) > limit:
        raise RenderError(_too_large(moving, limit, smallest))
    written = high
    while high - low > 1:  # `low` does not fit, `high` does
        written = (low + high) // 2
        low, high = (low, written) if bytes_at(written) <= limit else (written, high)
    if written != high:
        encode(moving, LEVELS[high], target)


def _too_large(moving: Moving, limit: int, smallest: int) -> str:
    width, height = LEVELS[-1].size(moving.width, moving.height)
    rate = float(LEVELS[-1].rate(moving.rate))
    return (
        f"it does not fit into {told(limit)}: the smallest possible is {told(smallest)} ({width}x{height}, {rate:g} "
        f"pictures a second); give --max-size {smallest // 1000 + 1}kB or more, or a shorter part by --from and --to"
    )
