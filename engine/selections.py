"""What is wanted of an array's axes, in positions counted from 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from engine.recording_format import RecordingError

Selection = int | slice | list[int] | np.ndarray
Positions = int | range | list[int]  # what a selection comes to
Index = int | slice | np.ndarray  # as arrays are read by: no position counts from the end, no slice goes backwards


def positions_of(name: str, axis: str, wanted: Selection, length: int) -> Positions:
    """Return what is wanted of an axis of the array `name`; raise `RecordingError` where there is no such thing."""
    if isinstance(wanted, slice):
        return range(length)[wanted]
    positions = np.asarray(wanted, dtype=np.int64 if np.size(wanted) == 0 else None)
    if positions.dtype.kind not in "iu" or positions.ndim > 1:
        raise RecordingError(f"{name} takes a position, a slice or a list of positions for {axis}, not {wanted!r}")
    outside = positions[(positions < -length) | (positions >= length)]
    if outside.size:
        raise RecordingError(f"{name} has {length} positions along {axis}; there is no {outside.flat[0]}")
    counted: int | list[int] = (positions + length * (positions < 0)).tolist()  # -1 is the last
    return counted


def index_of(positions: Positions) -> Index:
    """Return positions as arrays are read by, which know no backward slices."""
    if isinstance(positions, int):
        return positions
    if isinstance(positions, range) and positions.step > 0:
        return slice(positions.start, max(positions.start, positions.stop), positions.step)
    return np.array(positions, dtype=np.int64)


def told_of(chosen: Mapping[str, Positions], lengths: Mapping[str, int]) -> dict[str, Any]:
    """Return positions along axes of these lengths as plain JSON, without those axes that are read whole."""
    told: dict[str, Any] = {}
    for axis, part in chosen.items():
        if not isinstance(part, range):
            told[axis] = part
        elif part != range(lengths[axis]):
            told[axis] = {"start": part.start, "stop": part.stop, "step": part.step}
    return told


def parts_of_chunks(index: Index, rows: int, chunk_rows: int) -> Iterator[tuple[int, Index, Index]]:
    """Yield the numbers of the chunks in which an index along `rows` lies, `chunk_rows` in each, one after the other.

    With each comes what is wanted of its rows, and where that stands in what is wanted in all. Nothing is as long as
    `rows` but the index itself: how many there are may have been told by anybody.
    """
    if isinstance(index, slice):
        wanted = range(*index.indices(rows))
        start = 0
        while start < len(wanted):
            number = wanted[start] // chunk_rows
            stop = len(range(wanted.start, min(wanted.stop, (number + 1) * chunk_rows), wanted.step))
            first = wanted[start] - number * chunk_rows
            inside = slice(first, first + (stop - start - 1) * wanted.step + 1, wanted.step)
            yield number, inside, slice(start, stop)
            start = stop
        return
    positions = np.atleast_1d(index)
    numbers = positions // chunk_rows
    order = np.argsort(numbers, kind="stable")
    for where in np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1) if len(order) else ():
        number = int(numbers[where[0]])
        yield number, positions[where] - number * chunk_rows, where
