"""Reads the learning curves of a recording, smooths them where they are noisy, and puts them together into panels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.recording.format.metric_names import METRIC, metric_of_array
from scenes.mobjects.plots.long_curve import running_median

if TYPE_CHECKING:
    from engine.recording import Recording

_SHARE = re.compile("acc|precision|recall|f1|match|auc|iou")
_HELD_OUT = re.compile("test|val|held|dev")
MANY = 400  # values from which on a curve may be noisy
NOISE = 0.004  # of a curve's range: a noisy one is mostly further than this from its running median
WINDOWS = 100  # of a running median, one beside the other along the whole curve
DECADES = 2  # beyond which an axis is logarithmic


@dataclass(frozen=True)
class Metric:
    """One metric as it was recorded, (n,) steps and values, and as its thick curve shows it.

    called: its name in words, in one line, as no other metric beside it is called. window: of the running median that
    is shown in place of noisy values; 0 where the values themselves are.
    """

    name: str
    called: str
    steps: np.ndarray
    values: np.ndarray
    shown_steps: np.ndarray
    shown: np.ndarray
    window: int = 0

    @property
    def is_loss(self) -> bool:
        """Whether less is better, by its name."""
        return "loss" in self.name

    @property
    def is_share(self) -> bool:
        """Whether it is a share of what was right, by its name and its values."""
        known = self.values[np.isfinite(self.values)]
        return bool(_SHARE.search(self.name) and len(known) and known.min() >= 0 and known.max() <= 1)

    @property
    def stopped(self) -> int | None:
        """The step from which on no value is a finite number; None where the last one is."""
        known = np.flatnonzero(np.isfinite(self.values))
        after = int(known[-1]) + 1 if len(known) else 0
        return int(self.steps[after]) if after < len(self.steps) else None

    @property
    def highest(self) -> tuple[int, float]:
        """The step and the value of the highest value, the first one of several."""
        at = int(np.nanargmax(self.values))
        return int(self.steps[at]), float(self.values[at])


@dataclass(frozen=True)
class Panel:
    """Metrics that share an upright axis, from `low` to `high`."""

    metrics: tuple[Metric, ...]
    low: float
    high: float
    logarithmic: bool
    shares: bool

    def form(self, metric: Metric) -> str:
        """Return the form in which values of a metric are written: three digits of them."""
        if self.shares:
            return "{:.1%}"
        known = np.abs(metric.shown[np.isfinite(metric.shown)])
        size = float(np.median(known[known > 0])) if (known > 0).any() else 1.0
        if self.logarithmic or not 1e-4 < size < 1e6:
            return "{:#.3g}" if self.high < 100 else "{:.3g}"
        return f"{{:,.{max(0, 2 - int(np.floor(np.log10(size))))}f}}"


def read_metrics(recording: Recording, arrays: Sequence[str]) -> list[Metric]:
    """Return metrics of a recording, each with a name of its own."""
    return [read_metric(recording, array, called) for array, called in names_of(arrays).items()]


def names_of(arrays: Sequence[str]) -> dict[str, str]:
    """Return the names of metrics: in words; where two were the same, as their user wrote them, or their arrays."""
    ways = (_in_words, _as_given, lambda array: array.removeprefix(METRIC))
    forms = [{array: way(array) for array in arrays} for way in ways]
    for form in forms:
        often = Counter(form.values())
        form.update({array: "" for array, name in form.items() if often[name] > 1})
    return {array: next(form[array] for form in forms if form[array]) for array in arrays}


def _in_words(array: str) -> str:
    return " ".join(metric_of_array(array).replace("_", " ").split())


def _as_given(array: str) -> str:
    return " ".join(metric_of_array(array).split())


def read_metric(recording: Recording, array: str, called: str = "") -> Metric:
    """Return a metric of a recording. called: see `Metric`; in words unless given."""
    steps, values = recording.steps(array), recording.read(array).astype(float)
    values = np.where(np.isfinite(values), values, np.nan)
    known = np.isfinite(values)
    name = array.removeprefix(METRIC)
    plain = Metric(name, called or _in_words(array) or name, steps, values, steps, values)
    if known.sum() < MANY:
        return plain
    window = max(9, int(known.sum()) // WINDOWS) | 1
    at, medians = running_median(steps[known], values[known], window)
    scale = np.log10 if spans_decades(values[known]) else np.asarray
    around = scale(medians)
    away = np.median(np.abs(scale(values[known]) - np.interp(steps[known], at, around)))
    if away <= NOISE * float(np.ptp(around)):
        return plain
    return replace(plain, shown_steps=at, shown=medians, window=window)


def spans_decades(values: np.ndarray) -> bool:
    """Return whether finite values call for a logarithmic axis."""
    low, high = float(values.min()), float(values.max())
    return low > 0 and high / low > 10**DECADES


def panels_of(metrics: Sequence[Metric]) -> list[Panel]:
    """Return the panels that metrics are shown in: all losses, all shares, then each of the others."""
    ordered = sorted(metrics, key=lambda metric: not _HELD_OUT.search(metric.name))
    losses = tuple(metric for metric in ordered if metric.is_loss)
    shares = tuple(metric for metric in ordered if metric.is_share and not metric.is_loss)
    others = [(metric,) for metric in ordered if metric not in (*losses, *shares)]
    return [_panel(group, group is shares) for group in (losses, shares, *others) if group]


def _panel(metrics: tuple[Metric, ...], shares: bool) -> Panel:
    if shares:
        return Panel(metrics, 0.0, 1.0, logarithmic=False, shares=True)
    known = np.concatenate([metric.values[np.isfinite(metric.values)] for metric in metrics])
    if not len(known):
        return Panel(metrics, 0.0, 1.0, logarithmic=False, shares=False)
    low, high = float(known.min()), float(known.max())
    if spans_decades(known):
        room = (high / low) ** 0.03
        return Panel(metrics, low / room, high * room, logarithmic=True, shares=False)
    low, high = min(0.0, low), max(0.0, high)
    room = 0.04 * (high - low) or 1.0
    return Panel(metrics, low - room * (low < 0), high + room * (high > 0 or low == high), False, False)
