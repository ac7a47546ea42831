"""Checks whether a film can start over without a jump."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from renders.encode.probe import frame_at, last_frame

FAR = 48  # of 255: two pixels that differ by more are not the same one, encoded twice
MOST = 0.002  # share of the pixels that may: an encoder blurs a thin line otherwise each time


def comes_back(film: Path) -> bool:
    """Return whether a film's last picture is its first; raises FilmError where it cannot be read."""
    first, last = frame_at(film, 0.0).astype(int), last_frame(film)
    apart = np.abs(first - last).max(axis=2)  # (height, width)
    return float((apart > FAR).mean()) <= MOST
