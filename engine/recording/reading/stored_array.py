"""Reads one array of a recording, chunk by chunk.

How large everything will be is known before anything is unpacked: chunks are as large as the array's metadata say,
which are within bounds (see `engine.recording.format.array_metadata`), each chunk's file must say itself that it
unpacks to just that, and what is asked for must have files that can hold it. A chunk is hashed and unpacked from the
same bytes."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from engine.recording.format.array_metadata import row_bytes
from engine.recording.format.files import read_stored, require_stored, unlike_error
from engine.recording.format.layout import AGAIN, ArraySpec, RecordingError, chunk_name
from engine.recording.format.selections import Index, parts_of_chunks

MUCH = 256 * 2**20  # bytes, unpacked, from which on the files are asked to hold a share of them
SHARE = 1_000  # one byte on disk for so many; only zeros and the like are packed more densely
_MAGIC = b"\x28\xb5\x2f\xfd"  # with which a frame of Zstandard begins

Check = Callable[[str, bytes], None]  # takes a file's name within the recording, and what it holds
CheckRows = Callable[[str, np.ndarray], None]  # takes the name of a chunk, and the rows in it that count


class StoredArray:
    """The rows that count of an array that is stored in the recording at `path`."""

    def __init__(
        self, path: Path, spec: ArraySpec, rows: int, chunk_rows: int, check: Check, check_rows: CheckRows
    ) -> None:
        """Wrap an array of which `rows` count, `chunk_rows` in each chunk. Each chunk is checked before it is used."""
        self.shape = (rows, *spec.shape[1:])
        self.chunk_rows = chunk_rows
        self._path, self._spec, self._check, self._check_rows = path, spec, check, check_rows
        self._dtype = np.dtype(spec.dtype)
        self._nbytes = chunk_rows * row_bytes(spec)  # of a chunk, unpacked
        self._most = self._nbytes + (self._nbytes >> 8) + 2**10  # bytes of its file: Zstandard's own bound

    def read(self, index: Sequence[Index]) -> np.ndarray:
        """Return the values at an index per axis, the last axes whole unless given; a single position drops its axis.

        Raises `RecordingError` where a chunk is gone or is not as it was written, or where the chunks' files are too
        small for what they would become.
        """
        whole = (*index, *map(range, self.shape[len(index) :]))
        lengths = [len(one) if isinstance(one, range) else np.size(one) for one in whole]
        self._require_room(whole[0], math.prod(lengths) * self._dtype.itemsize)
        try:
            chosen = np.empty(lengths, self._dtype)
        except MemoryError as error:
            raise RecordingError(f"{self._path}: {self._spec.name}: {error}: read fewer of its rows at once") from None
        for number, inside, where in parts_of_chunks(whole[0], self.chunk_rows):
            if isinstance(inside, range) and inside == range(self.chunk_rows) and chosen[where].nbytes == self._nbytes:
                self._unpack(number, chosen[where])  # whole
            else:
                chosen[where] = _part(self._unpack(number), (inside, *whole[1:]))
        return chosen.reshape([length for one, length in zip(whole, lengths, strict=True) if not _is_one(one)])

    def _require_room(self, rows: Index, nbytes: int) -> None:
        """Raise `RecordingError` unless all chunks of these rows are there, and large enough for so many bytes."""
        stored, needed = self._stored(rows), nbytes + (self._nbytes if nbytes else 0)
        if needed > MUCH and stored * SHARE < needed:
            raise RecordingError(
                f"{self._path}: {self._spec.name} would take {needed:,} bytes, and its files hold {stored:,}: if it is "
                "yours, read fewer of its rows at once; if somebody gave it to you, it may be made to fill your memory"
            )

    def _stored(self, rows: Index) -> int:
        """Return how many bytes the files of these rows' chunks hold; raises `RecordingError` where one cannot be."""
        stored = 0
        for number, _, _ in parts_of_chunks(rows, self.chunk_rows):
            name = self._file(number)
            size = require_stored(self._path, name).st_size
            if size > self._most:
                raise unlike_error(self._path, name, f"it is larger than a chunk of {self._nbytes:,} bytes can be")
            stored += size
        return stored

    def is_out_of_proportion(self) -> bool:
        """Tell whether it unpacks to so much more than its files hold that it cannot be read at once."""
        nbytes = self.shape[0] * row_bytes(self._spec)
        return nbytes > MUCH and self._stored(range(self.shape[0])) * SHARE < nbytes

    def _unpack(self, number: int, into: np.ndarray | None = None) -> np.ndarray:
        """Return the rows of a chunk. into: where they are to stand, instead of in an array of their own."""
        from numcodecs.zstd import decompress

        rows = np.empty((self.chunk_rows, *self.shape[1:]), self._dtype) if into is None else into
        name = self._file(number)
        stored = read_stored(self._path, name, self._most)
        self._check(name, stored)
        if _unpacked_size(stored) != self._nbytes:
            raise unlike_error(self._path, name, f"it does not unpack to the {self._nbytes:,} bytes of a chunk")
        try:
            if self._nbytes:
                decompress(stored, rows.reshape(-1).view(np.uint8))
        except (RuntimeError, ValueError) as error:  # the one for bytes that are not Zstandard's
            said = (str(error).splitlines() or [type(error).__name__])[0]
            raise RecordingError(f"{self._path} is damaged: {name}: {said}; {AGAIN}") from None
        if sys.byteorder == "big":
            rows.byteswap(inplace=True)
        self._check_rows(name, rows[: self.shape[0] - number * self.chunk_rows])
        return rows

    def _file(self, number: int) -> str:
        return chunk_name(self._spec.name, number, len(self.shape))


def _unpacked_size(stored: bytes) -> int | None:
    """Return how many bytes a frame of Zstandard says that it unpacks to; None where it is none, or does not say it.

    Reference: RFC 8878, section 3.1.1.1.
    """
    if stored[:4] != _MAGIC or len(stored) < 6:
        return None
    single, flag = stored[4] >> 5 & 1, stored[4] >> 6
    width = (single, 2, 4, 8)[flag]
    start = 5 + (not single) + (0, 1, 2, 4)[stored[4] & 3]  # after the size of the window and the dictionary's number
    if not width or len(stored) < start + width:
        return None
    return int.from_bytes(stored[start : start + width], "little") + (256 if flag == 1 else 0)


def _is_one(index: Index) -> bool:
    """Tell whether an index is a single position, which drops its axis."""
    return not isinstance(index, range) and np.ndim(index) == 0


def _part(values: np.ndarray, index: Sequence[Index]) -> np.ndarray:
    """Return what is chosen axis by axis; a single position keeps its axis."""
    for axis, one in enumerate(index):
        chosen = _slice(one) if isinstance(one, range) else np.atleast_1d(one)
        values = values[(slice(None),) * axis + (chosen,)]
    return values


def _slice(positions: range) -> slice:
    """Return a range as NumPy takes it without making an array of it."""
    return (
        slice(positions.start, positions.stop if positions.stop >= 0 else None, positions.step)
        if positions
        else slice(0)
    )
