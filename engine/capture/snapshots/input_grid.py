"""Passes a grid of inputs through a model of one or two numbers, so that what it answers anywhere can be drawn.

`probe.grid.output` is the answer to each at a snapshot, (row, column, feature), or of one number (column, feature).
`probe.grid.across` and `probe.grid.up` are the inputs' first and second number, by column and by row, rows upwards.
"""

from __future__ import annotations

import math
from typing import Self

import numpy as np
import torch
from torch import Tensor, nn

from engine.capture.inputs import Inputs, call
from engine.capture.isolation import preserve_state
from engine.capture.tensors import as_array, first_tensor, missing_values, recorded_dtype
from engine.recording.format.layout import ArraySpec

OUTPUT, ACROSS, UP = "probe.grid.output", "probe.grid.across", "probe.grid.up"
MARGIN = 0.25  # of the probe's span, beyond it on each side
ON_A_LINE, A_SIDE, FEWEST = 201, 48, 16  # inputs: of one number; along each side of two; at least
SHARE = 0.25  # of a snapshot's budget


class InputGrid:
    """A grid of inputs over the span of a probe, and what a model answers to them."""

    def __init__(self, model: nn.Module, sides: tuple[Tensor, ...], like: Tensor, answer: Tensor) -> None:
        """Lay a grid. sides: (column,) and, of two numbers, (row,). like: the probe. answer: to that, (n, …)."""
        self._model, self._like, self._sides = model, like, sides
        self._shape = (*(len(side) for side in reversed(sides)), *answer.shape[1:])
        self._dtype = recorded_dtype(answer)

    @classmethod
    def over(cls, model: nn.Module, probe: Inputs | None, output: Tensor | None, budget: int) -> Self | None:
        """Return the grid over a probe (batch, 1 or 2), as fine as fits into a share of the bytes of a snapshot.

        output: what the model makes of the probe, (batch, feature) or (batch,). None where the probe is of another
        shape, of too few or no finite numbers, the grid would be too coarse, or what the model answers to an input is
        not its own alone: where it cannot take fewer inputs than the probe has, or makes something else of them then.
        """
        if not isinstance(probe, Tensor) or not probe.is_floating_point() or probe.ndim != 2 or output is None:
            return None
        numbers, fits = probe.shape[1], output.ndim in (1, 2) and len(output) == len(probe)
        if numbers not in (1, 2) or not fits or len(probe) < 2 or not probe.isfinite().all():
            return None
        room = SHARE * budget / (output[:1].numel() * max(4, output.element_size()))
        most = min(ON_A_LINE, int(room)) if numbers == 1 else min(A_SIDE, math.isqrt(int(room)))
        if most < FEWEST:
            return None
        if not _is_by_example(model, probe.detach(), output):
            return None
        values = probe.detach().to("cpu", torch.float64)
        low, high = values.min(dim=0).values, values.max(dim=0).values
        room_beyond = MARGIN * torch.where(high > low, high - low, torch.ones_like(low))
        ends = zip((low - room_beyond).tolist(), (high + room_beyond).tolist(), strict=True)
        sides = tuple(torch.linspace(first, last, most, dtype=torch.float64) for first, last in ends)
        return cls(model, sides, probe.detach(), output)

    @property
    def fixed(self) -> dict[str, np.ndarray]:
        """The inputs' numbers, by array."""
        return {name: side.numpy() for name, side in zip((ACROSS, UP), self._sides, strict=False)}

    @property
    def axes(self) -> dict[str, tuple[str, ...]]:
        """The axes of `fixed`, by array."""
        return {name: (axis,) for name, axis in zip(self.fixed, ("column", "row"), strict=False)}

    @property
    def spec(self) -> ArraySpec:
        """What a snapshot holds of the answers."""
        axes = ("row", "column")[-len(self._sides) :]
        return ArraySpec(OUTPUT, (*axes, "feature")[: len(self._shape)], self._shape, self._dtype)

    def answers(self) -> np.ndarray:
        """Return what the model answers now, by the shape of `spec`; NaN where the inputs cannot pass through it.

        The model is left as it was, as far as `preserve_state` says.
        """
        grid = torch.meshgrid(*reversed(self._sides), indexing="ij")
        inputs = torch.stack([one.flatten() for one in reversed(grid)], dim=1)
        made: Tensor | None = None
        try:
            with preserve_state(self._model):
                made = first_tensor(call(self._model, inputs.to(self._like)))
        except Exception:  # of the model, in a state in which no probe can pass, which the snapshotter tells
            made = None
        if made is None or made.numel() != math.prod(self._shape):
            made = missing_values(self._shape, self._dtype)
        return as_array(made.detach(), own=True).reshape(self._shape)


def _is_by_example(model: nn.Module, probe: Tensor, output: Tensor) -> bool:
    """Tell whether a model makes the same of a part of its probe, in another order, as of the whole."""
    part = torch.arange(len(probe) - 1, -1, -2)
    try:
        with preserve_state(model):
            made = first_tensor(call(model, probe[part].clone()))
    except Exception:  # of a model that takes as many inputs as there are and no others, such as the nodes of a graph
        return False
    if made is None or made.shape != output[part].shape:
        return False
    wanted, found = output[part].detach().double(), made.detach().double()
    scale = float(wanted.abs().max()) if wanted.isfinite().all() else 1.0
    near = torch.isclose(found, wanted, rtol=1e-4, atol=1e-4 * max(scale, 1e-12), equal_nan=True)
    return bool(near.all())
