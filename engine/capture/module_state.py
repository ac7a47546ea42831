"""Keeps what a model holds besides its parameters, and puts it back: attributes of modules, buffers, generators."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

Restore = Callable[[], None]
_DEEP = 4  # containers within containers that are looked into
_OF_EVERY_MODULE = frozenset(vars(nn.Module()))  # hooks and the like, whose objects stay; hooks that come meanwhile go
_HOOKS = frozenset(name for name, value in vars(nn.Module()).items() if "hooks" in name and isinstance(value, dict))


def keep_modules(model: nn.Module) -> Restore:
    """Return the function that makes attributes and buffers of all modules what they are now, object by object.

    Tensors, arrays, lists, dicts, sets and deques that are changed in place get their values back; attributes and hooks
    that come meanwhile go. An object of another kind is put back as the object that it was, whatever it has become
    inside.
    """
    restores = [_keep_module(module) for module in model.modules()]

    def restore() -> None:
        with torch.no_grad():
            for one in restores:
                one()

    return restore


def keep_generators() -> Restore:
    """Return the function that sets the random generators of Python and of NumPy back; torch keeps its own."""
    of_python, of_numpy = random.getstate(), np.random.get_state()

    def restore() -> None:
        random.setstate(of_python)
        np.random.set_state(of_numpy)

    return restore


def _keep_module(module: nn.Module) -> Restore:
    if isinstance(module, torch.jit.ScriptModule):  # its attributes are not Python's
        return _keep_scripted(module)
    attributes, buffers = dict(vars(module)), dict(module._buffers)
    own = [value for name, value in attributes.items() if name not in _OF_EVERY_MODULE]
    inside = [kept for value in (*own, *buffers.values()) if (kept := _keep_value(value, _DEEP))]
    hooks = [(attributes[name], frozenset(attributes[name])) for name in _HOOKS.intersection(attributes)]

    def restore() -> None:
        for held, there in hooks:
            for number in held.keys() - there:
                del held[number]
        for holder, before in ((vars(module), attributes), (module._buffers, buffers)):
            for name in [name for name in holder if name not in before]:
                del holder[name]
            for name, value in before.items():
                if holder.get(name, inside) is not value:
                    holder[name] = value
        for one in inside:
            one()

    return restore


def _keep_scripted(module: nn.Module) -> Restore:
    training, inside = module.training, [_keep_tensor(buffer) for buffer in module.buffers(recurse=False)]

    def restore() -> None:
        module.training = training
        for one in inside:
            one()

    return restore


def _keep_value(value: Any, deep: int) -> Restore | None:
    """Return the function that gives a value its content back; None for what cannot change, or is not known."""
    if isinstance(value, Tensor) and not isinstance(value, nn.Parameter):
        return _keep_tensor(value)
    if isinstance(value, np.ndarray):
        copied = value.copy()
        return lambda: np.copyto(value, copied) if value.shape == copied.shape else None
    if deep and isinstance(value, list | dict | set | deque):
        return _keep_container(value, deep)
    return None


def _keep_tensor(tensor: Tensor) -> Restore:
    values = tensor.detach().clone()

    def restore() -> None:
        if not _same(tensor, values):  # its version does not tell: observers of quantisation change theirs past it
            if tensor.shape != values.shape:
                tensor.resize_(values.shape)
            tensor.copy_(values)

    return restore


def _same(tensor: Tensor, values: Tensor) -> bool:
    """Tell whether two tensors hold the same numbers, NaN being the same as NaN."""
    if tensor.shape != values.shape:
        return False
    return bool(((tensor == values) | ((tensor != tensor) & (values != values))).all())


def _keep_container(container: Any, deep: int) -> Restore:
    parts = list(container.items()) if isinstance(container, dict) else list(container)
    values = [value for _, value in parts] if isinstance(container, dict) else parts
    inside = [kept for value in values if (kept := _keep_value(value, deep - 1))]

    def restore() -> None:
        container.clear()
        if isinstance(container, list | deque):
            container.extend(parts)
        else:
            container.update(parts)
        for one in inside:
            one()

    return restore
