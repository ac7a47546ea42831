"""Recorded snapshots as something that runs: a value at every step of a training."""

from __future__ import annotations

import numpy as np


class Snapshots:
    """The recorded snapshots of an array, (step, …), and on the straight line between two of them all others."""

    def __init__(self, steps: np.ndarray, values: np.ndarray) -> None:
        self.steps, self.values = steps.astype(float), values

    def at(self, now: float) -> np.ndarray:
        """Return the values at a step."""
        last = len(self.steps) - 1
        after = int(np.clip(np.searchsorted(self.steps, now), 1, last)) if last else 0
        before = max(0, after - 1)
        share = np.interp(now, self.steps[[before, after]], (0, 1)) if last else 0.0
        return self.values[before] * (1 - share) + self.values[after] * share
