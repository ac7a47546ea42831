"""Checks an array's own `zarr.json`: that it has the one form allowed, and fits what the header says.

The form is that of the Zarr core specification, version 3, as `engine.recording.writing.arrays` writes it, and as Zarr
itself wrote it for the first recordings. All of it is checked before a chunk is read: a file that could set how large a
chunk is, or how it is packed, could have any amount of memory taken.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from engine.files.door import Count, DoorError, checked, parsed
from engine.recording.format.header import Header
from engine.recording.format.layout import (
    AGAIN,
    BUFFER_BYTES,
    CHUNK_ROWS,
    METADATA,
    MOST_CHUNK_ROWS,
    ArraySpec,
    RecordingError,
)

METADATA_BYTES = 2**20  # the most that is read: ours take some hundred bytes
EARLY_ROWS = max(CHUNK_ROWS.values())  # of snapshots in a chunk, in the first recordings, however large they were

_FILL = {"f": ("NaN",), "c": (0, (0, 0)), "b": (False,), "i": (0,), "u": (0,)}  # by the kind of numbers

Lengths = Annotated[tuple[Count, ...], msgspec.Meta(min_length=1, max_length=64)]
Names = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=64)]
Nothing = Annotated[tuple[Any, ...], msgspec.Meta(max_length=0)]


class ChunkShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number of positions of a chunk along each axis."""

    chunk_shape: Lengths


class Grid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grid of chunks side by side, all of one shape."""

    name: Literal["regular"]
    configuration: ChunkShape


class Separator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The character between the numbers in a chunk's name."""

    separator: Literal["/"]


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The encoding of chunks' names, such as c/0/0."""

    name: Literal["default"]
    configuration: Separator


class ByteOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order of a number's bytes."""

    endian: Literal["little"]


class Bytes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The codec of numbers as plain bytes. Zarr leaves out the order where numbers have a single one."""

    name: Literal["bytes"]
    configuration: ByteOrder | None = None


class Packing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Zstandard's level of compression, and whether it adds a checksum, by which damaged bytes are found."""

    level: int
    checksum: bool


class Zstd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The codec of bytes packed by Zstandard."""

    name: Literal["zstd"]
    configuration: Packing


class Attributes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An array's attributes. clock: the clock that its rows go by, "" for none."""

    clock: str = ""


class ArrayMetadata(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole content of the `zarr.json` of a recorded array."""

    zarr_format: Literal[3]
    node_type: Literal["array"]
    shape: Lengths
    data_type: str
    chunk_grid: Grid
    chunk_key_encoding: Keys
    fill_value: bool | float | Literal["NaN"] | tuple[float, float]
    codecs: tuple[Bytes, Zstd]
    dimension_names: Names
    attributes: Attributes = Attributes()
    storage_transformers: Nothing = ()


def chunk_rows_of(path: Path, header: Header, spec: ArraySpec, stored: bytes) -> int:
    """Return the number of rows in a chunk of an array of the recording at `path`.

    spec: the array as the header describes it. stored: the bytes of the array's `zarr.json`. Raises `RecordingError`
    where these are not as they are written for that array.
    """
    try:
        told = checked(parsed(stored), ArrayMetadata)
        _require_fit(told, header, spec)
    except DoorError as error:
        raise RecordingError(f"{path} is damaged: {spec.name}: in its {METADATA}: {error}; {AGAIN}") from None
    return told.chunk_grid.configuration.chunk_shape[0]


def row_bytes(spec: ArraySpec) -> int:
    """Return the number of bytes of a row along the first axis."""
    return math.prod(spec.shape[1:]) * np.dtype(spec.dtype).itemsize


def _require_fit(told: ArrayMetadata, header: Header, spec: ArraySpec) -> None:
    """Raise `DoorError` where an array's metadata are not those of the array that the header tells of."""
    rows = header.rows(spec)
    fits = told.shape[1:] == spec.shape[1:] and told.shape[0] >= rows
    if not fits or told.data_type != spec.dtype or (header.complete and told.shape != spec.shape):
        raise DoorError(f"{spec.dtype} {spec.shape} expected, {told.data_type} {told.shape} found")
    if told.dimension_names != spec.axes:
        raise DoorError(f"axes {', '.join(spec.axes)} expected, {', '.join(told.dimension_names)} found")
    if told.attributes.clock != spec.clock:
        raise DoorError(f"clock {spec.clock!r} expected, {told.attributes.clock!r} found")
    if told.fill_value not in _FILL[np.dtype(spec.dtype).kind]:
        raise DoorError(f"{told.fill_value} stands where nothing was written, as it never does for {spec.dtype}")
    if not told.codecs[1].configuration.checksum or (
        np.dtype(spec.dtype).itemsize > 1 and not told.codecs[0].configuration
    ):
        raise DoorError("its chunks are packed in a way that they never are")
    _require_chunks(told.chunk_grid.configuration.chunk_shape, header, spec)


def _require_chunks(chunk: tuple[int, ...], header: Header, spec: ArraySpec) -> None:
    """Raise `DoorError` for chunks that are larger than any that are written (see `chunk_rows`)."""
    nbytes, most = chunk[0] * row_bytes(spec), max(BUFFER_BYTES, row_bytes(spec))
    longest = MOST_CHUNK_ROWS if spec.clock else max(spec.shape[0], 1)
    early = not header.sealed and chunk[0] <= EARLY_ROWS
    if chunk[1:] != spec.shape[1:] or not 1 <= chunk[0] <= longest or (nbytes > most and not early):
        raise DoorError(f"its chunks are {chunk}, as none are of {spec.dtype} {spec.shape}")
