"""Defines the layout of a recording on disk: names, chunks, digests; shared by the reader and the writer.

A recording is a Zarr v3 group. Its root attributes hold a header (`engine.recording.format.header`) under the key
`neuroreel`, rewritten as a whole and last at every commit, so the counters in it never include rows that are not on
disk. Rows along `step` belong to a clock (`snapshot`, `update`, `evaluation`, or one for each metric), whose step
numbers are the array `step.CLOCK`. They are known beforehand, or, where the end of the training is unknown, grow with
the rows; then the lengths along `step` are the room for rows, until the recording is complete.

While it grows a recording is called `NAME.unfinished.zarr`; it takes its own name only when it is complete.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

FORMAT = 3  # that a recording has while chunks of it are begun; a complete one is of format 2
SEALED = 2  # the format from which on the stored files have seals
BEGUN_SEALED = 3  # the format from which on the rows that count of begun chunks have seals
KEY = "neuroreel"
METADATA = "zarr.json"
MISSING = "missing"  # in a recording's config: array -> [[first row, row behind the last], …] of its clock
NO_SETTINGS = ("name", "sampled", "calls", MISSING, "changed", "inputs")  # in a config, what describes the arrays
UNFINISHED = ".unfinished"
STEP_PREFIX = "step."
BEGUN = "@"  # before the step at which a clock, or an array of a name that is taken, has begun: `snapshot@200`
CHECKPOINT = re.compile(r"checkpoint-\d+\.pt")
CHUNK_ROWS = {"snapshot": 64, "evaluation": 64}
MOST_CHUNK_ROWS = 16_384  # of other clocks
BUFFER_BYTES = 128_000_000  # of all the rows of a clock that wait for their chunks to be full
CHUNK_BYTES = 4_000_000  # of arrays without a clock, which are written at once
AGAIN = "train it again with --force"


_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # which names may have within them


def in_a_line(told: str) -> str:
    """Return text that anybody may have chosen as one line, with control characters and the like escaped."""
    return _NOT_IN_A_LINE.sub(lambda found: ascii(found[0])[1:-1], told)


class RecordingError(Exception):
    """Raised where a recording is not as it should be; its message is one line saying what is wrong, and what to do."""

    def __init__(self, said: str) -> None:
        """Take the line, which may hold names that anybody chose."""
        super().__init__(in_a_line(said))


class ForeignRecordingError(RecordingError):
    """Raised where something was not made by this program, which never overwrites it."""


class NewerRecordingError(RecordingError):
    """Raised where a recording was made by a newer neuroreel."""


class ChangedRecordingError(RecordingError):
    """Raised where a file of a recording is not the one that was written."""


def changed_error(path: Path, name: str) -> ChangedRecordingError:
    """Return the error for the file called `name` in the recording at `path`, whose content has changed."""
    return ChangedRecordingError(
        f"{path} was changed after it was made: {name} is not the file that was written; {AGAIN}, or bring the true "
        "file back"
    )


def lost_error(path: Path, name: str) -> ChangedRecordingError:
    """Return the error for a file that is gone."""
    return ChangedRecordingError(f"{path} is damaged: {name} is gone; {AGAIN}, or bring the file back")


def unreadable_error(path: Path, name: str, error: OSError) -> RecordingError:
    """Return the error for a file that the operating system does not let us read."""
    return RecordingError(f"{path} cannot be read: {name}: {error.strerror or error}")


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
        """The size before compression, in bytes."""
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
        clock: min(CHUNK_ROWS.get(clock.partition(BEGUN)[0], MOST_CHUNK_ROWS), 1 << fits.bit_length() - 1)
        for clock, fits in fitting.items()
    }
    for_one = {spec.name: CHUNK_BYTES * spec.shape[0] // max(1, spec.nbytes) for spec in specs if not spec.clock}
    return {spec.name: max(1, min(for_one.get(spec.name) or rows.get(spec.clock, 1), spec.shape[0])) for spec in specs}


def unfinished_path(path: Path) -> Path:
    """Return the path at which the recording `path` is written until it is complete."""
    return path.with_name(f"{path.stem}{UNFINISHED}{path.suffix}")


def path_now(wanted: Path) -> Path:
    """Return where the recording `wanted` is now: there, or, where there is only that, at its unfinished path."""
    if os.path.exists(wanted) or not wanted.name:
        return wanted
    unfinished = unfinished_path(wanted)
    return unfinished if os.path.exists(unfinished) else wanted


def chunk_name(name: str, number: int, axes: int) -> str:
    """Return the name within a recording of the file of a chunk, which spans all axes but the first whole.

    name: the array's name. number: the chunk's number along the first axis. axes: the number of the array's axes.
    """
    return "/".join([name, "c", str(number), *["0"] * (axes - 1)])


def seal_of_rows(rows: np.ndarray) -> str:
    """Return the SHA-256 of the values of rows, in C order."""
    little = rows.astype(rows.dtype.newbyteorder("<"), copy=False)
    return hashlib.sha256(np.ascontiguousarray(little).data).hexdigest()


def digest_of_json(content: object) -> str:
    """Return the SHA-256 of plain JSON, independent of the order of keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def leaves(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of nested JSON objects, by their keys with blanks between."""
    values: dict[str, Any] = {}
    for key, value in content.items():
        inner = leaves(value) if isinstance(value, Mapping) else {"": value}
        values |= {f"{key} {name}".rstrip(): one for name, one in inner.items()}
    return values


class ArrayDigest:
    """Computes the SHA-256 of an array's name, axes, type, shape, values and step numbers, part by part.

    The cut of the values into chunks and their compression do not enter. The number of steps enters by their numbers.
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


def parts_in_words(config: Mapping[str, Any]) -> dict[str, str]:
    """Say which arrays were recorded in part, by name, and how. config: a recording's config.

    Users may have settings of their own, so that something else may stand there under the same name.
    """
    sampled = config.get("sampled")
    told = sampled.items() if isinstance(sampled, dict) else ()
    return {name: sampled_in_words(how) for name, how in told if is_in_part(how)}


def is_in_part(how: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether something says how an array was recorded in part."""
    every, of = (how.get("every"), how.get("of")) if isinstance(how, dict) else (None, None)
    strides = isinstance(every, dict) and all(type(stride) is int and stride > 0 for stride in every.values())
    return strides and isinstance(of, list) and all(type(length) is int for length in of)


def sampled_in_words(sampled: Mapping[str, Any]) -> str:
    """Say how an array was recorded in part. sampled: its entry of that name in the config (see
    `engine.capture.snapshots.subsampling`)."""
    every = " and ".join(f"one in {stride} along {axis}" for axis, stride in sampled["every"].items())
    return f"{every}, of {' × '.join(f'{length:,}' for length in sampled['of'])}"
