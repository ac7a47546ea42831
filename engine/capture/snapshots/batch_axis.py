"""Finds along which axis of a value the examples of the probe lie, by a pass of all of them twice.

Most models have them along the first axis; those for sequences may have positions there, and what is the same for all
examples, as what a model knows of positions, has them along none.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.capture.inputs import Inputs, named_inputs
from engine.capture.snapshots.calls import Caught

UNKNOWN = -1
Passed = Mapping[str, Mapping[int, Caught]]  # of each value, by the number of the call


def example_count(inputs: Inputs) -> int:
    """Return the number of examples in inputs; 0 where they are not along the first axis of all tensors alike."""
    lengths = {values.shape[0] if values.ndim else 0 for values in named_inputs(inputs).values()}
    return lengths.pop() if len(lengths) == 1 else 0


def are_first(passed: Passed, examples: int) -> bool:
    """Tell whether the examples are along the first axis of all values, and could be along no other."""
    shapes = (caught.shape for calls in passed.values() for caught in calls.values())
    return not examples or all(shape[:1] == (examples,) and shape.count(examples) == 1 for shape in shapes)


def batch_axes(passed: Passed, doubled: Passed) -> dict[str, int | None]:
    """Return the axis of the examples of each value, None for one that has none; without those of which it is unknown.

    doubled: what was caught of the examples twice. Rows that were picked out of a batch are twice as many, too.
    """
    found: dict[str, int | None] = {}
    for name, calls in passed.items():
        both = [number for number in calls if number in doubled.get(name, {})]
        if both:
            axis = _axis(calls[both[0]].shape, doubled[name][both[0]].shape)
            if axis != UNKNOWN:
                found[name] = axis
    return found


def _axis(shape: tuple[int, ...], doubled: tuple[int, ...]) -> int | None:
    if len(shape) != len(doubled) or 0 in shape:
        return UNKNOWN
    other = [axis for axis, (one, two) in enumerate(zip(shape, doubled, strict=True)) if one != two]
    if not other:
        return None
    return other[0] if len(other) == 1 and doubled[other[0]] == 2 * shape[other[0]] else UNKNOWN
