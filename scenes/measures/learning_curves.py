"""Compares learning curves that were measured at steps."""

from __future__ import annotations

import numpy as np


def level_of_both(accuracies: list[np.ndarray]) -> float:
    """Return the highest accuracy, in tenths, that every run reaches. accuracies: (evaluation,) each."""
    return float(np.floor(10 * min(accuracy.max() for accuracy in accuracies))) / 10


def first_reaching(steps: np.ndarray, accuracy: np.ndarray, level: float) -> int:
    """Return the step of the first evaluation, (evaluation,), at which the accuracy of a run is at least `level`."""
    return int(steps[np.flatnonzero(accuracy >= level)[0]])
