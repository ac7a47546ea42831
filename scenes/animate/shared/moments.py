"""Tells where a run past snapshots of a training is after a share of its time."""

from __future__ import annotations

import numpy as np

SOFT = 3  # how evenly a way from one snapshot to the next is gone: 1 evenly, larger with a longer rest at each


def run_share(count: int) -> float:
    """Return the share of its usual time, 0.5 to 1, that a run past `count` snapshots lasts: the fewer, the less."""
    return float(np.clip(count / 6, 0.5, 1.0))


def between(share: float, count: int) -> tuple[int, int, float]:
    """Return which two of `count` snapshots a film is between after a share of its time, and how far along, 0 to 1."""
    if count == 1:
        return 0, 0, 1.0
    passed = share * (count - 1)
    before = min(int(passed), count - 2)
    along = passed - before
    soft = along**SOFT / (along**SOFT + (1 - along) ** SOFT)
    return before, before + 1, float(soft)
