"""Reads one example of the probe from the last snapshot, wherever it was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.recording import Recording
    from scenes.animate.one_input.stages import InputPath


def every(recording: Recording, array: str, axis: str) -> int:
    """Return the distance between the recorded positions along an axis; 1 where all were recorded."""
    return recording.strides(array).get(axis, 1)


@dataclass(frozen=True)
class Value:
    """The values recorded of one example at one place. axes: of the array, without step and batch."""

    array: str
    axes: tuple[str, ...]
    values: np.ndarray
    whole: tuple[int, ...]  # how long each axis really is
    strides: tuple[int, ...]


class ProbeExample:
    """The example whose way is shown: the first that was recorded at all places, and of a classifier answered right."""

    def __init__(self, recording: Recording, way: InputPath) -> None:
        self._recording, self._way = recording, way
        info = recording.arrays[way.entry]
        self.count = info.shape[info.axes.index("batch")] if "batch" in info.axes else 1
        self.apart = max(every(recording, name, "batch") for name in way.arrays)
        self._right = self._first_right()
        self.number = self._right or 0

    def _first_right(self) -> int | None:
        """Return the first example answered right; None where none is, or that cannot be known."""
        recording, way = self._recording, self._way
        if not way.target or recording.arrays[way.target].axes != ("batch",):
            return None
        info = recording.arrays[way.output]
        if info.axes != ("step", "batch", "feature") or recording.arrays[way.target].dtype.kind not in "iu":
            return None
        apart = every(recording, way.output, "batch")
        answers = np.nan_to_num(recording.read(way.output, step=-1), nan=-np.inf).argmax(axis=1)  # (batch,)
        target = recording.read(way.target)
        tried = range(0, self.count, self.apart)
        return next((at for at in tried if answers[at // apart] == target[at]), None)

    @property
    def answered(self) -> bool:
        """Whether it was chosen because a classifier answers it right."""
        return self._right is not None

    def selection(self, array: str) -> dict[str, int]:
        """Return the position of the example in an array, by axis, at the last snapshot."""
        info = self._recording.arrays[array]
        chosen: dict[str, int] = {}
        if "step" in info.axes:
            chosen["step"] = -1
        if "batch" in info.axes:
            chosen["batch"] = self.number // every(self._recording, array, "batch")
        return chosen

    def value(self, array: str) -> Value:
        """Return what was recorded of the example in an array."""
        info = self._recording.arrays[array]
        values = self._recording.read(array, **self.selection(array))
        axes = tuple(axis for axis in info.axes if axis not in ("step", "batch"))
        strides = tuple(every(self._recording, array, axis) for axis in axes)
        whole = self._whole(array, axes, values)
        return Value(array, axes, values, whole, strides)

    def _whole(self, array: str, axes: tuple[str, ...], values: np.ndarray) -> tuple[int, ...]:
        told = self._recording.sampled(array)
        if not told:
            return values.shape
        info = self._recording.arrays[array]
        lengths = dict(zip([axis for axis in info.axes if axis != "step"], told["of"], strict=True))
        return tuple(int(lengths[axis]) for axis in axes)

    def weight(self, array: str) -> np.ndarray | None:
        """Return the weights (out, in) of a layer; None where only a part was recorded, or they had gone by then."""
        if not array or any(every(self._recording, array, axis) > 1 for axis in ("out", "in")):
            return None
        if self._recording.steps(array)[-1] != self._recording.steps(self._way.output)[-1]:
            return None
        return np.asarray(self._recording.read(array, step=-1))

    @property
    def target(self) -> np.ndarray | None:
        """The right answer to the example, None where that is not known."""
        if not self._way.target:
            return None
        return np.asarray(self._recording.read(self._way.target, batch=self.number))
