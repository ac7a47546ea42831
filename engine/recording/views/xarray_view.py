"""Wraps recorded arrays as xarray's, which are read when they are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from engine.recording.format.selections import Index
from engine.recording.reading.recording import ArrayInfo

ReadPart = Callable[[tuple[Index, ...]], np.ndarray]


class _StoredArray(BackendArray):
    """The committed rows of a stored array, indexed axis by axis as xarray's backends are."""

    def __init__(self, read: ReadPart, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        """Wrap a stored array, of which the rows of `shape` count and parts are had from `read`."""
        self.shape = shape
        self.dtype = dtype
        self._read_stored = read

    def __getitem__(self, key: indexing.ExplicitIndexer) -> np.ndarray:
        """Return the values of an indexer of any kind."""
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[int | slice | np.ndarray, ...]) -> np.ndarray:
        return self._read_stored(tuple(_index(part, length) for part, length in zip(key, self.shape, strict=True)))


def _index(part: int | slice | np.ndarray, length: int) -> Index:
    """Return what xarray asks for of an axis as stored arrays take it: counted from the start, and going forwards."""
    if isinstance(part, slice):
        return range(length)[part]
    positions = np.asarray(part)
    if np.any((positions < -length) | (positions >= length)):
        raise IndexError(f"there are {length} positions, and {part} is none of them")
    counted = np.where(positions < 0, positions + length, positions)
    return counted if counted.ndim else int(counted)


def lazy_array(read: ReadPart, info: ArrayInfo, coordinates: Mapping[str, np.ndarray]) -> xr.DataArray:
    """Return a stored array as a DataArray that reads only what is used of it."""
    stored = indexing.LazilyIndexedArray(_StoredArray(read, info.shape, info.dtype))
    return xr.DataArray(xr.Variable(info.axes, stored), coords=dict(coordinates), name=info.name)
