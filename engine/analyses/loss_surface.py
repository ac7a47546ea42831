"""Computes the loss of a probe all over the plane of a training's path, with the model itself.

A place (a, b) of the plane has the parameters θ = mean + a·u + b·v, where u and v are the first two principal
directions of the recorded snapshots (see `engine.recording.views.parameter_path`). The loss there is what the user's
own function makes of the model's output, in evaluation mode and with the buffers that the model has at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from engine.capture.inputs import Inputs, call, fresh_copy_of
from engine.capture.isolation import preserve_state
from engine.recording import Recording
from engine.recording.format.encoded_names import encoded_name
from engine.recording.format.layout import ArraySpec, in_a_line
from engine.recording.views.parameter_path import ParameterPath, has_path, read_parameter_path
from engine.recording.writing.writer import RecordingWriter

LOSS, ACROSS, UP = "surface.loss", "surface.across", "surface.up"
SURFACE = "surface"  # the clock of these arrays, which has one step: the last
ASPECT = 5 / 3  # width by height of what is looked at
ROOM = 0.12  # of that, around the path
GRIDS = ((41, 25), (25, 15), (15, 9))  # places across and up, of which as many as are quick
QUICK = 4e10  # floating-point operations, which take seconds
OF_A_MODULE = 5e5  # what calling a module takes besides, in such operations
FLAT = 1e-12  # share of the first direction's spread, up to which a path has no second


class LossSurface:
    """The loss over a plane: `loss` (row, column), at places `across` (column,) and `up` (row,), float64."""

    def __init__(self, across: np.ndarray, up: np.ndarray, loss: np.ndarray) -> None:
        self.across, self.up, self.loss = across, up, loss

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """The values by their names in a recording."""
        return {LOSS: self.loss, ACROSS: self.across, UP: self.up}

    @property
    def specs(self) -> list[ArraySpec]:
        """The arrays in a recording, with the shapes of one step."""
        axes = {LOSS: ("row", "column"), ACROSS: ("column",), UP: ("row",)}
        return [ArraySpec(name, axes[name], values.shape, "float64") for name, values in self.arrays.items()]


def loss_surface(
    model: nn.Module, recording: Recording, probe: Inputs, loss: Callable[[Any], Tensor]
) -> LossSurface | None:
    """Return the loss of a probe over the plane of a recorded training; the model is left as it was.

    None where not every parameter was recorded whole at three snapshots or more, the path lies on a line, or even few
    places would take long. Raises whatever the model or the loss raise.
    """
    parameters = dict(model.named_parameters())
    if not has_path(recording):
        return None
    path = read_parameter_path(recording)
    arrays = {name: encoded_name(name) for name in parameters}
    if set(arrays.values()) != set(path.names) or path.count != sum(one.numel() for one in parameters.values()):
        return None
    spread = np.square(path.places).sum(axis=0)
    if spread[1] <= FLAT * spread[0]:
        return None
    with preserve_state(model):
        plane = _Plane(parameters, {name: _directions(recording, arrays[name], path) for name in parameters})

        def loss_at(a: float, b: float) -> float:
            plane.go(a, b)
            return float(loss(call(model, fresh_copy_of(probe))))

        with plane.left_as_it_was():
            grid = _affordable(model, lambda: loss_at(0.0, 0.0))
            if grid is None:
                return None
            across, up = _extent(path, *grid)
            found = [[loss_at(a, b) for a in across.tolist()] for b in up.tolist()]
    return LossSurface(across, up, np.array(found))


def record_surface(
    writer: RecordingWriter,
    step: int,
    model: nn.Module,
    recording: Recording,
    probe: Inputs,
    loss: Callable[[Any], Tensor],
) -> list[str]:
    """Add the loss over the plane of a training, as far as it has been committed, to its recording.

    Returns, where the loss cannot be computed again, a line that says why not.
    """
    try:
        surface = loss_surface(model, recording, probe, loss)
    except Exception as error:  # of the user's own function, or of the model somewhere it never was
        reason = f"{type(error).__name__}: {in_a_line(str(error))[:160]}"
        return [f"the loss of the probe could not be computed around the path of the training: {reason}"]
    if surface is not None:
        writer.add_endless(SURFACE, surface.specs)
        writer.append(SURFACE, surface.arrays, step=step)
    return []


class _Plane:
    """Parameters of a model that can be put anywhere in a plane."""

    def __init__(self, parameters: Mapping[str, nn.Parameter], spans: Mapping[str, np.ndarray]) -> None:
        """spans: by name, the mean and the two directions, (3, …), of the parameters' shapes."""
        self._parts = [
            (one, torch.from_numpy(spans[name]).to(one.device, torch.promote_types(one.dtype, torch.float32)))
            for name, one in parameters.items()
        ]

    def go(self, a: float, b: float) -> None:
        """Put the parameters at a place."""
        with torch.no_grad():
            for parameter, (mean, first, second) in self._parts:
                parameter.copy_(mean + a * first + b * second)

    @contextmanager
    def left_as_it_was(self) -> Iterator[None]:
        """Put every parameter back when the block ends."""
        before = [parameter.detach().clone() for parameter, _ in self._parts]
        try:
            yield
        finally:
            with torch.no_grad():
                for (parameter, _), values in zip(self._parts, before, strict=True):
                    parameter.copy_(values)


def _directions(recording: Recording, name: str, path: ParameterPath) -> np.ndarray:
    """Return the mean of a parameter over the path, and its part of the plane's two directions, (3, …)."""
    values = recording.read(name)[path.rows].astype(np.float64)
    mean = values.mean(axis=0)
    shares = path.places / np.square(path.places).sum(axis=0)  # (snapshot, 2)
    both = np.tensordot(shares.T, values - mean, axes=1)
    return np.concatenate([mean[None], both])


def _affordable(model: nn.Module, once: Callable[[], object]) -> tuple[int, int] | None:
    """Return how many places across and up are quick by what one of them takes; None where even few are not."""
    with FlopCounterMode(display=False) as counter:
        once()
    cost = counter.get_total_flops() + OF_A_MODULE * sum(1 for _ in model.modules())
    return next((grid for grid in GRIDS if grid[0] * grid[1] * cost <= QUICK), None)


def _extent(path: ParameterPath, columns: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return places across and up, on one scale, so that the path has room in the middle."""
    low, high = path.places.min(axis=0), path.places.max(axis=0)
    middle, half = (low + high) / 2, (high - low) / 2 / (1 - 2 * ROOM)
    height = max(half[1], half[0] / ASPECT)
    width = ASPECT * height
    return (
        np.linspace(middle[0] - width, middle[0] + width, columns),
        np.linspace(middle[1] - height, middle[1] + height, rows),
    )
