"""Reads and writes the header of a recording, which describes all of it.

The file is the metadata of the Zarr group, `zarr.json`. It carries a seal, the SHA-256 of its own bytes with zeros
where the seal stands, so that no byte of it can change without being noticed, not even a blank.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.files.door import DoorError, parsed
from engine.files.replacing import written_whole
from engine.recording.format.files import read_stored
from engine.recording.format.header_check import check_header
from engine.recording.format.layout import (
    AGAIN,
    BEGUN_SEALED,
    FORMAT,
    KEY,
    METADATA,
    SEALED,
    STEP_PREFIX,
    ArraySpec,
    ForeignRecordingError,
    NewerRecordingError,
    RecordingError,
    changed_error,
    digest_of_json,
)
from engine.recording.format.older import header_fits

_IDENTITY = 1  # of what enters a recording's digest; seals do not, so that it is the same with and without them
_BLANK = "0" * 64  # where the seal will stand
_SEAL = re.compile("[0-9a-f]{64}")
HEADER_BYTES = 40 * 2**20  # of its file: 200,000 seals of files with names of 140 letters


@dataclass(frozen=True)
class Header:
    """The description of a recording, which alone tells how many of its rows count.

    structure: the model's, as `Structure.to_json` gives it; {} where it was not traced. origin: what the numbers came
    from besides the config, such as digests of data sets and models and the machine that timed them; no part of the
    digest. seals: the SHA-256 of each file that will not be written again, by its name within the recording. begun: the
    SHA-256 of the rows that count, of each chunk that will be written again. format: the format of the recording as it
    was read; a header is written in the first one that has all that is in it.
    """

    config: dict[str, Any]
    versions: dict[str, str]
    arrays: dict[str, ArraySpec]
    committed: dict[str, int]
    checkpoint: str = ""
    complete: bool = False
    digests: dict[str, str] = field(default_factory=dict)
    digest: str = ""
    wall: dict[str, Any] = field(default_factory=dict)
    structure: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, Any] = field(default_factory=dict)
    seals: dict[str, str] = field(default_factory=dict)
    begun: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def sealed(self) -> bool:
        """Whether the files of the recording have seals."""
        return self.format >= SEALED

    @property
    def endless(self) -> bool:
        """Whether the steps at which it is recorded were not known beforehand."""
        return any(self.arrays[STEP_PREFIX + clock].clock for clock in self.committed)

    def rows(self, spec: ArraySpec) -> int:
        """Return the number of rows along the first axis that count."""
        return self.committed[spec.clock] if spec.clock else spec.shape[0]

    def to_json(self) -> dict[str, Any]:
        """Return the header as plain JSON."""
        specs = {
            name: {"axes": list(spec.axes), "shape": list(spec.shape), "dtype": spec.dtype, "clock": spec.clock}
            for name, spec in self.arrays.items()
        }
        told = {**vars(self), "format": BEGUN_SEALED if self.begun else SEALED, "arrays": specs}
        if not self.begun:  # which an older neuroreel does not know
            del told["begun"]
        return told

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Header:
        """Return the header of a `to_json()`; raises ValueError, with what is wrong in it, where it is not one."""
        checked = check_header(content)
        specs = {
            name: ArraySpec(name, spec.axes, spec.shape, spec.dtype, spec.clock)
            for name, spec in checked.arrays.items()
        }
        return cls(**{**content, "arrays": specs})

    def finished(self, digests: dict[str, str], seals: Mapping[str, str]) -> Header:
        """Return the header of the complete recording; wall times, origin and seals are no part of its digest."""
        complete = replace(self, complete=True, checkpoint="", digests=digests, seals=dict(seals), begun={})
        return replace(complete, digest=digest_of_json(complete.identity()))

    def identity(self) -> dict[str, Any]:
        """Return what enters the digest of a complete recording."""
        told = {"format": _IDENTITY, "config": self.config, "versions": self.versions, "arrays": self.digests}
        return {**told, "structure": self.structure} if self.structure else told  # those without one keep their digests


def require_readable(path: Path, header: Header) -> None:
    """Raise `RecordingError` where the header of a recording that is about to be begun at `path` could not be read."""
    try:
        Header.from_json(parsed(json.dumps(header.to_json()).encode(), HEADER_BYTES))
    except (TypeError, ValueError, RecursionError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise RecordingError(f"{path} cannot be recorded: {said}: mend what it is to tell, plain JSON") from None


def write_header(path: Path, header: Header, *, durable: bool = False) -> None:
    """Write the header of the recording in the folder `path`, all at once or not. durable: see `written_whole`."""
    written = header.to_json()
    told = {"format": written["format"], "seal": _BLANK, **written}
    group = {"attributes": {KEY: told}, "zarr_format": 3, "node_type": "group"}
    blank = json.dumps(group).encode()
    with written_whole(path / METADATA, recovering=False, durable=durable) as draft:
        draft.write_bytes(blank.replace(_BLANK.encode(), hashlib.sha256(blank).hexdigest().encode(), 1))


def read_header(path: Path) -> Header:
    """Return the header of the recording in the folder `path`.

    Raises `RecordingError` where it is missing, foreign, damaged, newer than this program, or changed since it was
    written.
    """
    if not os.path.exists(path):
        raise RecordingError(f"there is no recording at {path}: make it with `neuroreel train`")
    stored = _stored(path)
    try:
        attributes = dict(parsed(stored, HEADER_BYTES)["attributes"])
    except (ValueError, KeyError, TypeError) as error:
        said = f": {error}" if isinstance(error, DoorError) else ""
        raise RecordingError(f"{path} is damaged: its {METADATA} cannot be read{said}; {AGAIN}") from None
    if KEY not in attributes:
        raise ForeignRecordingError(f"{path} is a Zarr store, but not a recording of neuroreel's")
    told = attributes[KEY]
    made_as = told.get("format") if isinstance(told, dict) else None
    if type(made_as) is not int or made_as < 1:
        raise RecordingError(f"{path} is damaged: its header does not say of which format it is; {AGAIN}")
    if made_as > FORMAT:
        raise NewerRecordingError(
            f"{path} was made by a newer neuroreel: it is of recording format {made_as}, and this one reads up to "
            f"{FORMAT}; update neuroreel"
        )
    if made_as >= SEALED and not _has_seal(stored, told.pop("seal", None)):
        raise changed_error(path, METADATA)
    try:
        header = Header.from_json(told)
    except ValueError as error:
        raise RecordingError(f"{path} is damaged: its header is not right: {error}; {AGAIN}") from None
    if header.complete and not header.sealed and not header_fits(header.identity(), header.digest):
        raise changed_error(path, METADATA)
    return header


def _stored(path: Path) -> bytes:
    """Return the bytes of the file that holds the header."""
    if not os.path.lexists(path / METADATA):
        raise ForeignRecordingError(f"{path} is not a recording: it has no {METADATA}")
    return read_stored(path, METADATA, HEADER_BYTES)


def _has_seal(stored: bytes, seal: Any) -> bool:
    """Tell whether the bytes of a file carry the seal that they should."""
    place = stored.find(seal.encode()) if isinstance(seal, str) and _SEAL.fullmatch(seal) else -1
    if place < 0:
        return False
    blank = hashlib.sha256(memoryview(stored)[:place])
    blank.update(_BLANK.encode())
    blank.update(memoryview(stored)[place + len(_BLANK) :])
    return blank.hexdigest() == seal
