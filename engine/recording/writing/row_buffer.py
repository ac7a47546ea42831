"""Collects the rows of one array into chunks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from engine.recording.format.layout import ArrayDigest, ArraySpec, chunk_name, seal_of_rows
from engine.recording.writing.chunk_file import write_chunk

Write = Callable[[Callable[[], None], int], None]  # what is to be done, and the bytes that it holds on to
# Takes the name of a file within the recording, the SHA-256 of what it holds, and of its rows where it is not full
Seal = Callable[[str, str, str], None]


class RowBuffer:
    """Holds the rows of one array since the beginning of the chunk that is being filled."""

    def __init__(self, folder: Path, chunks: tuple[int, ...], spec: ArraySpec, write: Write, seal: Seal) -> None:
        """Start at the first row of the array in `folder`. chunks: a chunk's shape. write: a function to queue work."""
        self.name, self.clock = spec.name, spec.clock
        self._folder, self._write, self._seal = folder, write, seal
        self._block = np.empty(chunks, spec.dtype)
        self._start = self._filled = self._flushed = 0
        self._digest = ArrayDigest(spec)

    def take_up(self, rows: np.ndarray) -> None:
        """Go on after the committed rows; those of a begun chunk are kept, since it will be written again."""
        self._filled = len(rows) % len(self._block)
        self._start = len(rows) - self._filled
        self._digest.update(rows[: self._start])
        self._block[: self._filled] = rows[self._start :]

    @property
    def is_empty(self) -> bool:
        """Whether the chunk that is being filled has no rows yet."""
        return self._filled == 0

    @property
    def begun_chunk(self) -> str:
        """The name of the file that will be written again."""
        return chunk_name(self.name, self._start // len(self._block), self._block.ndim)

    def append(self, row: np.ndarray | float) -> None:
        """Append one row; queue the chunk to be written if it is full, and begin the next."""
        self._block[self._filled] = row
        self._filled += 1
        if self._filled == len(self._block):
            self._store(self._block)
            self._write(partial(self._digest.update, self._block), 0)
            self._start, self._block = self._start + self._filled, np.empty_like(self._block)
            self._filled = self._flushed = 0

    def flush(self) -> None:
        """Queue the rows of the begun chunk to be written, if that has not been done."""
        if self._filled > self._flushed:
            self._store(self._block[: self._filled].copy())
            self._flushed = self._filled

    def _store(self, rows: np.ndarray) -> None:
        self._write(partial(self._write_chunk, self._start // len(self._block), rows), rows.nbytes)

    def _write_chunk(self, number: int, rows: np.ndarray) -> None:
        seal = write_chunk(self._folder, number, rows, len(self._block))
        begun = len(rows) < len(self._block)
        self._seal(chunk_name(self.name, number, rows.ndim), seal, seal_of_rows(rows) if begun else "")

    def digest(self, steps: np.ndarray) -> str:
        """Return the digest of all rows, which have these step numbers; nothing can be appended any more."""
        self._digest.update(self._block[: self._filled])
        self._digest.update(steps)
        return self._digest.hexdigest()
