"""Keeps the state of a model during a pass, and finds a model within its wrappers."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any

import torch
from torch import nn

from engine.capture.generators import keep_generators
from engine.capture.model_parts import parts_of
from engine.capture.module_state import keep_modules, put_gradients_aside, set_training


@contextmanager
def preserve_state(model: nn.Module, *, gradients: bool = False, parameters: bool = False) -> Iterator[None]:
    """Restore a model's mode, gradients and other state, and the random generators' states, when the block ends.

    What is state of a module, and what is put back of it, tells `engine.capture.module_state`. In the block the
    model is in evaluation mode and in the precision of its parameters, uncompiled, and its parameters have no
    gradients. gradients: whether a graph is kept for a backward pass. parameters: whether the parameters' values are
    kept as well, as they are anyway of those that a pass was seen to change.
    """
    parts = parts_of(model)
    devices = sorted({parameter.device for parameter in parts.parameters.values()}, key=str)
    restores = (
        keep_modules(parts, parameters=parameters),
        keep_generators(devices),
        put_gradients_aside(parts.parameters.values()),
    )
    modules = parts.modules.values()
    compiled: list[tuple[Any, Any]] = [
        (module, module._compiled_call_impl) for module in modules if module._compiled_call_impl is not None
    ]
    for module in modules:  # not by `eval`, which a model of somebody's own may have made do more
        if module.training:
            set_training(module, training=False)
    for module, _ in compiled:
        module._compiled_call_impl = None
    try:
        with (
            torch.set_grad_enabled(gradients),
            _in_own_precision({device.type for device in devices}),
            _step_by_step(),
            _not_optimised(),
            _not_compiled(),
        ):
            yield
    finally:
        for module, call in compiled:
            module._compiled_call_impl = call
        for restore in restores:
            restore()


@contextmanager
def _in_own_precision(devices: Collection[str]) -> Iterator[None]:
    """Have operations computed in the precision of their numbers. devices: the types of the model's."""
    with ExitStack() as stack:
        for device in sorted(devices):
            if device != "meta" and torch.is_autocast_enabled(device):
                stack.enter_context(torch.autocast(device, enabled=False))
        yield


@contextmanager
def _step_by_step() -> Iterator[None]:
    """Keep PyTorch from computing whole transformer layers at once, without their parts, as it does in evaluation."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


def _not_optimised() -> AbstractContextManager[None]:
    """Keep PyTorch from optimising scripted parts by what they see, as it does of a part's first passes."""
    off: AbstractContextManager[None] = torch.jit.optimized_execution(False)  # type: ignore[attr-defined]
    return off


def _not_compiled() -> AbstractContextManager[Any]:
    """Have what `torch.compile` was asked for, parts of a model and functions, run as it is written."""
    if "torch._dynamo" not in sys.modules:  # nobody has asked for anything
        return nullcontext()
    as_written: AbstractContextManager[Any] = torch.compiler.set_stance("force_eager")
    return as_written


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
