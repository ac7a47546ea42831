"""Writes a recording so that it can be read at any moment, and resumed after a kill at any moment.

Rows wait in memory and reach the disk as whole chunks, in a thread beside the training. A commit writes the begun
chunks too, then the checkpoint to resume from, and last, as one atomic replacement, the header that counts them. A
chunk that is written again keeps its committed rows, and every file is replaced atomically, so that no kill can undo a
commit. Files are hashed as they are written, so that the header seals each file that is written for good.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from engine.files.replacing import sync, written_whole
from engine.recording.format.files import open_stored, stored_files
from engine.recording.format.header import Header, read_header, require_readable, write_header
from engine.recording.format.layout import (
    CHECKPOINT,
    METADATA,
    MOST_CHUNK_ROWS,
    STEP_PREFIX,
    ArrayDigest,
    ArraySpec,
    RecordingError,
    chunk_name,
    chunk_rows,
    unfinished_path,
)
from engine.recording.format.structure import Structure
from engine.recording.reading.recording import Recording
from engine.recording.reading.seals import check_recording, seal_of
from engine.recording.writing.arrays import chunk_shape, create_array, remove_uncounted, set_rows
from engine.recording.writing.chunk_file import write_chunk
from engine.recording.writing.publishing import make_room, publish, writing
from engine.recording.writing.row_buffer import RowBuffer
from engine.recording.writing.write_queue import WriteQueue


class RecordingWriter:
    """Appends to an unfinished recording. Make one with `create` or `resume`."""

    def __init__(self, path: Path, header: Header, seals: Mapping[str, str]) -> None:
        """Go on writing the recording that will be called `path`, after the rows that `header` counts.

        seals: the SHA-256 of each stored file, by its name.
        """
        self.path = unfinished_path(path)
        self.header = replace(header, begun={})  # from now on told by what is written
        self._final = path
        self._rows = dict(header.committed)
        self._queue = WriteQueue()
        self._seals = dict(seals)  # changed in the queue's thread alone, as is what it wrote since the last commit:
        self._unsynced: set[str] = set()
        self._of_rows: dict[str, str] = {}
        self._columns: dict[str, list[RowBuffer]] = {clock: [] for clock in header.committed}
        for spec in header.arrays.values():
            if spec.clock:
                self._columns[spec.clock].append(self._column(spec, chunk_shape(self.path, header, spec)))

    def _column(self, spec: ArraySpec, chunks: tuple[int, ...]) -> RowBuffer:
        return RowBuffer(self.path / spec.name, chunks, spec, self._write, self._seal)

    def _seal(self, name: str, seal: str, of_rows: str = "") -> None:
        """Note that a file was written, the SHA-256 of what it holds, and of its rows if more of them will come."""
        self._seals[name], self._of_rows[name] = seal, of_rows
        self._unsynced.add(name)

    @property
    def _endless(self) -> list[str]:
        """The clocks whose step numbers grow with their rows."""
        return [clock for clock in self._columns if self.header.arrays[STEP_PREFIX + clock].clock]

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
        origin: Mapping[str, Any] | None = None,
    ) -> RecordingWriter:
        """Begin a recording with nothing committed, in place of any unfinished one.

        steps: each clock's step numbers. fixed: the values of the arrays without a clock. structure: the model's
        structure. origin: what the numbers come from (see `Header`). Raises `RecordingError` where the folder cannot be
        written, or something lies there that is not ours.
        """
        numbers = {STEP_PREFIX + clock: values for clock, values in steps.items()}
        counted = [ArraySpec(name, ("step",), values.shape, str(values.dtype)) for name, values in numbers.items()]
        arrays = {spec.name: spec for spec in (*specs, *counted)}
        values = {**numbers, **fixed}
        digests = {name: _digest(arrays[name], array) for name, array in fixed.items()}
        told = structure.to_json() if structure else {}
        counted_rows = dict.fromkeys(steps, 0)
        header = Header(
            config,
            versions,
            arrays,
            committed=counted_rows,
            digests=digests,
            structure=told,
            origin=dict(origin or {}),
        )
        growing = unfinished_path(path)
        require_readable(path, header)
        make_room(growing)
        with writing(growing):
            growing.mkdir(parents=True)
            write_header(growing, header)  # first, so that what a kill leaves here is known as ours
            rows = chunk_rows(arrays.values())
            seals = {f"{name}/{METADATA}": create_array(growing, spec, rows[name]) for name, spec in arrays.items()}
            writer = cls(path, header, seals)
            for name, array in values.items():
                writer._write(partial(writer._write_whole, name, array, rows[name]))
        return writer

    @classmethod
    def resume(cls, path: Path) -> RecordingWriter | None:
        """Return a writer that resumes the unfinished recording of `path`; None where nothing was committed yet.

        Raises `RecordingError` where a file is gone, or is not the one that was written.
        """
        growing = unfinished_path(path)
        try:
            header = read_header(growing)
        except RecordingError:
            return None
        if not header.checkpoint:
            return None
        with writing(growing):
            check_recording(growing)
            remove_uncounted(growing, header)
            stored = (name for name, _ in stored_files(growing) if not name.startswith("checkpoint-"))
            begun = (name for name in stored if name not in header.seals)
            seals = {**header.seals, **{name: seal_of(growing / name) for name in begun}}
        seals = {name: seal for name, seal in seals.items() if not CHECKPOINT.fullmatch(name)}
        try:
            return cls._taken_up(path, header, seals)
        except MemoryError as error:
            raise RecordingError(f"{growing} cannot be resumed: {error}; begin again with --force") from None

    @classmethod
    def _taken_up(cls, path: Path, header: Header, seals: Mapping[str, str]) -> RecordingWriter:
        """Return the writer that goes on after the rows that the header of an unfinished recording counts."""
        writer = cls(path, header, seals)
        recording = Recording(writer.path, header, frozenset(header.arrays))
        try:
            for columns in writer._columns.values():
                for column in columns:
                    column.take_up(recording.read(column.name))
        except BaseException:
            writer.stop()
            raise
        return writer

    def add_endless(self, clock: str, specs: Iterable[ArraySpec]) -> None:
        """Begin a clock whose number of steps is unknown. specs: its arrays, with the shapes of one step."""
        numbers = ArraySpec(STEP_PREFIX + clock, (), (), "int64")
        grown = [
            ArraySpec(spec.name, ("step", *spec.axes), (MOST_CHUNK_ROWS, *spec.shape), spec.dtype, clock)
            for spec in (*specs, numbers)
        ]
        rows = chunk_rows(grown)
        with writing(self.path):
            made = {f"{spec.name}/{METADATA}": create_array(self.path, spec, rows[spec.name]) for spec in grown}
        self._write(partial(self._seals.update, made))
        self._columns[clock] = [self._column(spec, (rows[spec.name], *spec.shape[1:])) for spec in grown]
        self._rows[clock] = 0
        self.header = replace(self.header, arrays={**self.header.arrays, **{spec.name: spec for spec in grown}})

    def tell(self, config: Mapping[str, Any]) -> None:
        """Put further entries into the config, or others in place of some."""
        self.header = replace(self.header, config={**self.header.config, **config})

    def append(self, clock: str, row: Mapping[str, np.ndarray | float], *, step: int | None = None) -> None:
        """Add one row to every array of the clock. step: the step's number, where it was not known beforehand."""
        if step is not None:
            row = {**row, STEP_PREFIX + clock: step}
        for column in self._columns[clock]:
            column.append(row[column.name])
        self._rows[clock] += 1

    def ends_chunk(self, clock: str) -> bool:
        """Tell whether the last row filled the clock's chunks, so that a commit writes hardly more than a header."""
        return all(column.is_empty for column in self._columns[clock])

    def commit(self, checkpoint: bytes, wall: Mapping[str, Any], *, wait: bool = True) -> None:
        """Make all rows so far count, together with the checkpoint to resume from.

        wait: whether they count when this returns, or a little later. Raises `RecordingError` where the disk is full or
        cannot be written; without `wait` the next call does.
        """
        for columns in self._columns.values():
            for column in columns:
                column.flush()
        name = f"checkpoint-{sum(self._rows.values()):010d}.pt"
        last = self.header.checkpoint
        for clock in self._endless:
            room = self.header.arrays[STEP_PREFIX + clock].shape[0]
            if self._rows[clock] > room:
                self._make_room(clock, max(self._rows[clock], 2 * room))
        self.header = replace(self.header, committed=dict(self._rows), checkpoint=name, wall=dict(wall))
        self._write(partial(self._count, self.header, checkpoint, last, self._begun()))
        if wait:
            self._queue.wait()

    def _begun(self) -> set[str]:
        """Return the names of the files that will be written again: begun chunks, and metadata of growing arrays."""
        chunks = {column.begun_chunk for columns in self._columns.values() for column in columns}
        return chunks | {f"{spec.name}/{METADATA}" for clock in self._endless for spec in self._specs_of(clock)}

    def _count(self, header: Header, checkpoint: bytes, last: str, begun: set[str]) -> None:
        """Put a checkpoint into its place, then the header that counts what was written before, and seals it.

        All that it counts is on the disk before it is, so that even after a power failure it counts nothing that is
        lost.
        """
        with written_whole(self.path / header.checkpoint, recovering=False, durable=True) as draft:
            draft.write_bytes(checkpoint)
        sync(self.path / name for name in sorted(self._unsynced))
        self._unsynced.clear()
        seals = {name: seal for name, seal in self._seals.items() if name not in begun}
        seals[header.checkpoint] = hashlib.sha256(checkpoint).hexdigest()
        of_rows = {name: self._of_rows[name] for name in begun if self._of_rows.get(name)}
        write_header(self.path, replace(header, seals=seals, begun=of_rows), durable=True)
        if last not in ("", header.checkpoint):
            (self.path / last).unlink(missing_ok=True)

    def _make_room(self, clock: str, rows: int) -> None:
        """Set the number of rows of a clock's arrays."""
        specs = {spec.name: replace(spec, shape=(rows, *spec.shape[1:])) for spec in self._specs_of(clock)}
        self.header = replace(self.header, arrays={**self.header.arrays, **specs})
        for name in specs:
            self._write(partial(self._set_rows, name, rows))

    def _set_rows(self, name: str, rows: int) -> None:
        self._seal(f"{name}/{METADATA}", set_rows(self.path / name, rows))

    def _write_whole(self, name: str, values: np.ndarray, rows: int) -> None:
        """Write an array of which everything is known, so many rows a chunk."""
        for number in range(-(-len(values) // rows)):
            seal = write_chunk(self.path / name, number, values[number * rows : (number + 1) * rows], rows)
            self._seal(chunk_name(name, number, values.ndim), seal)

    def _specs_of(self, clock: str) -> list[ArraySpec]:
        return [spec for spec in self.header.arrays.values() if spec.clock == clock]

    def _write(self, task: Callable[[], None], nbytes: int = 0) -> None:
        """Queue a task that writes."""

        def told_clearly() -> None:
            with writing(self.path):
                task()

        self._queue.put(told_clearly, nbytes)

    def stop(self) -> None:
        """Write nothing more; what was committed with `wait` is kept, what came later may be lost."""
        self._queue.stop()

    def read_checkpoint(self) -> bytes:
        """Return the checkpoint of the last commit; raises `RecordingError` where it is gone or cannot be read."""
        with open_stored(self.path, self.header.checkpoint) as file:
            return file.read()

    def complete(self) -> Recording:
        """Digest what was committed, mark the recording as complete and give it its name."""
        for clock in self._endless:
            self._make_room(clock, self._rows[clock])
        self._queue.wait()
        with writing(self.path):
            self.header = self.header.finished({**self.header.digests, **self._digests()}, self._seals)
            sync(self.path / name for name in sorted(self._unsynced))
            write_header(self.path, self.header, durable=True)
        return publish(self._final)

    def _digests(self) -> dict[str, str]:
        """Return the digest of every array with a clock."""
        recording = Recording(self.path, self.header, frozenset(self.header.arrays))
        digests: dict[str, str] = {}
        for columns in self._columns.values():
            told = [column for column in columns if not column.name.startswith(STEP_PREFIX)]
            steps = recording.steps(told[0].name) if told else np.empty(0)
            digests |= {column.name: column.digest(steps) for column in told}
        return digests


def _digest(spec: ArraySpec, values: np.ndarray) -> str:
    digest = ArrayDigest(spec)
    digest.update(values)
    return digest.hexdigest()
