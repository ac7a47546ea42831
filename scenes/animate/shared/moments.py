"""Chooses the snapshots that a film shows of a training: as many as can be followed, close together early on."""

from __future__ import annotations

import numpy as np

HASTE = 2.4  # steps grow with this power of the time: most changes early
SOFT = 3  # how evenly a way from one snapshot to the next is gone: 1 evenly, larger with a longer rest at each


def moments(steps: np.ndarray, most: int) -> np.ndarray:
    """Return the positions, in order, of at most `most` snapshots, the first and the last among them. steps: (n,)."""
    if len(steps) <= most:
        return np.arange(len(steps))
    share = np.linspace(0, 1, most) ** HASTE
    wanted = steps[0] + share * (steps[-1] - steps[0])
    after = np.searchsorted(steps, wanted).clip(1, len(steps) - 1)
    nearer = wanted - steps[after - 1] < steps[after] - wanted
    return np.unique(np.where(nearer, after - 1, after))


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
