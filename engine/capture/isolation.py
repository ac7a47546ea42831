"""Keeps the state of a model during a pass, and finds a model within its wrappers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn


@contextmanager
def preserve_state(model: nn.Module, *, gradients: bool = False) -> Iterator[None]:
    """Restore a model's mode and buffers and the random generators' states when the block ends.

    In the block the model is in evaluation mode and in the precision of its parameters, uncompiled. gradients: whether
    a graph is kept for a backward pass.
    """
    modules = list(model.modules())
    training = [module for module in modules if module.training]
    compiled: list[tuple[Any, Any]] = [
        (module, module._compiled_call_impl) for module in modules if module._compiled_call_impl is not None
    ]
    buffers = [(buffer, buffer.detach().clone(), buffer._version) for buffer in model.buffers()]
    model.eval()
    for module, _ in compiled:
        module._compiled_call_impl = None
    try:
        with (
            torch.set_grad_enabled(gradients),
            torch.random.fork_rng(devices=_cuda_devices(model)),
            torch.autocast(next(iter(_devices(model)), "cpu"), enabled=False),
        ):
            yield
    finally:
        for module, call in compiled:
            module._compiled_call_impl = call
        for module in training:
            module.training = True
        with torch.no_grad():
            for buffer, values, version in buffers:
                if buffer._version != version:
                    buffer.copy_(values)


def unwrapped(model: nn.Module) -> nn.Module:
    """Return the model itself, without the wrappers of `torch.compile` and of data-parallel training."""
    while True:
        if hasattr(model, "_orig_mod"):
            model = model._orig_mod  # type: ignore[assignment]
        elif isinstance(model, nn.DataParallel | nn.parallel.DistributedDataParallel):
            model = model.module
        else:
            return model


def is_compiled(model: nn.Module) -> bool:
    """Tell whether `torch.compile` was asked for, of the whole or of a part."""
    return any(hasattr(module, "_orig_mod") or module._compiled_call_impl is not None for module in model.modules())


def _devices(model: nn.Module) -> set[str]:
    return {parameter.device.type for parameter in model.parameters()} - {"meta"}


def _cuda_devices(model: nn.Module) -> list[int]:
    return sorted({parameter.device.index for parameter in model.parameters() if parameter.device.type == "cuda"})
