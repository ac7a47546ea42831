"""Trains models on the processor and elsewhere, and compares all that is recorded, in a process of its own.

PyTorch counts its devices when it first goes back through a graph, so that no process that did may meet another device.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.recorder import Recorder
from engine.recording import Recording
from tests.engine.capture.elsewhere import Elsewhere, moved, register_elsewhere


class Remembering(nn.Module):
    """A recurrent cell, attention, a norm with statistics, and a state that is kept from pass to pass."""

    def __init__(self) -> None:
        super().__init__()
        self.cell, self.attention = nn.RNNCell(4, 4), nn.MultiheadAttention(4, 2, batch_first=True)
        self.norm, self.head = nn.BatchNorm1d(4), nn.Linear(4, 3)
        self.register_buffer("seen", torch.zeros(4))
        self.kept: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        states, state = [], torch.zeros_like(x[:, 0])
        for position in range(x.shape[1]):
            state = self.cell(x[:, position], state)
            states.append(state)
        attended, _ = self.attention(*[torch.stack(states, 1)] * 3, need_weights=False)
        self.seen = self.seen + attended.detach().mean((0, 1))
        self.kept = attended.detach()
        return self.head(self.norm(attended.mean(1)))


def convolutions() -> nn.Module:
    return nn.Sequential(
        nn.Unflatten(1, (1, 5)), nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(24, 3)
    )


def _trained(model: nn.Module, inputs: Tensor, target: Tensor, path: Path | None, **how: Any) -> Recording | None:
    optimizer = torch.optim.SGD(model.parameters(), 0.1, foreach=False)
    recorder = Recorder(model, path, probe=inputs[:8], target=target[:8], every=1, **how) if path else None
    if recorder:
        recorder.__enter__()
    for _ in range(3):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), target)
        loss.backward()
        optimizer.step()
        if recorder:
            recorder.step(loss=loss)
    if recorder:
        recorder.__exit__(None, None, None)
    return recorder.recording if recorder else None


def compare(build: Callable[[], nn.Module], folder: Path) -> None:
    """Raise AssertionError where recordings differ, or where the training elsewhere is not the same without one."""
    register_elsewhere()
    torch.manual_seed(0)
    model, inputs, target = build(), torch.randn(12, 5, 4), torch.arange(12) % 3
    how = {"probe_loss": lambda output: output.square().sum(), "record": ("*",)}
    here = _trained(copy.deepcopy(model), inputs, target, folder / f"{build.__name__}-here", **how)
    alone, there = moved(copy.deepcopy(model)), moved(copy.deepcopy(model))
    _trained(alone, Elsewhere(inputs), Elsewhere(target), None)
    recorded = _trained(there, Elsewhere(inputs), Elsewhere(target), folder / f"{build.__name__}-there", **how)
    assert here is not None and recorded is not None and set(recorded.arrays) == set(here.arrays)
    for name in here.arrays:
        np.testing.assert_allclose(recorded.read(name), here.read(name), atol=1e-5, err_msg=name)
    for one, other in zip(alone.state_dict().values(), there.state_dict().values(), strict=True):
        assert torch.equal(one.inner, other.inner)
