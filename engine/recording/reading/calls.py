"""Reads what a module put out at one of its calls within a pass, which is recorded with the others in one array.

`relu#2.activation` is the part of `relu.activation` at its second call, and `relu#1.activation` at its first. In
recordings of before it is an array of that name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from engine.recording.format.layout import ArraySpec, is_in_part
from engine.recording.format.structure import CALL, module_called, name_of_call, number_of_call

Value = TypeVar("Value")


@dataclass(frozen=True)
class StoredPart:
    """An array as it is asked for: as it is stored, or one call of it. fixed: the position of the call, by its axis."""

    spec: ArraySpec
    stored: ArraySpec
    fixed: Mapping[str, int]


def part_called(name: str, stored: Mapping[str, ArraySpec], config: Mapping[str, Any]) -> StoredPart | None:
    """Return the array of a name, or the part of one that is called so; None where there is neither.

    stored: the arrays of a recording by name. config: that of the recording.
    """
    if name in stored:
        return StoredPart(stored[name], stored[name], {})
    number, (path, _, kind) = number_of_call(name), name.rpartition(".")
    if number is None:
        return None
    first = f"{module_called(path)}.{kind}"
    groups = [first, *(array for array in stored if "#" in array and f"{module_called(array)}" == first)]
    for array in groups:
        if array in stored and CALL in stored[array].axes:
            numbers = _numbers(stored[array], config)
            if number in numbers:
                return _of_call(name, stored[array], number, numbers.index(number), config)
    return None


def calls_in(spec: ArraySpec, config: Mapping[str, Any]) -> list[str]:
    """Return the names of the parts of an array, a call each; its own name where it is of a single call."""
    if CALL not in spec.axes:
        return [spec.name]
    path, _, kind = module_called(spec.name).rpartition(".")
    return [f"{path}#1.{kind}" if n == 1 else f"{name_of_call(path, n)}.{kind}" for n in _numbers(spec, config)]


def rule_of_part(part: StoredPart, config: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return by which rule an array, or a call of it, was recorded in part: `of`, `every`; None where it is whole."""
    rule = _entry(config, "sampled", part.stored.name)
    if not is_in_part(rule):
        return None
    lengths = dict(zip((axis for axis in part.stored.axes if axis != "step"), rule["of"], strict=False))
    every = {axis: stride for axis, stride in rule["every"].items() if axis not in part.fixed}
    whole = [length for axis, length in lengths.items() if axis not in part.fixed]
    return {"of": whole, "every": every} if every else None


def _of_call(name: str, spec: ArraySpec, number: int, place: int, config: Mapping[str, Any]) -> StoredPart:
    """Return the part of an array that is of one call, in the shape that the value had."""
    at = spec.axes.index(CALL)
    shape = [length for axis, length in zip(spec.axes, spec.shape, strict=True) if axis != CALL]
    own = _own_shape(spec, number, config)
    if own is not None and len(own) == len(shape) - at:
        every = (_entry(config, "sampled", spec.name) or {}).get("every", {})
        kept = [-(-length // every.get(axis, 1)) for axis, length in zip(spec.axes[at + 1 :], own, strict=True)]
        shape[at:] = [min(length, room) for length, room in zip(kept, shape[at:], strict=True)]
    axes = tuple(axis for axis in spec.axes if axis != CALL)
    return StoredPart(replace(spec, name=name, axes=axes, shape=tuple(shape)), spec, {CALL: place})


def _numbers(spec: ArraySpec, config: Mapping[str, Any]) -> list[int]:
    """Return the numbers of the calls along an array's axis."""
    length = spec.shape[spec.axes.index(CALL)]
    rule = _entry(config, "sampled", spec.name)
    stride = rule["every"].get(CALL, 1) if is_in_part(rule) else 1
    told = _counts((_entry(config, "calls", spec.name) or {}).get("numbers"))
    return (told[::stride] if told else list(range(1, 1 + length * stride, stride)))[:length]


def _own_shape(spec: ArraySpec, number: int, config: Mapping[str, Any]) -> list[int] | None:
    """Return the shape that a call's value had, where that is told since the calls differ."""
    told = _entry(config, "calls", spec.name) or {}
    shapes, numbers = told.get("shapes"), _counts(told.get("numbers"))
    at = numbers.index(number) if number in numbers else number - 1
    shape = shapes[at] if isinstance(shapes, list) and 0 <= at < len(shapes) else None
    return _counts(shape) if isinstance(shape, list) and len(_counts(shape)) == len(shape) else None


def _entry(config: Mapping[str, Any], name: str, array: str) -> dict[str, Any] | None:
    """Return what a config tells of an array under a name; users may have something else there."""
    told = config.get(name)
    entry = told.get(array) if isinstance(told, dict) else None
    return entry if isinstance(entry, dict) else None


def _counts(told: Any) -> list[int]:
    return [one for one in told if type(one) is int and one >= 0] if isinstance(told, list) else []


class ArraysByName(Mapping[str, Value], Generic[Value]):
    """Arrays by name, in which also a call can be looked up that an array holds; those are not listed."""

    def __init__(self, arrays: Mapping[str, Value], found: Callable[[str], Value | None]) -> None:
        """Wrap arrays. found: a function that returns what a call's name stands for, None where there is nothing."""
        self._arrays, self._found = arrays, found

    def __getitem__(self, name: str) -> Value:
        """Return an array, or what is known of one call; raises KeyError where there is neither."""
        known = self._arrays.get(name)
        known = self._found(name) if known is None else known
        if known is None:
            raise KeyError(name)
        return known

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the arrays."""
        return iter(self._arrays)

    def __len__(self) -> int:
        """Return the number of arrays."""
        return len(self._arrays)
