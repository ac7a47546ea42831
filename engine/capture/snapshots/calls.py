"""Makes one array of the values of a module that is called several times in a pass.

The calls lie along an axis `call`, in their order. Where their shapes differ the array is as long along each axis as
the longest of them, and what a smaller call lacks is NaN, or 0 where its type has none; calls with another number of
axes are an array of their own, called after the first of them, `PATH#3.KIND`. The states of a recurrent module that is
called once for each position lie along `position`, as if it had been called once for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from torch import Tensor, nn

from engine.capture.hook_points import STATE_KINDS
from engine.capture.snapshots.recordable import Recordable
from engine.capture.tensors import missing_values, recorded_dtype
from engine.capture.value_axes import axes_of_value
from engine.recording.format.structure import CALL, name_of_call

Slices = tuple[slice, ...]  # of an array, a slice for each axis


class Caught(NamedTuple):
    """A value of one call: the shape that it had, and as much of it as is wanted."""

    shape: tuple[int, ...]
    tensor: Tensor


def arrays_of(
    source: str, calls: Mapping[int, Caught], module: nn.Module, examples: int | None = 0
) -> Iterator[Recordable]:
    """Yield the arrays that a module's values come to.

    source: the value's name. calls: the values, by the numbers of the calls. examples: the axis along which they lie in
    each, None for none.
    """
    path, _, kind = source.rpartition(".")
    if kind in STATE_KINDS and _goes_on(calls):
        shapes = [caught.shape for caught in calls.values()]  # (batch, position, feature) each
        whole = (max(shape[0] for shape in shapes), sum(shape[1] for shape in shapes), shapes[0][2])
        dtype = recorded_dtype(next(iter(calls.values())).tensor)
        yield Recordable(source, axes_of_value(kind, 3, module), whole, dtype, kind, source, tuple(calls))
        return
    groups: dict[tuple[int, str], list[int]] = {}
    for number, caught in calls.items():
        groups.setdefault((len(caught.shape), recorded_dtype(caught.tensor)), []).append(number)
    for (dimensions, dtype), numbers in groups.items():
        shapes = [calls[number].shape for number in numbers]
        name = source if numbers[0] == 1 else f"{name_of_call(path, numbers[0])}.{kind}"
        axes = axes_of_value(kind, dimensions, module, examples)
        shape = tuple(map(max, *shapes)) if shapes[1:] else shapes[0]
        if len(numbers) > 1:
            axes, shape = (CALL, *axes), (len(numbers), *shape)
        different = tuple(shapes) if len(set(shapes)) > 1 else ()
        yield Recordable(name, axes, shape, dtype, kind, source, tuple(numbers), different)


def _goes_on(calls: Mapping[int, Caught]) -> bool:
    """Tell whether a recurrent module is called for one position after the other, after a first call of any length."""
    _, *later = calls.values()
    return all(caught.shape[1] == 1 for caught in later)


def part_of_call(value: Recordable, part: Slices) -> Slices:
    """Return the part of each call's value that the part of an array needs."""
    if _is_joined(value):
        return (part[0], slice(None), part[2])  # positions are counted through all calls
    return part[1:] if value.axes[:1] == (CALL,) else part


def joined(value: Recordable, calls: Mapping[int, Caught], part: Slices | None) -> Tensor | None:
    """Return the wanted part of an array by the values of a pass; None where there are none that fit it.

    value: the whole array. calls: what was caught of the module, cut by `part_of_call`.
    """
    if not calls:
        return None
    if _is_joined(value):
        return _along_position(value, calls, part)
    if value.axes[:1] != (CALL,):
        caught = calls.get(value.calls[0])
        return caught.tensor if caught and caught.shape == value.shape else None
    numbers = value.calls if part is None else value.calls[part[0]]
    shape = value.shape[1:] if part is None else shape_of_part(value.shape[1:], part[1:])
    values = missing_values((len(numbers), *shape), value.dtype)
    for place, number in enumerate(numbers):
        caught = calls.get(number)
        if caught and _fits(caught.shape, value.shape[1:]):
            values[place][tuple(slice(length) for length in caught.tensor.shape)] = caught.tensor
    return values


def _along_position(value: Recordable, calls: Mapping[int, Caught], part: Slices | None) -> Tensor:
    """Return states (batch, position, feature) of one call after the other."""
    batch, length, features = value.shape if part is None else shape_of_part(value.shape, part_of_call(value, part))
    values, start = missing_values((batch, length, features), value.dtype), 0
    for number in value.calls:
        caught = calls.get(number)
        if caught and _fits(caught.shape, value.shape):
            rows, count, _ = caught.tensor.shape
            values[:rows, start : start + count] = caught.tensor[:, : length - start]
        start += caught.shape[1] if caught else 1
    return values if part is None else values[:, part[1]]


def _is_joined(value: Recordable) -> bool:
    return value.kind in STATE_KINDS and value.axes[:1] != (CALL,)


def _fits(shape: tuple[int, ...], room: tuple[int, ...]) -> bool:
    return len(shape) == len(room) and all(length <= most for length, most in zip(shape, room, strict=True))


def shape_of_part(shape: tuple[int, ...], part: Slices) -> tuple[int, ...]:
    """Return the shape of a part of an array."""
    return tuple(len(range(length)[along]) for length, along in zip(shape, part, strict=True))
