"""The loop that a user would write, for a model that is trained on one batch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.recorder import Recorder
from engine.recording import Recording


def record_steps(
    path: Path,
    model: nn.Module,
    inputs: Tensor,
    loss_of: Callable[[Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    steps: int,
    **settings: Any,
) -> Recording:
    """Make some updates, record them with a recorder of these settings, and open the recording."""
    with Recorder(model, path, **settings) as recorder:
        for _ in range(steps):
            optimizer.zero_grad()
            loss = loss_of(model(inputs))
            loss.backward()
            optimizer.step()
            recorder.step(loss=loss.item())
    return recorder.recording
