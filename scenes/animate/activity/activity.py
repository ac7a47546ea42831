"""Reads how a layer's values were spread at each snapshot, and which of its units had stopped answering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenes.animate.activity.hidden_layers import RECTIFIED, SIGNED, SQUASHED, HiddenLayer

if TYPE_CHECKING:
    from engine.recording import Recording

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_SNAPSHOTS = 160  # that are looked at
AT_ONCE = 16  # snapshots read at a time
STUCK, MOSTLY = 0.99, 0.95  # how far towards its end a value is stuck, and for which share of values a unit is


@dataclass(frozen=True)
class Activity:
    """A layer over the snapshots that are looked at, (n,) steps.

    quantiles: (n, 5), NaN where a value was no finite number. free: (n, unit), the share of probes that a unit of a
    rectifying layer answers to, or of its values that are not stuck at an end. out: (n, unit), whether a unit has gone
    out. Both are empty for layers that do not bend their values. probes, units: how many of each were recorded.
    """

    layer: HiddenLayer
    steps: np.ndarray
    quantiles: np.ndarray
    free: np.ndarray
    out: np.ndarray
    probes: int
    units: int

    @property
    def counts(self) -> np.ndarray:
        """The number of units that have gone out, (n,)."""
        return self.out.sum(axis=1)

    @property
    def spread(self) -> np.ndarray:
        """The distance from the lowest of the five quantiles to the highest, (n,)."""
        return self.quantiles[:, -1] - self.quantiles[:, 0]

    @property
    def stopped(self) -> int | None:
        """The first step from which on no snapshot has finite numbers; None if the last has."""
        finite = np.isfinite(self.quantiles[:, 0])
        if finite[-1]:
            return None
        return int(self.steps[int(finite.nonzero()[0][-1]) + 1 if finite.any() else 0])


def read_activity(recording: Recording, layer: HiddenLayer) -> Activity:
    """Return a layer's activity at its snapshots, of very many an even choice."""
    info = recording.arrays[layer.array]
    unit_axis = info.axes.index("channel") if "channel" in info.axes else len(info.axes) - 1
    chosen = np.unique(np.linspace(0, info.shape[0] - 1, min(MOST_SNAPSHOTS, info.shape[0])).round().astype(int))
    quantiles, free, ranges = [], [], []
    for first in range(0, len(chosen), AT_ONCE):
        values = recording.read(layer.array, step=chosen[first : first + AT_ONCE].tolist())
        by_unit = np.moveaxis(values, unit_axis, 2)  # (step, probe, unit, places …)
        by_unit = layer.after(by_unit.reshape(*by_unit.shape[:3], -1))
        for snapshot in by_unit:
            quantiles.append(_quantiles_of(snapshot))
            free.append(_free(snapshot, layer.bent))
            ranges.append((snapshot.min(), snapshot.max()))
    low, high = (float(np.nanmin([at[0] for at in ranges])), float(np.nanmax([at[1] for at in ranges])))
    shares = np.array(free)
    if not _as_told(layer.bent, low, high):
        shares = np.zeros((len(chosen), 0))
    out = shares == 0 if layer.bent == RECTIFIED else shares < 1 - MOSTLY
    steps = recording.steps(layer.array)[chosen]
    return Activity(
        layer, steps, np.array(quantiles), shares, out, info.shape[info.axes.index("batch")], info.shape[unit_axis]
    )


def _quantiles_of(values: np.ndarray) -> np.ndarray:
    if not np.isfinite(values).all():
        return np.full(len(QUANTILES), np.nan)
    return np.asarray(np.quantile(values, QUANTILES), dtype=float)


def _free(values: np.ndarray, bent: str) -> np.ndarray:
    """Return for each unit of values (probe, unit, place) the share of probes, or of values, for which it is free.

    A value that is no number is not 0, and not stuck.
    """
    if bent == RECTIFIED:
        return np.asarray((values != 0).any(axis=2).mean(axis=0))
    size = np.abs(2 * values - 1) if bent == SQUASHED else np.abs(values)
    return np.asarray(1 - (size > STUCK).mean(axis=(0, 2)))


def _as_told(bent: str, low: float, high: float) -> bool:
    """Tell whether all values lie where such a function puts them."""
    if bent == RECTIFIED:
        return low >= 0
    return (bent == SQUASHED and low >= 0 and high <= 1) or (bent == SIGNED and low >= -1 and high <= 1)
