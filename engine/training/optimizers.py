"""Contains the optimizers: gradient descent, and AdamW with a learning rate that rises first and then falls."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import torch
from torch import Tensor, nn

LAST_RATE = 0.1  # of the learning rate, at the end
DECAY = 0.01


class Optimizer(Protocol):
    """The methods that a training needs of an optimizer; those of `torch.optim` have them."""

    def zero_grad(self) -> None:
        """Clear the gradients."""

    def step(self) -> Any:
        """Make one update."""

    def state_dict(self) -> dict[str, Any]:
        """Return the optimizer's state, without the parameters."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Restore the state of a `state_dict()`."""


class GradientDescent:
    """Gradient descent, θ ← θ − η ∇C, to the last bit as `torch.optim.SGD` does it.

    For a network as small as that of the first chapters half of the time of torch's optimizer is spent outside of the
    update, and the first of all optimizers of torch loads its compiler.
    """

    def __init__(self, parameters: Iterable[Tensor], learning_rate: float) -> None:
        """Train these parameters."""
        self._parameters, self._rate = tuple(parameters), learning_rate

    def zero_grad(self) -> None:
        """Clear the gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Make one update of the parameters that have a gradient."""
        for parameter in self._parameters:
            if parameter.grad is not None:
                parameter.add_(parameter.grad, alpha=-self._rate)

    def state_dict(self) -> dict[str, Any]:
        """Return {}: an update depends on none before it."""
        return {}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore nothing."""


class WarmedAdamW(torch.optim.AdamW):
    """AdamW whose learning rate is reached after `warmup` updates and falls along a cosine to a tenth at `steps`.

    How many updates it has made is part of its state, so that a training goes on where it was. Biases and norms
    do not decay.

    Loshchilov and Hutter, *Decoupled Weight Decay Regularization*, 2019; *SGDR*, 2017 (the cosine).
    """

    def __init__(self, model: nn.Module, learning_rate: float, warmup: int, steps: int) -> None:
        """Train all parameters of a model that require a gradient."""
        trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
        groups: list[dict[str, Any]] = [
            {"params": [one for one in trained if one.ndim >= 2], "weight_decay": DECAY, "updates": 0},
            {"params": [one for one in trained if one.ndim < 2], "weight_decay": 0.0, "updates": 0},
        ]
        super().__init__(groups, lr=learning_rate, fused=True)
        self._rate, self._warmup, self._steps = learning_rate, warmup, steps

    def rate_at(self, update: int) -> float:
        """Return the learning rate of the update after `update` others."""
        if update < self._warmup:
            return self._rate * (update + 1) / (self._warmup + 1)
        done = (update - self._warmup) / max(1, self._steps - self._warmup)
        return self._rate * (LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(math.pi * min(1.0, done))) / 2)

    def step(self, closure: Any = None) -> Any:
        """Make one update."""
        for group in self.param_groups:
            group["lr"] = self.rate_at(group["updates"])
            group["updates"] += 1
        return super().step(closure)
