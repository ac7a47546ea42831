"""Chooses snapshots of a training: as many as can be followed or read, close together early on."""

from __future__ import annotations

import numpy as np

HASTE = 2.4  # steps grow with this power of the place among those chosen: most changes early


def chosen_snapshots(steps: np.ndarray, most: int) -> np.ndarray:
    """Return the positions, in order, of at most `most` snapshots, the first and the last among them. steps: (n,)."""
    if len(steps) <= most:
        return np.arange(len(steps))
    share = np.linspace(0, 1, most) ** HASTE
    wanted = steps[0] + share * (steps[-1] - steps[0])
    after = np.searchsorted(steps, wanted).clip(1, len(steps) - 1)
    nearer = wanted - steps[after - 1] < steps[after] - wanted
    return np.unique(np.where(nearer, after - 1, after))
