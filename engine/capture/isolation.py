"""Keeps the state of a model during a pass, and finds a model within its wrappers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from engine.capture.module_state import keep_generators, keep_modules


@contextmanager
def preserve_state(model: nn.Module, *, gradients: bool = False) -> Iterator[None]:
    """Restore a model's mode, buffers and other state, and the random generators' states, when the block ends.

    What is state of a module, and what is put back of it, tells `engine.capture.module_state`. In the block the
    model is in evaluation mode and in the precision of its parameters, uncompiled. gradients: whether a graph is
    kept for a backward pass.
    """
    modules = list(model.modules())
    restores = keep_modules(model), keep_generators()
    compiled: list[tuple[Any, Any]] = [
        (module, module._compiled_call_impl) for module in modules if module._compiled_call_impl is not None
    ]
    for module in modules:  # not by `eval`, which a model of somebody's own may have made do more
        module.training = False
    for module, _ in compiled:
        module._compiled_call_impl = None
    try:
        with (
            torch.set_grad_enabled(gradients),
            torch.random.fork_rng(devices=_cuda_devices(model)),
            torch.autocast(next(iter(_devices(model)), "cpu"), enabled=False),
            _step_by_step(),
        ):
            yield
    finally:
        for module, call in compiled:
            module._compiled_call_impl = call
        for restore in restores:
            restore()


@contextmanager
def _step_by_step() -> Iterator[None]:
    """Keep PyTorch from computing whole transformer layers at once, without their parts, as it does in evaluation."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


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
