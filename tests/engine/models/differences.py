"""Gradients beside finite differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from torch import Tensor, nn

STEP = 1e-6


def assert_gradients_are_differences(model: nn.Module, cost: Callable[[], Tensor], entries: int = 8) -> None:
    """Compare autograd with central differences in float64 at some entries of every parameter of `model`."""
    model.double()
    cost().backward()
    random = np.random.default_rng(1)
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        flat, gradient = parameter.detach().view(-1), parameter.grad.view(-1)
        for entry in random.choice(len(flat), min(entries, len(flat)), replace=False):
            before = flat[entry].item()
            costs = []
            for nudge in (STEP, -STEP):
                flat[entry] = before + nudge
                costs.append(cost().item())
            flat[entry] = before
            difference = (costs[0] - costs[1]) / (2 * STEP)
            assert difference == pytest.approx(gradient[entry].item(), rel=1e-5, abs=1e-9), (name, entry)
