"""Reads the norms of the gradients of each layer at every snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.recording.format.structure import call_of
from scenes.animate.shared.layers import (
    ACTIVATION_GRADIENT,
    GRADIENT,
    GRADIENT_NORM,
    even_positions,
    gradients,
    in_order,
    is_placed,
    layer_name,
    owner,
    without_step,
)

if TYPE_CHECKING:
    from engine.recording import Recording

MOST_SNAPSHOTS, MOST_LAYERS = 300, 100  # that are drawn
MOST_POWERS = 12  # of ten, along an axis
AT_ONCE = 16  # snapshots of whole gradients that are read


@dataclass(frozen=True)
class Norms:
    """Norms of gradients, layer by layer in the order in which data meets them.

    steps: (snapshot,), from the first one at which there was any gradient. values: (snapshot, layer), NaN where there
    was none. placed: (layer,) bool, whether data passes through it at a known place. late: steps before the first of
    `steps`, at which there was none. total: layers and snapshots that were recorded. part: whether only a part of some
    gradients was recorded.
    """

    names: tuple[str, ...]
    steps: np.ndarray
    values: np.ndarray
    placed: np.ndarray
    late: tuple[int, ...] = ()
    total: tuple[int, int] = (0, 0)
    part: bool = False

    @property
    def medians(self) -> np.ndarray:
        """The median of each layer over the snapshots at which it is a finite number, (layer,); NaN without any."""
        return np.array([_median(values) for values in self.values.T])

    @property
    def span(self) -> tuple[float, float]:
        """The powers of ten, whole numbers, between which all norms above 0 are, or the highest 12 of them."""
        known = self.values[np.isfinite(self.values) & (self.values > 0)]
        if not len(known):
            return (-1.0, 0.0)
        low, high = float(np.floor(np.log10(known.min()))), float(np.ceil(np.log10(known.max())))
        return (max(low, high - MOST_POWERS) - (low == high), high)

    @property
    def shades(self) -> tuple[float, float]:
        """Powers of ten of the least norm above 0 and of the greatest one, no further apart than the whole numbers."""
        known = self.values[np.isfinite(self.values) & (self.values > 0)]
        if not len(known) or known.min() == known.max():
            return self.span
        return (max(float(np.log10(known.min())), self.span[0]), float(np.log10(known.max())))


def norms_of_parameters(recording: Recording) -> Norms | None:
    """Return the norms of the gradients of each layer's parameters; None where none was recorded."""
    names = [name for name in gradients(recording) if not name.endswith(ACTIVATION_GRADIENT)]
    layers: dict[str, list[str]] = {}
    for name in names:
        parameter = name.removesuffix(GRADIENT_NORM).removesuffix(GRADIENT)
        layers.setdefault(owner(parameter) if is_placed(recording, owner(parameter)) else parameter, []).append(name)
    return _norms(recording, layers)


def norms_of_outputs(recording: Recording) -> Norms | None:
    """Return the norms of the gradients at each module's output; None where none was recorded.

    A module that is made of others is left out: its output is that of the last of these.
    """
    names = [name for name in gradients(recording) if name.endswith(ACTIVATION_GRADIENT)]
    modules: dict[str, list[str]] = {}
    for name in names:
        modules.setdefault(without_step(call_of(name)), []).append(name)
    return _norms(recording, {path: arrays for path, arrays in modules.items() if is_placed(recording, path)})


def _norms(recording: Recording, layers: dict[str, list[str]]) -> Norms | None:
    if not layers:
        return None
    ordered = in_order(recording, layers)
    paths = [ordered[place] for place in even_positions(len(ordered), MOST_LAYERS)]
    arrays = [name for path in paths for name in layers[path]]
    every = max((recording.steps(name) for name in arrays), key=len)  # some may begin while the model learns
    chosen = even_positions(len(every), MOST_SNAPSHOTS)
    values = np.stack([_of_layer(recording, layers[path], every[chosen]) for path in paths], axis=1)
    seen = np.flatnonzero(~np.isnan(values).all(axis=1))
    first = int(seen[0]) if len(seen) else 0
    steps = every[chosen]
    return Norms(
        tuple(layer_name(recording, path) for path in paths),
        steps[first:],
        values[first:],
        np.array([recording.structure is not None and is_placed(recording, path) for path in paths]),
        tuple(steps[:first].tolist()),
        (len(ordered), len(every)),
        any(recording.sampled(name) for name in arrays),
    )


def _of_layer(recording: Recording, names: Sequence[str], steps: np.ndarray) -> np.ndarray:
    """Return the root of the sum of squares over a layer's gradients at steps, (snapshot,).

    NaN where one is no number, or none is there; those that never are one do not count, unless all are so.
    """
    found = [_of_array(recording, name, steps) for name in names]
    each, there = (np.stack(parts) for parts in zip(*found, strict=True))
    known = ~np.isnan(each).all(axis=1)
    each, there = (each[known], there[known]) if known.any() else (each, there)
    whole = np.sqrt(np.square(np.where(there, each, 0)).sum(axis=0))
    return np.where(there.any(axis=0), whole, np.nan)


def _of_array(recording: Recording, name: str, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the norms of a gradient at steps, (snapshot,), and at which of them it has a snapshot."""
    own = recording.steps(name)
    places = np.searchsorted(own, steps)
    there = (places < len(own)) & (own[np.minimum(places, len(own) - 1)] == steps)
    found = np.full(len(steps), np.nan)
    rows = places[there].tolist()
    if name.endswith(GRADIENT_NORM):
        found[there] = recording.read(name, step=rows)
        return found, there
    norms = [np.zeros(0)]
    for start in range(0, len(rows), AT_ONCE):
        block = recording.read(name, step=rows[start : start + AT_ONCE]).astype(float)
        norms.append(np.linalg.norm(block.reshape(len(block), -1), axis=1))
    found[there] = np.concatenate(norms)
    return found, there


def _median(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
