"""Small films of known frames."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from renders.encode.encoder import EncoderSettings, FilmEncoder

WIDTH, HEIGHT, RATE = 160, 90, 30


def moving_square(number: int, color: tuple[int, int, int] = (88, 196, 221)) -> np.ndarray:
    """Return the RGBA frame of a number: a square on near-black, further right in each."""
    frame = np.full((HEIGHT, WIDTH, 4), (11, 11, 15, 255), np.uint8)
    left = 2 * number % 128
    frame[30:62, left : left + 32, :3] = color
    return frame


def make_film(
    target: Path, frames: Iterable[np.ndarray], settings: EncoderSettings | None = None, rate: int = RATE
) -> Path:
    """Encode frames of one size into a film."""
    frames = list(frames)
    height, width, _ = frames[0].shape
    settings = settings or EncoderSettings()
    with FilmEncoder(target, settings, width=width, height=height, frame_rate=rate) as film:
        for frame in frames:
            film.write(frame)
    return target
