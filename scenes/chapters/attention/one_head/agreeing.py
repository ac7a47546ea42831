"""How many of the recorded numbers are what others of the recording make when they are put together again."""

from __future__ import annotations

import numpy as np

CLOSE = 1e-3  # of the largest number: what differs by less is the same


def agreeing(made: np.ndarray, recorded: np.ndarray) -> int:
    """Return how many numbers are the recorded ones, to a thousandth of the largest of these."""
    return int((np.abs(made - recorded) <= CLOSE * np.abs(recorded).max()).sum())
