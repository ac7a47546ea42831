"""Small models, trained for a few steps and recorded as a user would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.recording import Recording
from tests.scenes.animate.runs.loops import record_steps


def record_model(
    path: Path, model: nn.Module, inputs: Tensor, targets: Tensor | None, *, steps: int = 6, **settings: Any
) -> Recording:
    """Train a model on its probe for some steps, each of them recorded, and open the recording.

    targets: whole numbers for classes, floats for a regression; None for a training that makes all outputs small.
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=settings.pop("rate", 0.1))
    told = {"record": ("activation",), "every": 1, "probe": inputs, "target": targets, **settings}
    return record_steps(path, model, inputs, lambda output: loss_of(output, targets), optimizer, steps, **told)


def loss_of(output: Tensor, targets: Tensor | None) -> Tensor:
    """Return the usual loss for such targets."""
    if targets is None:
        return (output**2).mean()
    if targets.is_floating_point():
        return ((output - targets) ** 2).mean()
    return nn.functional.cross_entropy(output.flatten(0, -2), targets.flatten())


def perceptron(units: int, bend: nn.Module, answers: int = 2) -> nn.Sequential:
    """Return a network of one hidden layer over inputs of two numbers."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, units), bend, nn.Linear(units, answers))


def plane(count: int) -> tuple[Tensor, Tensor]:
    """Return points of a plane and on which side of a line each lies."""
    inputs = torch.randn(count, 2, generator=torch.Generator().manual_seed(1))
    return inputs, (inputs[:, 0] > 0).long()
