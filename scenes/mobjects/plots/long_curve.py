"""Thins curves over steps, of which there may be a million, so that they keep their look and are quick to draw."""

from __future__ import annotations

import numpy as np

MEDIANS = 1000  # places at which a running median is taken, at most


class LongCurve:
    """Values measured at steps, (n,) each, steps rising; of values that are no finite number there is no curve.

    first, last: how far the axis over steps may reach, from least to most. For each halving of that the curve is
    thinned once: the steps on view are cut into `columns`, and of each the lowest and the highest value are kept, so
    that the band that a noisy curve fills has its true edges.
    """

    def __init__(self, steps: np.ndarray, values: np.ndarray, first: float, last: float, columns: int) -> None:
        self.steps, self.values = np.asarray(steps, dtype=float), np.asarray(values, dtype=float)
        halvings = max(0, int(np.ceil(np.log2(max(last, 1.0) / max(first, 1.0)))))
        self._reaches = last / 2.0 ** np.arange(halvings, -1, -1)  # rising
        self._kept = [telling_steps(self.steps, self.values, reach, columns) for reach in self._reaches]

    def visible(self, now: float, reach: float, *, measured: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Return the points that show at step `now` while the axis reaches to `reach`, (k,) steps and values.

        The last one is on the way to the value that is measured next, or, if `measured`, that which was measured last;
        NaN parts what is not joined.
        """
        kept = self._kept[min(int(np.searchsorted(self._reaches, reach)), len(self._kept) - 1)]
        before = kept[: np.searchsorted(self.steps[kept], now, side="right")]
        steps, values = self.steps[before], self.values[before]
        following = int(np.searchsorted(self.steps, now, side="right"))
        if measured and following:
            return np.append(steps, self.steps[following - 1]), np.append(values, self.values[following - 1])
        if 0 < following < len(self.steps):
            around = slice(following - 1, following + 1)
            steps = np.append(steps, now)
            values = np.append(values, _between(now, self.steps[around], self.values[around]))
        return steps, values


def telling_steps(steps: np.ndarray, values: np.ndarray, reach: float, columns: int) -> np.ndarray:
    """Return the positions, in order, of the values (n,) up to step `reach` that determine how a curve looks.

    Of each of so many columns two are kept, the lowest and the highest, and the first and the last of all. Those that
    are not finite are left out, but for one wherever some are between two that are kept.
    """
    count = int(np.searchsorted(steps, reach, side="right"))
    if count <= 2 * columns:
        return np.arange(count)
    values = values[:count]
    finite = np.flatnonzero(np.isfinite(values))
    if not len(finite):
        return np.arange(1)
    column = np.floor(steps[finite] / reach * columns)
    by_value = np.lexsort((values[finite], column))  # within each column from the lowest to the highest
    begins = np.flatnonzero(np.diff(column, prepend=-1.0))
    ends = np.append(begins[1:], len(finite)) - 1
    kept = finite[np.unique(np.concatenate([[0, len(finite) - 1], by_value[begins], by_value[ends]]))]
    broken = np.flatnonzero(~np.isfinite(values))
    after = np.searchsorted(kept, broken)  # the kept one that each of them comes before
    return np.sort(np.append(kept, broken[np.unique(after, return_index=True)[1]]))


def running_median(steps: np.ndarray, values: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return steps and, at each, the median of the `width` finite values (n,) around it, of fewer at both ends.

    Of a long curve it is taken at evenly spaced places, the first and the last among them.
    """
    places = np.unique(np.linspace(0, len(values) - 1, min(MEDIANS, len(values))).astype(int))
    half = width // 2
    return steps[places], np.array([np.median(values[max(0, at - half) : at + half + 1]) for at in places])


def _between(now: float, steps: np.ndarray, values: np.ndarray) -> float:
    if not np.isfinite(values).all():
        return float("nan")
    return float(np.interp(now, steps, values))
