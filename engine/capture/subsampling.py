"""Chooses the part of large tensors that is recorded, by a stored rule: every k-th position along named axes.

A snapshot has a budget of bytes. Small values are recorded whole; the larger ones share the rest equally, and where one
does not fit into its share the distance between the positions that are kept is doubled along one axis after another:
first along `batch`, down to eight examples, then along the longest axis, and last along the axes of pictures and of
attention patterns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from engine.capture.snapshotter import Recordable

FEWEST_EXAMPLES = 8
_WHOLE = ("height", "width", "depth", "query", "key", "position")  # axes that are kept whole as long as possible
_FEWEST = 8


def strides_for(values: Iterable[Recordable], budget: int) -> dict[str, dict[str, int]]:
    """Return, of each value that is not recorded whole, the distances between the positions kept, by axis.

    budget: the size of one snapshot, in bytes.
    """
    values = list(values)
    share = _share([_nbytes(value.shape, value) for value in values], budget)
    found = {value.name: _strides(value, share) for value in values if _nbytes(value.shape, value) > share}
    return {name: strides for name, strides in found.items() if strides}


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


def _share(sizes: list[int], budget: int) -> float:
    """Return how many bytes each value may take, so that all together take no more than the budget."""
    left, remaining = float(budget), len(sizes)
    for size in sorted(sizes):
        if size * remaining > left:
            return left / remaining
        left, remaining = left - size, remaining - 1
    return float("inf")


def _strides(value: Recordable, share: float) -> dict[str, int]:
    strides = dict.fromkeys(value.axes, 1)
    lengths = dict(zip(value.axes, value.shape, strict=True))

    def counts() -> dict[str, int]:
        return {axis: -(-length // strides[axis]) for axis, length in lengths.items()}

    while _nbytes(tuple(counts().values()), value) > share:
        axis = _next_axis(counts())
        if axis is None:
            break
        strides[axis] *= 2
    return {axis: stride for axis, stride in strides.items() if stride > 1}


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
    longest = max(others, key=lambda axis: others[axis], default=None)
    return longest if longest is not None and others[longest] > 1 else None


def _nbytes(shape: tuple[int, ...], value: Recordable) -> int:
    return int(np.prod(shape, dtype=np.int64)) * np.dtype(value.dtype).itemsize
