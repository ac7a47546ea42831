"""Reads a recording of a training, from which alone films are drawn.

It opens without torch and without Zarr, so that asking for digests is cheap. A stored file is checked against its seal
before it is used first, and an array of a recording that has no seals against its digest, so that what is read is what
was written. Anybody may have written anything into it: the worst that comes of that is a `RecordingError` of one line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.recording.format.encoded_names import encoded_name
from engine.recording.format.files import stored_files
from engine.recording.format.header import Header, read_header
from engine.recording.format.layout import (
    AGAIN,
    METADATA,
    STEP_PREFIX,
    ArraySpec,
    ForeignRecordingError,
    RecordingError,
    digest_of_json,
    path_now,
    unreadable_error,
)
from engine.recording.format.selections import Index, Positions, Selection, index_of, positions_as_json, positions_of
from engine.recording.format.structure import Structure
from engine.recording.reading.array_info import ArrayInfo, Read
from engine.recording.reading.calls import ArraysByName, StoredPart, calls_in, part_called, rule_of_part
from engine.recording.reading.rows import rows_there, stored_rows
from engine.recording.reading.values import StoredValues

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["ArrayInfo", "ForeignRecordingError", "Read", "Recording", "RecordingError"]


class Recording:
    """Arrays with named axes, recorded while a network learned. Open one with `Recording.open`."""

    def __init__(self, path: Path, header: Header, names: frozenset[str], asked: Container[str] = ()) -> None:
        """Wrap the recording in the folder `path`, of which only `names` may be read. asked: names of single calls."""
        self.path = path
        self.reads: list[Read] = []
        self.clock: Callable[[], float] = lambda: 0.0
        self._header = header
        self._names, self._asked = names, asked
        self._values = StoredValues(path, header)

    @classmethod
    def open(cls, path: str | Path) -> Recording:
        """Open the recording at `path`, or, where there is only that, the unfinished one that will be there.

        Raises `RecordingError` where there is none, or what is there is foreign or damaged.
        """
        wanted = Path(path)
        found = path_now(wanted)
        try:
            return cls._found(found)
        except RecordingError:
            if path_now(wanted) == found:
                raise
            return cls._found(wanted)  # it has been completed meanwhile

    @classmethod
    def _found(cls, path: Path) -> Recording:
        header = read_header(path)
        if not header.complete and not header.checkpoint:
            raise RecordingError(f"{path} was stopped before anything was committed: run the training again")
        for name in header.arrays:
            if not os.path.lexists(path / name / METADATA):
                raise RecordingError(f"{path} is damaged: the array {name} is gone; {AGAIN}")
        return cls(path, header, frozenset(name for name in header.arrays if not name.startswith(STEP_PREFIX)))

    @property
    def name(self) -> str:
        """The name of the experiment."""
        return str(self.config["name"])

    @property
    def config(self) -> dict[str, Any]:
        """The settings of the experiment, as `TrainingConfig.config` gives them."""
        return self._header.config

    @property
    def versions(self) -> dict[str, str]:
        """The versions of Python and of the packages that computed it."""
        return self._header.versions

    @property
    def complete(self) -> bool:
        """Whether the recording is complete; a growing one is not."""
        return self._header.complete

    @property
    def sealed(self) -> bool:
        """Whether its files have seals, which those of an older neuroreel do not."""
        return self._header.sealed

    @property
    def digest(self) -> str:
        """The SHA-256 over arrays, config, versions and structure; "" until complete."""
        return self._header.digest

    @property
    def wall(self) -> dict[str, Any]:
        """The seconds of training and other times on the wall clock; no part of the digest."""
        return self._header.wall

    @property
    def origin(self) -> dict[str, Any]:
        """What the numbers came from: digests of data and models, the machine of timings; no part of the digest."""
        return self._header.origin

    @cached_property
    def structure(self) -> Structure | None:
        """The structure of the recorded model; None where it was not traced."""
        try:
            return Structure.from_json(self._header.structure) if self._header.structure else None
        except ValueError as error:
            raise RecordingError(f"{self.path} is damaged: structure: {error}; {AGAIN}") from None

    @cached_property
    def last_step(self) -> int:
        """The number of the last step at which anything was recorded; 0 where nothing has steps."""
        numbers = [self._values.steps(clock) for clock, rows in self._header.committed.items() if rows]
        return max((int(steps[-1]) for steps in numbers), default=0)

    @cached_property
    def arrays(self) -> Mapping[str, ArrayInfo]:
        """The arrays that can be read, by name; a call that one holds can be looked up as `relu#2.activation`."""
        return ArraysByName(
            {name: self._info(self._header.arrays[name]) for name in sorted(self._names)}, self._info_of_call
        )

    def calls(self, name: str) -> list[str]:
        """Return the names by which the calls that an array holds are read; its own where it is of a single call.

        Of a recording of which single calls were asked for, those.
        """
        every = calls_in(self._part(name).spec, self.config)
        return [call for call in every if call in self._asked] or every

    def sampled(self, name: str) -> dict[str, Any] | None:
        """Return by which rule an array was recorded in part; None where it was recorded whole.

        `of` are the lengths of the whole, without steps, and `every` the distances between what was recorded, by axis.
        """
        return rule_of_part(self._part(name), self.config)

    def strides(self, name: str) -> dict[str, int]:
        """Return the distances between the recorded positions of an array, by those axes along which they are not 1."""
        rule = self.sampled(name)
        return rule["every"] if rule else {}

    def read(self, name: str, **selection: Selection) -> np.ndarray:
        """Return the values of an array, or of a part of it, as a plain read-only array.

        `selection` gives a position, a slice or a list of positions for an axis by its name; a single position drops
        its axis. `read("layer1.weight", step=-1)` is the last snapshot, (out, in). Raises `RecordingError` where a
        name, axis or position is unknown, and where the stored data is damaged.
        """
        part = self._part(name)
        spec, lengths = part.spec, self._shape(part)
        for axis in selection:
            if axis not in spec.axes:
                raise RecordingError(f"{name} has no axis {axis!r}; its axes are {', '.join(spec.axes)}")
        chosen: dict[str, Positions] = {
            axis: positions_of(name, axis, selection.get(axis, slice(None)), length)
            for axis, length in zip(spec.axes, lengths, strict=True)
        }
        chosen = {axis: chosen.get(axis, part.fixed.get(axis, 0)) for axis in part.stored.axes}
        self._log(part.stored, chosen)
        return self._values_at(part.stored, tuple(index_of(positions) for positions in chosen.values()))

    def steps(self, name: str) -> np.ndarray:
        """Return the step numbers along the array's `step` axis, int64."""
        spec = self._part(name).stored
        if not spec.clock:
            raise RecordingError(f"{name} has no steps; its axes are {', '.join(spec.axes)}")
        return self._steps(spec)

    def at_step(self, name: str, number: int) -> int:
        """Return the position of the snapshot taken at step `number`; raises `RecordingError` where there is none."""
        steps = self.steps(name)
        position = int(np.searchsorted(steps, number))
        if position < len(steps) and steps[position] == number:
            return position
        if not len(steps):
            raise RecordingError(f"{name} has no snapshot yet: go on with `neuroreel train --resume`")
        nearest = int(steps[np.abs(steps - number).argmin()])
        raise RecordingError(f"{name} was not recorded at step {number}; the nearest is {nearest}")

    def as_xarray(self, name: str) -> xr.DataArray:
        """Return the array, not of a single call, as xarray's, with its step numbers as coordinate; not read yet."""
        spec = self._stored(name)
        self._log(spec, {})
        coordinates = {"step": self._steps(spec)} if spec.clock else {}
        return view("xarray_view").lazy_array(partial(self._values_at, spec), self._info(spec), coordinates)

    def _repr_html_(self) -> str:
        """Show in a notebook what there is to be read."""
        shown: str = view("html_view").recording_html(self)
        return shown

    def only(self, names: Iterable[str]) -> Recording:
        """Return the same recording, of which nothing but `names` can be read, with a log of its own."""
        asked = frozenset(names)
        return Recording(self.path, self._header, frozenset(self._part(name).stored.name for name in asked), asked)

    def digest_of(self, names: Iterable[str]) -> str:
        """Return one digest over the stored digests of these arrays; no array is read."""
        if not self.complete:
            raise RecordingError(f"{self.path} is unfinished: finish it with `neuroreel train --resume`")
        stored = (self._part(name).stored.name for name in names)
        return digest_of_json({name: self._header.digests[name] for name in stored})

    def digests_now(self) -> dict[str, str]:
        """Return the digests of the arrays' values as they are stored now, by name; all of them are read for that."""
        return {name: self._values.digest(self._header.arrays[name]) for name in sorted(self._names)}

    def _part(self, name: str) -> StoredPart:
        """Return the array, or the call of one, that a name stands for."""
        part = self._part_of_call(name)
        return StoredPart(spec := self._stored(name), spec, {}) if part is None else part

    def _part_of_call(self, name: str) -> StoredPart | None:
        part = part_called(name, self._header.arrays, self.config)
        return part if part is not None and part.stored.name in self._names else None

    def _stored(self, name: str) -> ArraySpec:
        for known in (name, encoded_name(name)):  # as the model has it
            if known in self._names:
                return self._header.arrays[known]
        if name in self._header.arrays:
            raise RecordingError(f"{name} was not asked for: only {', '.join(sorted(self._names))} can be read here")
        near = get_close_matches(name, self._names, n=1, cutoff=0.0)
        hint = f"the nearest is {near[0]}" if near else "it has none"
        raise RecordingError(f"the recording {self.path} has no array {name!r}; {hint}")

    def _shape(self, part: StoredPart) -> tuple[int, ...]:
        kept = self._kept(part.stored)
        return (self._header.rows(part.stored) if kept is None else len(kept), *part.spec.shape[1:])

    def _kept(self, spec: ArraySpec) -> np.ndarray | None:
        return rows_there(spec, self._header.rows(spec), self.config)

    def _steps(self, spec: ArraySpec) -> np.ndarray:
        steps, kept = self._values.steps(spec.clock), self._kept(spec)
        return steps if kept is None else steps[kept]

    def _values_at(self, spec: ArraySpec, index: tuple[Index, ...]) -> np.ndarray:
        kept = self._kept(spec)
        return self._values.part(spec, index if kept is None else (stored_rows(index[0], kept), *index[1:]))

    def _info_of_call(self, name: str) -> ArrayInfo | None:
        if (part := self._part_of_call(name)) is None:
            return None
        return replace(self._info(part.stored), name=name, axes=part.spec.axes, shape=self._shape(part))

    def _info(self, spec: ArraySpec) -> ArrayInfo:
        if not self.sealed:  # then nothing else tells of axes that were renamed
            self._values.open(spec)
        try:
            stored = sum(found.st_size for _, found in stored_files(self.path, spec.name))
        except OSError as error:
            raise unreadable_error(self.path, spec.name, error) from None
        digest = self._header.digests.get(spec.name, "")
        shape = self._shape(StoredPart(spec, spec, {}))
        return ArrayInfo(spec.name, spec.axes, shape, np.dtype(spec.dtype), stored, digest)

    def _log(self, spec: ArraySpec, chosen: Mapping[str, Positions]) -> None:
        lengths = dict(zip(spec.axes, self._shape(StoredPart(spec, spec, {})), strict=True))
        entry = Read(spec.name, positions_as_json(chosen, lengths), round(self.clock(), 3))
        if entry not in self.reads:
            self.reads.append(entry)


def view(name: str) -> Any:
    """Import a module that shows recordings to people and other libraries, by its name.

    Imported by its name it is no part of what a film is drawn with, so that no picture changes with it.
    """
    return import_module(f"engine.recording.views.{name}")
