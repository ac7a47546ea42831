"""Chooses the part of large tensors that is recorded, by a stored rule: every k-th position along named axes.

A snapshot has a budget of bytes. What the model puts out comes first, which is what most can be told by: it may take up
to half of it. Of the rest small values are recorded whole, and the larger ones share what is left equally. Where a
value does not fit into its share the distance between the positions that are kept is doubled along one axis after
another: first along `batch`, down to eight examples, then along the longest axis, and last along the axes of pictures,
of attention patterns and of calls. Of what the model puts out the scores of all classes are kept as long as possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.capture.snapshots.recordable import Recordable
from engine.recording.format.structure import CALL

FEWEST_EXAMPLES = 8
FIRST = ("output", "logits")  # the kinds of what is recorded first
_WHOLE = ("height", "width", "depth", "query", "key", "position", CALL)  # axes that are kept whole as long as possible
_FEWEST = 8
MOST_SHARES = 8


def strides_for(values: Iterable[Recordable], budget: int) -> dict[str, dict[str, int]]:
    """Return, of each value that is not recorded whole, the distances between the positions kept, by axis.

    budget: the size of one snapshot, in bytes.
    """
    values = list(values)
    first = [value for value in values if value.kind in FIRST]
    found = _shared(first, budget / 2)
    taken = sum(_nbytes(_counts(value, found.get(value.name, {})), value) for value in first)
    found |= _shared([value for value in values if value.kind not in FIRST], budget - taken)
    return {name: strides for name, strides in found.items() if strides}


def _shared(values: Sequence[Recordable], budget: float) -> dict[str, dict[str, int]]:
    """Return the strides of those values that do not fit into their shares of a budget.

    What holds several calls of a module has a share for each, up to `MOST_SHARES`.
    """
    shares = {value.name: _shares(value) for value in values}
    sizes = {value.name: _nbytes(value.shape, value) for value in values}
    share = _share([sizes[name] / count for name, count in shares.items() for _ in range(count)], budget)
    large = (value for value in values if sizes[value.name] > share * shares[value.name])
    return {value.name: _strides(value, share * shares[value.name]) for value in large}


def _shares(value: Recordable) -> int:
    return min(MOST_SHARES, value.shape[value.axes.index(CALL)]) if CALL in value.axes else 1


def slices_of(values: Iterable[Recordable], strides: Mapping[str, Mapping[str, int]]) -> dict[str, tuple[slice, ...]]:
    """Return the strides as slices, one for each axis, by the values' names."""
    return {
        value.name: tuple(slice(None, None, strides[value.name].get(axis, 1)) for axis in value.axes)
        for value in values
        if value.name in strides
    }


def rule(values: Iterable[Recordable], strides: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return the rule as it stands in the recording's config. values: the values before it was applied."""
    return {
        value.name: {"of": list(value.shape), "every": dict(strides[value.name])}
        for value in values
        if value.name in strides
    }


def _share(sizes: list[float], budget: float) -> float:
    """Return how many bytes each value may take, so that all together take no more than the budget."""
    left, remaining = budget, len(sizes)
    for size in sorted(sizes):
        if size * remaining > left:
            return left / remaining
        left, remaining = left - size, remaining - 1
    return float("inf")


def _strides(value: Recordable, share: float) -> dict[str, int]:
    strides = dict.fromkeys(value.axes, 1)
    while _nbytes(counts := _counts(value, strides), value) > share:
        kept = dict(zip(value.axes, counts, strict=True))
        axis = _next_axis_of_output(kept) if value.kind in FIRST else _next_axis(kept)
        if axis is None:
            break
        strides[axis] *= 2
    return {axis: stride for axis, stride in strides.items() if stride > 1}


def _counts(value: Recordable, strides: Mapping[str, int]) -> tuple[int, ...]:
    """Return how many positions are kept along each axis."""
    return tuple(-(-length // strides.get(axis, 1)) for axis, length in zip(value.axes, value.shape, strict=True))


def _next_axis(counts: Mapping[str, int]) -> str | None:
    """Return the axis along which less is to be kept; None where one value is left of each."""
    if counts.get("batch", 0) > FEWEST_EXAMPLES:
        return "batch"
    others = {axis: count for axis, count in counts.items() if axis != "batch"}
    plain = {axis: count for axis, count in others.items() if axis not in _WHOLE and count > _FEWEST}
    if plain:
        return max(plain, key=lambda axis: plain[axis])
    if counts.get("batch", 0) > 1:
        return "batch"
    return _longest(others)


def _next_axis_of_output(counts: Mapping[str, int]) -> str | None:
    """Return the same for what a model puts out, whose last axis tells the classes or what else was asked for."""
    if counts.get("batch", 0) > FEWEST_EXAMPLES:
        return "batch"
    *others, last = counts
    for axes in (set(others) - {"batch"}, {"batch"} & set(others), {last}):
        axis = _longest({axis: counts[axis] for axis in axes})
        if axis:
            return axis
    return None


def _longest(counts: Mapping[str, int]) -> str | None:
    """Return the axis of which most is kept; None where that is one value."""
    axis = max(sorted(counts), key=lambda axis: counts[axis], default=None)
    return axis if axis is not None and counts[axis] > 1 else None


def _nbytes(shape: tuple[int, ...], value: Recordable) -> int:
    return int(np.prod(shape, dtype=np.int64)) * np.dtype(value.dtype).itemsize
