"""Which entries of a layer are shown where not all of them fit."""

from __future__ import annotations

import numpy as np

from scenes.mobjects.matrices import Slots


def shown_in(slots: Slots) -> list[int]:
    """Return the indices that are shown, without the dots."""
    return [index for index in slots if index is not None]


def livelier_run(pixels: np.ndarray, count: int) -> int:
    """Return the index, row by row, of the first of `count` neighbouring pixels that differ most while none is 0.

    pixels: (rows, columns). What differs counts as the sum of the steps between neighbours.
    """
    steps = np.abs(np.diff(pixels, axis=1))  # (row, column - 1)
    runs = np.lib.stride_tricks.sliding_window_view(steps, count - 1, axis=1).sum(axis=-1)
    inked = np.lib.stride_tricks.sliding_window_view(pixels > 0, count, axis=1).all(axis=-1)
    row, column = np.unravel_index(np.argmax(np.where(inked, runs, -1)), runs.shape)
    return int(row * pixels.shape[1] + column)
