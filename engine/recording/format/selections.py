"""Turns selections along an array's axes into positions counted from 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from engine.recording.format.layout import RecordingError

Selection = int | slice | list[int] | np.ndarray
Positions = int | range | list[int]  # what a selection comes to
Index = int | range | np.ndarray  # as arrays are read by: no position counts from the end


def positions_of(name: str, axis: str, wanted: Selection, length: int) -> Positions:
    """Return the positions selected along an axis of array `name`; raises `RecordingError` where they are invalid."""
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
    """Return positions as an index into arrays."""
    return np.array(positions, dtype=np.int64) if isinstance(positions, list) else positions


def positions_as_json(chosen: Mapping[str, Positions], lengths: Mapping[str, int]) -> dict[str, Any]:
    """Return positions along axes of these lengths as plain JSON, without those axes that are read whole."""
    told: dict[str, Any] = {}
    for axis, part in chosen.items():
        if not isinstance(part, range):
            told[axis] = part
        elif part != range(lengths[axis]):
            told[axis] = {"start": part.start, "stop": part.stop, "step": part.step}
    return told


def parts_of_chunks(index: Index, chunk_rows: int) -> Iterator[tuple[int, Index, slice | np.ndarray]]:
    """Yield the number of each chunk in which an index along the rows lies, one after the other.

    chunk_rows: the number of rows in each chunk. With each number come the wanted rows of the chunk, and their places
    in all that is wanted. Nothing is as long as the rows are, unless the index is: their number may come from anybody.
    """
    if isinstance(index, range):
        start = 0
        while start < len(index):
            number, first = divmod(index[start], chunk_rows)
            room = chunk_rows - 1 - first if index.step > 0 else first  # to the end of the chunk
            count = min(len(index) - start, room // abs(index.step) + 1)
            yield number, range(first, first + count * index.step, index.step), slice(start, start + count)
            start += count
        return
    positions = np.atleast_1d(index)
    numbers = positions // chunk_rows
    order = np.argsort(numbers, kind="stable")
    for where in np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1) if len(order) else ():
        number = int(numbers[where[0]])
        yield number, positions[where] - number * chunk_rows, where
