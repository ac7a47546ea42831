"""Recorded arrays as xarray's, read when they are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing


class _StoredArray(BackendArray):
    """The committed rows of a stored array, indexed axis by axis as xarray's backends are."""

    def __init__(self, values: Any, shape: tuple[int, ...]) -> None:
        """Wrap the Zarr array `values`, of which the rows of `shape` count."""
        self.shape = shape
        self.dtype = values.dtype
        self._stored = values

    def __getitem__(self, key: indexing.ExplicitIndexer) -> np.ndarray:
        """Return the values of an indexer of any kind."""
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[int | slice | np.ndarray, ...]) -> np.ndarray:
        # The stored array may be longer than what was committed, so no slice may keep an open end.
        ended = (
            np.arange(*part.indices(length)) if isinstance(part, slice) else part
            for part, length in zip(key, self.shape, strict=True)
        )
        return np.asarray(self._stored.oindex[tuple(ended)])


def lazy_array(
    values: Any, name: str, axes: tuple[str, ...], shape: tuple[int, ...], coordinates: Mapping[str, np.ndarray]
) -> xr.DataArray:
    """Return the Zarr array `values`, cut to `shape`, as a DataArray that reads only what is used of it."""
    variable = xr.Variable(axes, indexing.LazilyIndexedArray(_StoredArray(values, shape)))
    return xr.DataArray(variable, coords=dict(coordinates), name=name)
