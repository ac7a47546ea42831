"""Writes single pictures as PNG: a frame of a film, or an array."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from engine.files.replacing import written_whole
from renders.base.film_errors import cannot_write
from renders.encode.probe import frame_at, last_frame


def poster(film: Path, target: Path, at: float | None = None) -> None:
    """Write the frame on screen at `at` seconds as a PNG; the last frame where `at` is None.

    Raises FilmError where the film cannot be read or is not running at that time, or the picture cannot be written.
    """
    write_png(last_frame(film) if at is None else frame_at(film, at), target)


def write_png(pixels: np.ndarray, target: Path) -> None:
    """Write RGB pixels, (height, width, 3) uint8, as a PNG that is whole or not there.

    Raises FilmError where it cannot be written.
    """
    try:
        with written_whole(target) as draft:
            Image.fromarray(pixels).save(draft, format="png")
    except OSError as error:
        raise cannot_write(target, error) from error
