"""Describes the inputs that a recording is of: the probe, what is right for it, and the grid of other inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor

from engine.capture.inputs import Inputs, named_inputs
from engine.capture.tensors import as_array
from engine.capture.value_axes import axes_of_input
from engine.recording.format.layout import ArraySpec

if TYPE_CHECKING:
    from engine.capture.snapshots.input_grid import InputGrid


def probe_arrays(
    probe: Inputs | None, target: Tensor | None, grid: InputGrid | None
) -> tuple[list[ArraySpec], dict[str, np.ndarray]]:
    """Return what is recorded once of the inputs, and its values by name."""
    inputs = {} if probe is None else named_inputs(probe)
    if target is not None:
        inputs["probe.target"] = target
    fixed = {name: as_array(values) for name, values in inputs.items()}
    axes = {name: axes_of_input(values) for name, values in inputs.items()}
    if grid:
        fixed, axes = fixed | grid.fixed, axes | grid.axes
    return [ArraySpec(name, axes[name], values.shape, str(values.dtype)) for name, values in fixed.items()], fixed
