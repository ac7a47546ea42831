"""Tiny models of several kinds, trained for a few steps and recorded as anybody would."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.recording import Recording
from tests.scenes.animate.runs.loops import record_steps

KINDS = ("weight", "bias", "gradient", "gradient_norm")


def train(
    path: Path, model: nn.Module, inputs: Tensor, *, steps: int = 6, rate: float = 0.3, **kwargs: Any
) -> Recording:
    """Train a model to put out ones, record it and open the recording; kwargs go to the recorder."""
    optimizer = torch.optim.SGD([own for own in model.parameters() if own.requires_grad], lr=rate)
    settings = {"record": KINDS, "every": 1, "probe": inputs[:3], **kwargs}
    return record_steps(
        path, model, inputs, lambda output: (output - 1.0).square().mean(), optimizer, steps, **settings
    )


def pictures(channels: int = 1, side: int = 6) -> Tensor:
    """Return eight random pictures, (batch, channel, height, width)."""
    return torch.rand(8, channels, side, side, generator=torch.Generator().manual_seed(0))


def numbers(count: int = 4) -> Tensor:
    """Return eight random inputs, (batch, feature)."""
    return torch.randn(8, count, generator=torch.Generator().manual_seed(0))


def convolutions() -> nn.Module:
    """Return a network of two convolutions and a dense layer, for pictures of three colours."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(64, 2))


def dense(*sizes: int, between: type[nn.Module] = nn.Sigmoid) -> nn.Sequential:
    """Return dense layers of these sizes, with a function between them."""
    torch.manual_seed(0)
    layers = [layer for pair in pairwise(sizes) for layer in (nn.Linear(*pair), between())]
    return nn.Sequential(*layers[:-1])
