"""Chooses the moment of a training that is looked at."""

from __future__ import annotations

import numpy as np

from engine.recording import Recording


def moment_of(base: Recording, enough: float) -> tuple[int, bool, float]:
    """Return the step of the first evaluation at which a share of the test images is right, else of the last.

    enough: that share, in [0, 1]. Also whether there was such a step, and the share that was right.
    """
    right = base.read("metric.test_accuracy")
    reached = np.flatnonzero(right >= enough)
    at = int(reached[0]) if len(reached) else len(right) - 1
    return int(base.steps("metric.test_accuracy")[at]), bool(len(reached)), float(right[at])
