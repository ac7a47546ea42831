"""Checks the form of a header before anything is done with it.

The schema says which entries there are, of which types and within which bounds; the functions below it, which of them
must go together. `config`, `origin` and further entries of `wall` are any plain JSON.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from engine.files.door import Count, Digest, DoorError, Seconds, checked, require_file_names
from engine.recording.format.layout import METADATA, SEALED, STEP_PREFIX

MOST_AXES = 64  # of an array, as NumPy has it
MOST_BYTES = 2**62  # of an array, of which NumPy counts the bytes
MOST_TEXT = (
    16 * 2**20
)  # characters, of up to four bytes, of what is told besides arrays and seals: it is shown to people

Number = Literal[
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
    "complex64",
    "complex128",
]  # the types of numbers that arrays are of
Checkpoint = Annotated[str, msgspec.Meta(pattern=r"^(checkpoint-[0-9]+\.pt)?\Z", max_length=100)]
DigestOrNone = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?\Z", max_length=64)]


class ArrayTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An array's entry: its axes' names and lengths, its numbers' type, and the clock of its rows, "" for none."""

    axes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=MOST_AXES)]
    shape: Annotated[tuple[Count, ...], msgspec.Meta(min_length=1, max_length=MOST_AXES)]
    dtype: Number
    clock: str


class Wall(msgspec.Struct, frozen=True):
    """Times on the wall clock: the seconds of training, those of each evaluation; and anything besides."""

    seconds: Seconds = 0.0
    evaluated_at: tuple[Seconds, ...] = ()


class HeaderTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The entries that a header may have. See `engine.recording.format.header.Header` for what they mean."""

    format: Annotated[int, msgspec.Meta(ge=1)]
    config: dict[str, Any]
    versions: dict[str, str]
    arrays: dict[str, ArrayTold]
    committed: dict[str, Count]
    checkpoint: Checkpoint = ""
    complete: bool = False
    digests: dict[str, Digest] = {}
    digest: DigestOrNone = ""
    wall: Wall = Wall()
    structure: dict[str, Any] = {}
    origin: dict[str, Any] = {}
    seals: dict[str, Digest] | msgspec.UnsetType = msgspec.UNSET
    begun: dict[str, Digest] = {}


def check_header(told: Mapping[str, Any]) -> HeaderTold:
    """Return plain JSON as a header; raises `DoorError`, a ValueError, with what is wrong, where it is none."""
    header = checked(told, HeaderTold)
    if "name" not in header.config:
        raise DoorError("its config lacks the name")
    if header.format >= SEALED and header.seals is msgspec.UNSET:
        raise DoorError("it lacks seals")
    if _text_in([told.get(key) for key in ("config", "versions", "wall", "structure", "origin")]) > MOST_TEXT:
        raise DoorError(f"what it tells takes more than {MOST_TEXT:,} characters")
    for name, spec in header.arrays.items():
        _check_array(name, spec, header.committed)
    for clock, rows in header.committed.items():
        _check_clock(clock, rows, header.arrays.get(STEP_PREFIX + clock))
    for stored in (*(header.seals or ()), *header.begun):
        require_file_names(stored.split("/"))
    if header.complete:
        _check_complete(header)
    return header


def _text_in(content: Any) -> int:
    """Return how many characters all names and texts in plain JSON have."""
    characters, parts = 0, [content]
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            parts += part
            parts += part.values()
        elif isinstance(part, list):
            parts += part
        elif isinstance(part, str):
            characters += len(part)
    return characters


def _check_array(name: str, spec: ArrayTold, committed: Mapping[str, int]) -> None:
    require_file_names([name])
    if len(set(spec.axes)) != len(spec.shape) or len(spec.axes) != len(spec.shape):
        raise DoorError(f"{name} has axes or lengths that make no sense")
    if math.prod(max(1, length) for length in spec.shape) * 16 > MOST_BYTES:  # the largest number has 16 bytes
        raise DoorError(f"{name} is larger than any array can be")
    if spec.clock == "":
        return
    if spec.clock not in committed or spec.shape[0] < committed[spec.clock]:
        raise DoorError(f"{name} has fewer rows than were committed")
    if spec.axes[0] != "step":
        raise DoorError(f"{name} has rows for steps, and they are not its first axis")


def _check_clock(clock: str, rows: int, numbers: ArrayTold | None) -> None:
    """Look that a clock has an array that numbers its steps."""
    there = numbers is not None and "int" in numbers.dtype and len(numbers.shape) == 1 and numbers.shape[0] >= rows
    if not there or (numbers is not None and numbers.clock not in ("", clock)):
        raise DoorError(f"{STEP_PREFIX}{clock} does not number the {rows} rows that were committed")


def _check_complete(header: HeaderTold) -> None:
    """Look that a complete recording has all of its digests and seals."""
    named = {name for name in header.arrays if not name.startswith(STEP_PREFIX)}
    if not header.digest or named - set(header.digests):
        raise DoorError("it is complete and has no digest")
    if lost := set(header.digests) - named:
        raise DoorError(f"it has a digest of {min(lost)[:80]!r}, and no such array")
    if header.format >= SEALED and not {f"{name}/{METADATA}" for name in header.arrays} <= set(header.seals or ()):
        raise DoorError("it is complete and not sealed")
    if header.begun:
        raise DoorError("it is complete, and chunks of it are begun")
