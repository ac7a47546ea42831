"""Recordings of tiny models that were really trained for a few steps, of any task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.recording import Recording
from tests.scenes.animate.runs.loops import record_steps

KINDS = ("bias",)  # the least that is recorded beside the outputs


def train(
    path: Path,
    model: nn.Module,
    inputs: Tensor,
    target: Tensor,
    loss: Callable[[Tensor, Tensor], Tensor],
    *,
    steps: int = 12,
    rate: float = 0.05,
    classes: Sequence[str] | None = None,
    budget: int = 1 << 24,
) -> Recording:
    """Train on the probe itself and return the recording."""
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    told: dict[str, Any] = {
        "record": KINDS,
        "every": 1,
        "probe": inputs,
        "target": target,
        "classes": classes,
        "budget": budget,
    }
    return record_steps(path, model, inputs, lambda output: loss(output, target), optimizer, steps, **told)


def generator(seed: int = 0) -> torch.Generator:
    """Return a generator, and seed what models start from."""
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)


def classified(
    path: Path,
    count: int = 40,
    features: int = 2,
    classes: int = 3,
    *,
    names: Sequence[str] | None = None,
    **kwargs: Any,
) -> Recording:
    """Return the recording of a classification of points in clouds."""
    chance = generator()
    middles = 2.0 * torch.randn(classes, features, generator=chance)
    target = torch.arange(count) % classes
    inputs = middles[target] + torch.randn(count, features, generator=chance)
    model = nn.Sequential(nn.Linear(features, 16), nn.ReLU(), nn.Linear(16, classes))
    return train(path, model, inputs, target, functional.cross_entropy, classes=names, **kwargs)


def pictured(path: Path, count: int = 16, channels: int = 3, side: int = 8, **kwargs: Any) -> Recording:
    """Return the recording of a classification of pictures, brighter above or below."""
    chance = generator()
    target = torch.arange(count) % 2
    inputs = torch.rand(count, channels, side, side, generator=chance)
    inputs[target == 1, :, : side // 2] += 0.1
    model = nn.Sequential(nn.Conv2d(channels, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * (side - 2) ** 2, 2))
    return train(path, model, inputs, target, functional.cross_entropy, **{"rate": 0.005, **kwargs})


def of_tokens(path: Path, count: int = 6, length: int = 9, *, whole: bool = False, **kwargs: Any) -> Recording:
    """Return the recording of a model that is to repeat tokens, or, if `whole`, to name the first of each sequence."""
    chance = generator()
    inputs = torch.randint(0, 5, (count, length), generator=chance)

    class First(nn.Module):
        def forward(self, values: Tensor) -> Tensor:
            return values[:, 0]

    model = nn.Sequential(nn.Embedding(5, 8), *([First()] if whole else []), nn.Linear(8, 5))
    if whole:
        return train(path, model, inputs, inputs[:, 0].clone(), functional.cross_entropy, **kwargs)
    target = inputs.clone()
    target[0, 0] = -100  # which cross-entropy leaves out
    return train(path, model, inputs, target, lambda p, t: functional.cross_entropy(p.transpose(1, 2), t), **kwargs)


def regressed(path: Path, count: int = 40, features: int = 1, outputs: int = 1, **kwargs: Any) -> Recording:
    """Return the recording of a regression on sines."""
    chance = generator()
    inputs = 4 * torch.rand(count, features, generator=chance) - 2
    target = torch.sin(inputs.sum(dim=1, keepdim=True) + torch.arange(outputs)) * (1 + torch.arange(outputs))
    model = nn.Sequential(nn.Linear(features, 16), nn.Tanh(), nn.Linear(16, outputs))
    return train(path, model, inputs, target, functional.mse_loss, **kwargs)
