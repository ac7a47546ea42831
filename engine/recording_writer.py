"""Write a recording so that it can be read at any moment, and goes on after a kill at any moment.

Rows wait in memory and reach the disk as whole chunks, in a thread beside the training. A commit writes the begun
chunks too, then the checkpoint to go on from, and last, as one atomic replacement, the header that counts them. A
chunk that is written again keeps its committed rows, and Zarr's local store replaces files atomically, so that no kill
can take back what was committed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from engine.chunk_file import COMPRESSOR, fill_value, write_chunk
from engine.recording import Recording
from engine.recording_format import (
    KEY,
    STEP_PREFIX,
    ArrayDigest,
    ArraySpec,
    Header,
    RecordingError,
    chunk_rows,
    read_header,
    unfinished_path,
)
from engine.scribe import Scribe
from engine.structure import Structure

_Write = Callable[[Callable[[], None], int], None]  # what is to be done, and the bytes that it holds on to


class RecordingWriter:
    """The one that appends to an unfinished recording. Make it with `create` or `resume`."""

    def __init__(self, path: Path, header: Header) -> None:
        """Go on writing the recording that will be called `path`, after the rows that `header` counts."""
        self.path = unfinished_path(path)
        self.header = header
        self._final = path
        self._rows = dict(header.committed)
        self._scribe = Scribe()
        self._group = zarr.open_group(self.path, mode="r+")
        self._columns: dict[str, list[_Column]] = {clock: [] for clock in header.committed}
        for spec in header.arrays.values():
            if spec.clock:
                chunks = _open_array(self.path, spec.name).chunks
                self._columns[spec.clock].append(_Column(self.path / spec.name, chunks, spec, self._write))

    @classmethod
    def create(
        cls,
        path: Path,
        config: dict[str, Any],
        versions: dict[str, str],
        specs: Iterable[ArraySpec],
        steps: Mapping[str, np.ndarray],
        fixed: Mapping[str, np.ndarray],
        structure: Structure | None = None,
    ) -> RecordingWriter:
        """Begin a recording with nothing committed, in place of any unfinished one.

        `steps` gives each clock's step numbers, `fixed` the values of the arrays without a clock,
        `structure` what the model is made of. Raises `RecordingError` where the folder cannot be written.
        """
        numbers = {STEP_PREFIX + clock: values for clock, values in steps.items()}
        arrays = {spec.name: spec for spec in specs}
        for name, counted in numbers.items():
            arrays[name] = ArraySpec(name, ("step",), counted.shape, str(counted.dtype))
        values = {**numbers, **fixed}
        digests = {name: _digest(arrays[name], array) for name, array in fixed.items()}
        told = structure.to_json() if structure else {}
        counted_rows = dict.fromkeys(steps, 0)
        header = Header(config, versions, arrays, committed=counted_rows, digests=digests, structure=told)
        growing = unfinished_path(path)
        with writing(growing):
            if growing.exists():
                shutil.rmtree(growing)
            # The header comes first, so that what a kill leaves here is known as ours.
            group = zarr.create_group(growing, attributes={KEY: header.to_json()})
            rows = chunk_rows(arrays.values())
            stored = {name: _create_array(group, spec, rows[name]) for name, spec in arrays.items()}
            writer = cls(path, header)
        for name, array in values.items():
            writer._write(partial(stored[name].__setitem__, Ellipsis, array))
        return writer

    @classmethod
    def resume(cls, path: Path) -> RecordingWriter | None:
        """Go on with the unfinished recording on its way to `path`; None where nothing was committed yet."""
        growing = unfinished_path(path)
        try:
            header = read_header(growing)
        except RecordingError:
            return None
        if not header.checkpoint:
            return None
        with writing(growing):
            for leftover in growing.rglob("*.partial"):
                leftover.unlink()
            writer = cls(path, header)
            recording = Recording.open(growing)
            for columns in writer._columns.values():
                for column in columns:
                    column.take_up(recording.read(column.name))
            return writer

    def append(self, clock: str, row: Mapping[str, np.ndarray | float]) -> None:
        """Add one row to every array of the clock."""
        for column in self._columns[clock]:
            column.append(row[column.name])
        self._rows[clock] += 1

    def ends_chunk(self, clock: str) -> bool:
        """Tell whether the last row filled the clock's chunks, so that a commit writes hardly more than a header."""
        return all(column.is_empty for column in self._columns[clock])

    def commit(self, checkpoint: bytes, wall: Mapping[str, Any], *, wait: bool = True) -> None:
        """Make all rows so far count, together with the checkpoint to go on from.

        With `wait` they count when this returns, otherwise a little later. Raises `RecordingError` where the disk is
        full or cannot be written; without `wait` the next call does.
        """
        for columns in self._columns.values():
            for column in columns:
                column.flush()
        name = f"checkpoint-{sum(self._rows.values()):010d}.pt"
        last = self.header.checkpoint
        self.header = replace(self.header, committed=dict(self._rows), checkpoint=name, wall=dict(wall))
        self._write(partial(self._count, self.header, checkpoint, last))
        if wait:
            self._scribe.wait()

    def _count(self, header: Header, checkpoint: bytes, last: str) -> None:
        """Put a checkpoint into its place, then the header that counts what was written before."""
        draft = self.path / f"{header.checkpoint}.partial"
        draft.write_bytes(checkpoint)
        draft.replace(self.path / header.checkpoint)
        _write_header(self._group, header)
        if last not in ("", header.checkpoint):
            (self.path / last).unlink(missing_ok=True)

    def _write(self, task: Callable[[], None], nbytes: int = 0) -> None:
        """Have something written, in its turn."""

        def told_clearly() -> None:
            with writing(self.path):
                task()

        self._scribe.give(told_clearly, nbytes)

    def stop(self) -> None:
        """Write nothing more; what was committed with `wait` is kept, what came later may be lost."""
        self._scribe.stop()

    def read_checkpoint(self) -> bytes:
        """Return the checkpoint of the last commit."""
        try:
            return (self.path / self.header.checkpoint).read_bytes()
        except OSError as error:
            raise RecordingError(
                f"{self.path} cannot be resumed: {error.strerror}: {self.header.checkpoint}; begin again with --force"
            ) from None

    def complete(self) -> Recording:
        """Digest what was committed, mark the recording as complete and give it its name."""
        self._scribe.wait()
        with writing(self.path):
            self.header = self.header.finished({**self.header.digests, **self._digests()})
            _write_header(self._group, self.header)
        return publish(self._final)

    def _digests(self) -> dict[str, str]:
        """Return the digest of every array with a clock."""
        recording = Recording.open(self.path)
        digests: dict[str, str] = {}
        for columns in self._columns.values():
            steps = recording.steps(columns[0].name) if columns else np.empty(0)
            digests |= {column.name: column.digest(steps) for column in columns}
        return digests


class _Column:
    """The rows of one array since the beginning of the chunk that is being filled."""

    def __init__(self, folder: Path, chunks: tuple[int, ...], spec: ArraySpec, write: _Write) -> None:
        """Start at the first row of the array stored in `folder`. write: has something done in its turn."""
        self.name = spec.name
        self._folder, self._write = folder, write
        self._block = np.empty(chunks, spec.dtype)
        self._start = self._filled = 0
        self._digest = ArrayDigest(spec)

    def take_up(self, rows: np.ndarray) -> None:
        """Go on after the committed rows; those of a begun chunk are kept, since it will be written again."""
        self._filled = len(rows) % len(self._block)
        self._start = len(rows) - self._filled
        self._digest.update(rows[: self._start])
        self._block[: self._filled] = rows[self._start :]

    @property
    def is_empty(self) -> bool:
        """Whether a chunk has just been written."""
        return self._filled == 0

    def append(self, row: np.ndarray | float) -> None:
        """Take one row in; have the chunk written if it is full, and begin the next."""
        self._block[self._filled] = row
        self._filled += 1
        if self._filled == len(self._block):
            self._store(self._block)
            self._write(partial(self._digest.update, self._block), 0)
            self._start, self._filled, self._block = self._start + self._filled, 0, np.empty_like(self._block)

    def flush(self) -> None:
        """Have what the chunk holds so far written."""
        if self._filled:
            self._store(self._block[: self._filled].copy())

    def _store(self, rows: np.ndarray) -> None:
        chunk_rows = len(self._block)
        task = partial(write_chunk, self._folder, self._start // chunk_rows, rows, chunk_rows)
        self._write(task, rows.nbytes)

    def digest(self, steps: np.ndarray) -> str:
        """Return the digest of all rows, which have these step numbers; nothing can be appended any more."""
        self._digest.update(self._block[: self._filled])
        self._digest.update(steps)
        return self._digest.hexdigest()


def publish(path: Path) -> Recording:
    """Move the complete recording from where it grew to `path`, in place of the one there."""
    growing = unfinished_path(path)
    replaced = path.with_name(f"{path.stem}.replaced{path.suffix}")
    with writing(path):
        for leftover in growing.glob("checkpoint-*"):
            leftover.unlink()
        shutil.rmtree(replaced, ignore_errors=True)
        if path.exists():
            path.rename(replaced)
        growing.rename(path)
        shutil.rmtree(replaced, ignore_errors=True)
    return Recording.open(path)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a full disk, or a folder that cannot be written, into one clear line."""
    try:
        yield
    except OSError as error:
        raise RecordingError(
            f"{path} cannot be written: {error.strerror or error}; choose another --out, or mend it: "
            "what was committed is kept, and --resume goes on with it"
        ) from None


def _open_array(path: Path, name: str) -> zarr.Array[Any]:
    try:
        return zarr.open_array(store=str(path / name), mode="r+")
    except Exception as error:  # zarr raises many kinds for metadata that are not its own
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise RecordingError(f"{path} is damaged: {name}: {said}; train it again with --force") from None


def _digest(spec: ArraySpec, values: np.ndarray) -> str:
    digest = ArrayDigest(spec)
    digest.update(values)
    return digest.hexdigest()


def _create_array(group: zarr.Group, spec: ArraySpec, rows: int) -> zarr.Array[Any]:
    return group.create_array(
        spec.name,
        shape=spec.shape,
        dtype=spec.dtype,
        chunks=(rows, *spec.shape[1:]),
        compressors=COMPRESSOR,
        fill_value=fill_value(spec.dtype),
        dimension_names=spec.axes,
        attributes={"clock": spec.clock} if spec.clock else {},
        config={"write_empty_chunks": True},  # so that a chunk that is gone can be told from zeros
    )


def _write_header(group: zarr.Group, header: Header) -> None:
    """Replace the group's metadata by one that carries the header; the store does it atomically."""
    group.update_attributes({KEY: header.to_json()})
