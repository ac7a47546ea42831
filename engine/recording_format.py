"""How a recording lies on disk: names, header, digests; shared by the reader and the writer.

A recording is a Zarr v3 group. Its root attributes hold a header under the key `neuroreel`, rewritten as a whole
and last at every commit, so the counters in it never tell of rows that are not on disk. Rows along `step` belong
to a clock (`snapshot`, `update`, `evaluation`, or one for each metric), whose step numbers are the array `step.CLOCK`.
They are known beforehand, or, of a recording whose end nobody knows, grow with the rows; then the lengths along `step`
say how much there is room for, until the recording is complete.

While it grows a recording is called `NAME.unfinished.zarr`; it takes its own name only when it is complete.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

FORMAT = 1
KEY = "neuroreel"
METADATA = "zarr.json"
STEP_PREFIX = "step."
CHUNK_ROWS = {"snapshot": 64, "evaluation": 64}
MOST_CHUNK_ROWS = 16_384  # of other clocks
BUFFER_BYTES = 128_000_000  # of all the rows of a clock that wait for their chunks to be full
CHUNK_BYTES = 4_000_000  # of arrays without a clock, which are written at once
_AGAIN = "train it again with --force"


class RecordingError(Exception):
    """Something about a recording is not as it should be; one line saying what, and what to do."""


class ForeignRecordingError(RecordingError):
    """What lies there was not made by this program, and is never overwritten by it."""


@dataclass(frozen=True)
class ArraySpec:
    """An array as it is planned: its whole `shape`, and the `clock` its first axis counts by ("" for none)."""

    name: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str
    clock: str = ""

    @property
    def nbytes(self) -> int:
        """Size before compression."""
        return int(np.prod(self.shape, dtype=np.int64)) * np.dtype(self.dtype).itemsize


def chunk_rows(specs: Iterable[ArraySpec]) -> dict[str, int]:
    """Return how many rows of each array are one chunk, by name; a chunk spans the other axes whole.

    Chunks of one clock are filled together, so they have as many rows each, and together fit into memory.
    """
    specs = list(specs)
    a_step: Counter[str] = Counter()  # bytes of one row of all arrays of a clock
    for spec in specs:
        if spec.clock:
            a_step[spec.clock] += spec.nbytes // max(1, spec.shape[0])
    fitting = {clock: max(1, BUFFER_BYTES // max(1, nbytes)) for clock, nbytes in a_step.items()}
    rows = {
        clock: min(CHUNK_ROWS.get(clock, MOST_CHUNK_ROWS), 1 << fits.bit_length() - 1)
        for clock, fits in fitting.items()
    }
    for_one = {spec.name: CHUNK_BYTES * spec.shape[0] // max(1, spec.nbytes) for spec in specs if not spec.clock}
    return {spec.name: max(1, min(for_one.get(spec.name) or rows.get(spec.clock, 1), spec.shape[0])) for spec in specs}


@dataclass(frozen=True)
class Header:
    """All that a recording says about itself; the one place that tells how much of it counts.

    structure: of the model, as `Structure.to_json` gives it; {} where nobody looked. origin: what the numbers came from
    besides the config, such as digests of data sets and models and the machine that timed them; no part of the digest.
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

    def rows(self, spec: ArraySpec) -> int:
        """Return how many rows along the first axis count."""
        return self.committed[spec.clock] if spec.clock else spec.shape[0]

    def to_json(self) -> dict[str, Any]:
        """Return the header as plain JSON."""
        specs = {
            name: {"axes": list(spec.axes), "shape": list(spec.shape), "dtype": spec.dtype, "clock": spec.clock}
            for name, spec in self.arrays.items()
        }
        return {"format": FORMAT, **vars(self), "arrays": specs}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Header:
        """Return the header of a `to_json()`; KeyError, TypeError or ValueError where it is not one."""
        values = {key: value for key, value in content.items() if key != "format"}
        values["arrays"] = {
            name: ArraySpec(name, tuple(spec["axes"]), tuple(spec["shape"]), spec["dtype"], spec["clock"])
            for name, spec in content["arrays"].items()
        }
        header = cls(**values)
        for spec in header.arrays.values():
            if header.rows(spec) > spec.shape[0]:
                raise ValueError(f"{spec.name} has fewer rows than were committed")
        return header

    def finished(self, digests: dict[str, str]) -> Header:
        """Return the header of the complete recording, wall times being no part of its digest."""
        told = {"format": FORMAT, "config": self.config, "versions": self.versions, "arrays": digests}
        if self.structure:  # so that recordings without one keep their digests
            told["structure"] = self.structure
        return replace(self, complete=True, checkpoint="", digests=digests, digest=digest_of_json(told))


def unfinished_path(path: Path) -> Path:
    """Return where the recording that will be called `path` grows."""
    return path.with_name(f"{path.stem}.unfinished{path.suffix}")


def digest_of_json(content: object) -> str:
    """Return the SHA-256 of plain JSON, independent of the order of keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class ArrayDigest:
    """The SHA-256 of an array's name, axes, type, shape, values and step numbers, taken in as they come.

    How the values are cut into chunks and compressed does not enter. How many steps there are is told by their numbers.
    """

    def __init__(self, spec: ArraySpec) -> None:
        """Begin the digest of an array with what is known of it beforehand."""
        told = [spec.name, list(spec.axes), list(spec.shape[1:] if spec.clock else spec.shape), spec.dtype]
        self._hash = hashlib.sha256(json.dumps(told).encode())

    def update(self, values: np.ndarray) -> None:
        """Take in the next values, in C order; after the last of them the step numbers, if there are any."""
        little = values.astype(values.dtype.newbyteorder("<"), copy=False)
        self._hash.update(np.ascontiguousarray(little).data)

    def hexdigest(self) -> str:
        """Return the digest of what was taken in so far."""
        return self._hash.hexdigest()


def read_header(path: Path) -> Header:
    """Return the header of the recording in the folder `path`.

    Raises `RecordingError` where it is missing, foreign, damaged or was killed before its first commit.
    """
    if not path.exists():
        raise RecordingError(f"there is no recording at {path}: make it with `neuroreel train`")
    try:
        content = json.loads((path / METADATA).read_text(encoding="utf-8"))
        attributes = dict(content["attributes"])
    except (FileNotFoundError, NotADirectoryError):
        raise ForeignRecordingError(f"{path} is not a recording: it has no {METADATA}") from None
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise RecordingError(f"{path} is damaged: its {METADATA} cannot be read; {_AGAIN}") from None
    if KEY not in attributes:
        raise ForeignRecordingError(f"{path} is a Zarr store, but not a recording of neuroreel's")
    header = attributes[KEY]
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        found = header.get("format") if isinstance(header, dict) else header
        raise RecordingError(f"{path} has recording format {found}, and this neuroreel reads {FORMAT}; {_AGAIN}")
    try:
        return Header.from_json(header)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise RecordingError(f"{path} is damaged: its header is incomplete; {_AGAIN}") from None


def in_words(sampled: Mapping[str, Any]) -> str:
    """Say how an array was recorded in part. sampled: its entry of that name in the config (see `engine.sampling`)."""
    every = " and ".join(f"one in {stride} along {axis}" for axis, stride in sampled["every"].items())
    return f"{every}, of {' × '.join(f'{length:,}' for length in sampled['of'])}"
