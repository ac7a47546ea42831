"""Reads the frames of a film one after the other, as arrays, with their alpha where they have one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from renders.base.film_errors import FilmError
from renders.encode.alpha import ALPHA_FORMAT
from renders.encode.probe import damaged, film_info, opened, ticks_of, to_rgb

WITH_ALPHA = (ALPHA_FORMAT, "rgba", "bgra", "yuva420p")


@dataclass(frozen=True)
class Moving:
    """A film as a sequence of frames.

    frames: their number. width, height: pixels. rate: frames a second. transparent: whether they have alpha.
    """

    film: Path
    frames: int
    width: int
    height: int
    rate: Fraction
    transparent: bool

    @classmethod
    def of(cls, film: Path) -> Moving:
        """Return the frames of a film file; raises FilmError where it cannot be read."""
        info = film_info(film)
        with opened(film) as (_, stream):
            transparent = stream.codec_context.pix_fmt in WITH_ALPHA
        frames = info.frames or sum(1 for _ in _decoded(film))  # not every container tells
        return cls(film, frames, info.width, info.height, info.frame_rate, transparent)

    @property
    def channels(self) -> int:
        """The number of channels of a pixel: 4 with alpha, which is straight, else 3."""
        return 4 if self.transparent else 3

    def pictures(self, first: int = 0, end: int | None = None) -> Iterator[np.ndarray]:
        """Yield frames `first` to `end`, which is left out, (height, width, 3 or 4) uint8, in order.

        Raises FilmError where there is none of them, or the film cannot be read on.
        """
        last, some = self.frames if end is None else end, False
        for number, frame in _decoded(self.film, first):
            if number >= last:
                break
            if number >= first:
                some = True
                yield frame.to_ndarray(format="rgba") if self.transparent else to_rgb(frame)
        if not some and first < last:
            raise FilmError(f"{self.film} is damaged: its frame {first} is missing; fetch or make it again")


def _decoded(film: Path, first: int = 0) -> Iterator[tuple[int, av.VideoFrame]]:
    """Yield (number, frame) from the key frame at or before a frame on."""
    with opened(film) as (container, stream):
        start, ticks = stream.start_time or 0, ticks_of(stream)
        try:
            if first:
                container.seek(start + round(first * ticks), stream=stream, backward=True)
            for frame in container.decode(stream):
                yield round(((frame.pts or 0) - start) / ticks), frame
        except av.FFmpegError as error:
            raise damaged(film, error) from error


def shown_at(moving_rate: Fraction, seconds: float) -> int:
    """Return the number of the frame on screen at a time, as players count. moving_rate: frames a second."""
    return int(seconds * moving_rate + 1e-6)  # a hair of tolerance: 0.7 s at 30 is picture 21
