"""Lists what a training will record, before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.recording.format.layout import ArraySpec


@dataclass(frozen=True)
class RecordingPlan:
    """The arrays of a recording, and the step numbers of each clock they go by."""

    arrays: tuple[ArraySpec, ...]
    steps: Mapping[str, np.ndarray]

    @property
    def nbytes(self) -> int:
        """The size of all arrays before compression, in bytes."""
        return sum(spec.nbytes for spec in self.arrays)

    @property
    def snapshots(self) -> int:
        """The number of snapshots that are taken."""
        return len(self.steps["snapshot"])

    def lines(self) -> list[str]:
        """Say in plain lines what is recorded: name, axes with lengths, size."""
        width = max(len(spec.name) for spec in self.arrays)
        told = [f"{spec.name:{width}}  {_axes(spec):45}  {spec.nbytes / 1e6:8.2f} MB" for spec in self.arrays]
        total = f"{len(self.arrays)} arrays, {self.snapshots} snapshots, {self.nbytes / 1e6:.1f} MB before compression"
        return [*told, total]


def _axes(spec: ArraySpec) -> str:
    return " × ".join(f"{axis} {length}" for axis, length in zip(spec.axes, spec.shape, strict=True))
