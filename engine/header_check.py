"""One look at a header before anything is done with it: that all in it is of the kind that it should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.recording_format import CHECKPOINT, METADATA, SEALED, STEP_PREFIX

_DIGEST = re.compile("[0-9a-f]{64}")
_KINDS = "biufc"  # of numbers: arrays of anything else are not recorded
_UNSEALED = ("config", "versions", "arrays", "committed")  # what a header must have, and what it may have besides
_OPTIONAL = ("checkpoint", "complete", "digests", "digest", "wall", "structure", "origin")


def check_header(told: Mapping[str, Any]) -> None:
    """Raise ValueError, with what is wrong, where plain JSON is no header. `format` is known to be a whole number."""
    needed = {*_UNSEALED, "format", *(("seals",) if told["format"] >= SEALED else ())}
    if lacking := needed - set(told):
        raise ValueError(f"it lacks {min(lacking)}")
    if unknown := set(told) - needed - set(_OPTIONAL):
        raise ValueError(f"it has {min(unknown)!r}, which is unknown")
    for name, value in told.items():
        if not _FIELDS[name](value):
            raise ValueError(f"{name} is not what it should be")
    for name, spec in told["arrays"].items():
        _check_array(name, spec, told["committed"])
    for clock, rows in told["committed"].items():
        numbers = told["arrays"].get(STEP_PREFIX + clock)
        if not numbers or "int" not in numbers["dtype"] or len(numbers["shape"]) != 1 or numbers["shape"][0] < rows:
            raise ValueError(f"{STEP_PREFIX}{clock} does not number the {rows} rows that were committed")
    if told.get("complete"):
        _check_complete(told)


def _check_array(name: str, spec: Any, committed: Mapping[str, int]) -> None:
    if not _is_file_name(name) or not isinstance(spec, dict) or set(spec) != {"axes", "shape", "dtype", "clock"}:
        raise ValueError(f"{name!r} is no array")
    axes, shape, clock = spec["axes"], spec["shape"], spec["clock"]
    if not _is_list_of(axes, _is_text) or not _is_list_of(shape, _is_count) or len(set(axes)) != len(shape):
        raise ValueError(f"{name} has axes or lengths that make no sense")
    if not _is_type_of_numbers(spec["dtype"]) or not _is_text(clock):
        raise ValueError(f"{name} is of an unknown type")
    if not shape or (clock != "" and (clock not in committed or shape[0] < committed[clock])):
        raise ValueError(f"{name} has fewer rows than were committed")


def _check_complete(told: Mapping[str, Any]) -> None:
    """Look that a complete recording has all of its digests and seals."""
    named = {name for name in told["arrays"] if not name.startswith(STEP_PREFIX)}
    if not told.get("digest") or named - set(told.get("digests", ())):
        raise ValueError("it is complete and has no digest")
    if told["format"] >= SEALED and not {f"{name}/{METADATA}" for name in told["arrays"]} <= set(told["seals"]):
        raise ValueError("it is complete and not sealed")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**63


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and bool(_DIGEST.fullmatch(value))


def _is_list_of(value: Any, is_one: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(map(is_one, value))


def _is_dict_of(value: Any, is_one: Callable[[Any], bool]) -> bool:
    return isinstance(value, dict) and all(map(is_one, value.values()))


def _is_file_name(name: str) -> bool:
    """Tell whether an array of that name is a folder within the recording, and nowhere else."""
    return name not in ("", ".", "..") and not set("/\\\0") & set(name)


def _is_stored(name: str) -> bool:
    """Tell whether this is the name of a file within a recording, with / between its parts."""
    return all(map(_is_file_name, name.split("/")))


def _is_type_of_numbers(value: Any) -> bool:
    try:
        return isinstance(value, str) and np.dtype(value).name == value and np.dtype(value).kind in _KINDS
    except (TypeError, ValueError, SyntaxError):  # NumPy's, for texts that name no type
        return False


def _is_wall(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("seconds", 0), int | float)
        and isinstance(value.get("evaluated_at", []), list)
    )


_FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "format": _is_count,
    "config": lambda value: isinstance(value, dict) and "name" in value,
    "versions": lambda value: _is_dict_of(value, _is_text),
    "arrays": lambda value: isinstance(value, dict),
    "committed": lambda value: _is_dict_of(value, _is_count),
    "checkpoint": lambda value: value == "" or (isinstance(value, str) and bool(CHECKPOINT.fullmatch(value))),
    "complete": lambda value: isinstance(value, bool),
    "digests": lambda value: _is_dict_of(value, _is_digest),
    "digest": lambda value: value == "" or _is_digest(value),
    "wall": _is_wall,
    "structure": lambda value: isinstance(value, dict),
    "origin": lambda value: isinstance(value, dict),
    "seals": lambda value: _is_dict_of(value, _is_digest) and all(map(_is_stored, value)),
}
