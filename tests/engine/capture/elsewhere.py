"""A device of its own, whose tensors are on the processor in truth, and meet none of those that are there openly.

It stands for a graphics card where there is none: an operation on tensors of both devices is an error, as it is there,
and what is copied back to the processor is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

NAME = "elsewhere"
ACROSS = frozenset((torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default))
brought_back: list[tuple[int, ...]] = []  # shapes of what was copied from there to the processor


class Elsewhere(torch.Tensor):
    """A tensor on that device. inner: its values."""

    inner: Tensor

    @staticmethod
    def __new__(cls, inner: Tensor) -> Elsewhere:
        """Wrap a tensor of the processor."""
        made: Elsewhere = torch.Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
            cls, inner.size(), inner.stride(), inner.storage_offset(), dtype=inner.dtype, device=f"{NAME}:0"
        )
        made.inner = inner
        return made

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Compute on the processor, and wrap what comes of it; raises where tensors of both devices meet."""
        kwargs = dict(kwargs or {})
        target = kwargs.pop("device", None)
        tensors = [one for one in tree_leaves((args, kwargs)) if isinstance(one, Tensor)]
        open_ones = [one for one in tensors if not isinstance(one, cls)]
        if func not in ACROSS and any(one.ndim for one in open_ones):
            raise RuntimeError(f"{func}: expected all tensors to be on the same device, found {NAME}:0 and cpu")
        plain_args, plain_kwargs = tree_map(lambda one: one.inner if isinstance(one, cls) else one, (args, kwargs))
        made = func(*plain_args, **plain_kwargs)
        leaves = target is not None and torch.device(target).type == "cpu"
        if leaves or (func is torch.ops.aten.copy_.default and not isinstance(args[0], cls)):
            brought_back.append(tuple(made.shape))
            return made if leaves else args[0]
        known = {id(one.inner): one for one in tensors if isinstance(one, cls)}  # changed in place, it stays the same

        def wrapped(one: Any) -> Any:
            return known.get(id(one), cls(one)) if isinstance(one, Tensor) else one

        return tree_map(wrapped, made)


def register_elsewhere() -> None:
    """Tell PyTorch that there is such a device, once for a process."""
    if torch._C._get_privateuse1_backend_name() == NAME:
        return
    _setup_privateuseone_for_python_backend(NAME)
    for name in ("empty.memory_format", "empty_strided"):
        torch.library.impl(f"aten::{name}", "PrivateUse1")(_made(getattr(torch, name.partition(".")[0])))


def _made(make: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def empty(*args: Any, dtype: Any = None, device: Any = None, **how: Any) -> Tensor:
        known = {name: value for name, value in how.items() if value is not None and name != "layout"}
        return Elsewhere(make(*args, dtype=dtype, **known))

    return empty


def moved(model: nn.Module) -> nn.Module:
    """Move a model's parameters and buffers there."""
    for module in model.modules():
        for name, parameter in list(module._parameters.items()):
            if parameter is not None:
                module._parameters[name] = nn.Parameter(Elsewhere(parameter.detach()), parameter.requires_grad)
        for name, buffer in list(module._buffers.items()):
            if buffer is not None:
                module._buffers[name] = Elsewhere(buffer)
        if isinstance(module, nn.RNNBase):
            module._init_flat_weights()
    return model
