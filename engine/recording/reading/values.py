"""Reads the values of a recording's arrays; none is returned unless it is what was written.

A stored file is checked against its seal before it is used first. Of a complete recording that has no seals, of format
1, each array is checked against its digest, for which it is read whole once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from engine.recording.format.array_metadata import METADATA_BYTES, chunk_rows_of, row_bytes
from engine.recording.format.files import read_stored
from engine.recording.format.header import Header
from engine.recording.format.layout import METADATA, STEP_PREFIX, ArrayDigest, ArraySpec, changed_error
from engine.recording.format.older import values_fit
from engine.recording.format.selections import Index
from engine.recording.reading.seals import require_rows, require_unchanged
from engine.recording.reading.stored_array import StoredArray


class StoredValues:
    """The values of the arrays of the recording in the folder `path`, as far as its header counts them."""

    def __init__(self, path: Path, header: Header) -> None:
        """Open nothing yet."""
        self._path, self._header = path, header
        self._opened: dict[str, StoredArray] = {}
        self._unchanged: set[str] = set()  # the files that were held against their seals
        self._right: set[str] = set()  # the chunks whose rows were
        self._fitting: set[str] = set()  # the arrays that were held against their digests

    def part(self, spec: ArraySpec, index: Sequence[Index]) -> np.ndarray:
        """Return the values of an array at an index for each axis, not to be written to; see `StoredArray.read`.

        Raises `RecordingError` where what is stored is damaged, or is not what was written.
        """
        self._require_digest(spec)
        return self._part(spec, index)

    def steps(self, clock: str) -> np.ndarray:
        """Return the numbers of a clock's steps, int64; raises `RecordingError` as `part` does."""
        counting = [
            spec for name, spec in self._header.arrays.items() if spec.clock == clock and name != _numbers(clock)
        ]
        if counting:  # the numbers are part of the digest of each array that goes by them
            self._require_digest(min(counting, key=row_bytes))
        return self._steps(clock)

    def open(self, spec: ArraySpec) -> StoredArray:
        """Return an array that is stored as the header says; raises `RecordingError` where it is not."""
        if spec.name not in self._opened:
            file = f"{spec.name}/{METADATA}"
            stored = read_stored(self._path, file, METADATA_BYTES)
            self._require_unchanged(file, stored)
            rows, chunk_rows = self._header.rows(spec), chunk_rows_of(self._path, self._header, spec, stored)
            checks = self._require_unchanged, self._require_rows
            self._opened[spec.name] = StoredArray(self._path, spec, rows, chunk_rows, *checks)
        return self._opened[spec.name]

    def digest(self, spec: ArraySpec) -> str:
        """Return the digest of an array's values as they are stored now."""
        digest = ArrayDigest(spec)
        for values in self._blocks(spec):
            digest.update(values)
        if spec.clock:
            digest.update(self._steps(spec.clock))
        return digest.hexdigest()

    def _require_digest(self, spec: ArraySpec) -> None:
        if self._header.sealed or not self._header.complete or spec.name in self._fitting:
            return
        if self.open(spec).is_out_of_proportion():
            return  # all zeros or the like, whose digest would take a long time: it can be read in parts only
        steps = self._steps(spec.clock) if spec.clock else None
        if not values_fit(spec, partial(self._blocks, spec), steps, self._header.digests[spec.name]):
            raise changed_error(self._path, spec.name)
        self._fitting.add(spec.name)

    def _part(self, spec: ArraySpec, index: Sequence[Index]) -> np.ndarray:
        part = self.open(spec).read(index)
        part.setflags(write=False)
        return part

    def _steps(self, clock: str) -> np.ndarray:
        return self._part(self._header.arrays[_numbers(clock)], (range(self._header.committed[clock]),))

    def _blocks(self, spec: ArraySpec) -> Iterator[np.ndarray]:
        """Yield the rows of an array, those of a chunk at a time."""
        rows, chunk_rows = self._header.rows(spec), self.open(spec).chunk_rows
        for start in range(0, rows, chunk_rows):
            yield self._part(spec, (range(start, min(start + chunk_rows, rows)),))

    def _require_unchanged(self, file: str, stored: bytes) -> None:
        """Look that a file that holds these bytes is the one that was written."""
        if file not in self._unchanged:
            require_unchanged(self._path, self._header, file, stored)
            self._unchanged.add(file)

    def _require_rows(self, chunk: str, rows: np.ndarray) -> None:
        """Look that the rows that count of a chunk, which may have been begun only, are the ones that were written."""
        if chunk not in self._right:
            require_rows(self._path, self._header, chunk, rows)
            self._right.add(chunk)


def _numbers(clock: str) -> str:
    """Return the name of the array that numbers a clock's steps."""
    return STEP_PREFIX + clock
