"""Writes one chunk of a Zarr v3 array as Zarr writes it.

Zarr itself writes a file through an event loop and a pool of threads, which holds Python's lock for a millisecond a
chunk that a training beside it needs. The layout is that of Zarr v3: keys of the default encoding, little-endian bytes,
Zstandard. Reference: the Zarr core specification, version 3.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numcodecs import Zstd
from zarr.codecs import ZstdCodec

from engine.files.replacing import written_whole
from engine.recording.format.layout import chunk_name

_LEVEL = -3
COMPRESSOR = ZstdCodec(level=_LEVEL, checksum=True)  # what arrays say of it; the checksum finds damaged bytes
_ENCODER = Zstd(level=_LEVEL, checksum=True)


def fill_value(dtype: str | np.dtype) -> float:
    """Return the value of rows that were never written: NaN for floats, 0 for other types."""
    return np.nan if np.dtype(dtype).kind == "f" else 0


def write_chunk(array: Path, number: int, rows: np.ndarray, chunk_rows: int) -> str:
    """Write the `rows` that a chunk holds so far, all at once or not, and return the SHA-256 of the file.

    array: the array's folder. number: the chunk's number along the first axis. chunk_rows: the number of rows of a full
    chunk, which spans the other axes whole.
    """
    if len(rows) < chunk_rows:  # chunks are stored whole
        begun = np.full((chunk_rows, *rows.shape[1:]), fill_value(rows.dtype), rows.dtype)
        begun[: len(rows)] = rows
        rows = begun
    file = array.parent / chunk_name(array.name, number, rows.ndim)
    file.parent.mkdir(parents=True, exist_ok=True)
    little = rows.astype(rows.dtype.newbyteorder("<"), copy=False)
    encoded = _ENCODER.encode(np.ascontiguousarray(little).reshape(-1))
    with written_whole(file, recovering=False) as draft:
        draft.write_bytes(encoded)
    return hashlib.sha256(encoded).hexdigest()
