"""Keeps what a model holds, and puts it back after a pass: attributes of modules and objects, buffers, parameters."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from io import IOBase
from operator import is_
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.weak import WeakIdKeyDictionary

from engine.capture.generators import Restore, keep_generator
from engine.capture.model_parts import ModelParts

_DEEP = 4  # containers within containers that are looked into
_PLAIN = frozenset((int, float, complex, bool, str, bytes, type(None), torch.dtype, torch.device, torch.Size, type))
_OF_EVERY_MODULE = frozenset(vars(nn.Module()))  # hooks and the like, whose objects stay; hooks that come meanwhile go
_HOOKS = tuple(name for name, value in vars(nn.Module()).items() if "hooks" in name and isinstance(value, dict))
_OTHERS = frozenset(("builtins", "torch", "numpy", "random", "functools", "typing", "threading", "logging"))
_MOVING: Any = WeakIdKeyDictionary()  # the parameters that some pass has changed


def keep_modules(parts: ModelParts, *, parameters: bool = False) -> Restore:
    """Return the function that makes attributes and buffers of a model's modules what they are now, object by object.

    Tensors, arrays, random generators, lists, dicts, sets and deques that are changed in place get their values back,
    those within a tuple or an object too; attributes, hooks, parameters and modules that come meanwhile go. What has
    neither attributes nor content of a kind that is known is put back as the object that it was (see `unkept_state`).
    parameters: whether the parameters' values are kept as well, which takes as much memory as they do; those that a
    pass was seen to change so are kept ever after.
    """
    known: set[int] = set()  # identities of objects that are kept already
    restores = [_keep_module(module, own, known) for module, own in _with_their_own(parts.modules.values())]
    kept = [one for one in parts.parameters.values() if parameters or (_MOVING and one in _MOVING)]
    restores += [_keep_parameter(one) for one in kept if type(one) is nn.Parameter and not one.is_meta]

    def restore() -> None:
        with torch.no_grad():
            for one in restores:
                one()

    return restore


def unkept_state(model: nn.Module) -> dict[str, str]:
    """Return path -> class of what modules hold that a pass may change and that cannot be put back.

    Those are iterators, open files, and objects of classes with slots.
    """
    found = {}
    for path, module in model.named_modules():
        for name, value in vars(module).items():
            own = type(value).__module__.partition(".")[0] not in _OTHERS
            slotted = own and not hasattr(value, "__dict__") and hasattr(type(value), "__slots__")
            if name not in _OF_EVERY_MODULE and (isinstance(value, Iterator | IOBase) or slotted):
                found[f"{path}.{name}".lstrip(".")] = type(value).__name__
    return found


def _with_their_own(modules: Iterable[nn.Module]) -> list[tuple[nn.Module, list[Any]]]:
    """Return modules, and those that they keep in attributes as what is no part of the model.

    With each comes what its attributes hold besides plain values.
    """
    waiting = list(modules)
    known = set(waiting)
    found = []
    for module in waiting:  # which grows meanwhile
        attributes = vars(module)
        values = [attributes[name] for name in attributes if name not in _OF_EVERY_MODULE]
        own = [value for value in values if type(value) not in _PLAIN]
        found.append((module, own))
        for hidden in _modules_in(tuple(own), _DEEP + 1) if own else ():
            new = [one for one in hidden.modules() if one not in known]
            known.update(new)
            waiting += new
    return found


def _modules_in(value: Any, deep: int) -> Iterator[nn.Module]:
    if isinstance(value, nn.Module):
        yield value
    elif deep and isinstance(value, list | dict | set | deque | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _modules_in(part, deep - 1)


def set_training(module: nn.Module, *, training: bool) -> None:
    """Set a module's own mode, without its children's: past what a class may do where its attributes are set."""
    if isinstance(module, torch.jit.ScriptModule):  # its attributes are not Python's
        module.training = training
    else:
        vars(module)["training"] = training


def put_gradients_aside(parameters: Iterable[nn.Parameter]) -> Restore:
    """Take the gradients from parameters, where a backward pass of a probe's would be added to them.

    Returns the function that puts them back.
    """
    held = [(parameter, parameter.grad) for parameter in parameters]

    def restore() -> None:
        for parameter, gradient in held:
            parameter.grad = gradient

    for parameter, gradient in held:
        if gradient is not None:
            parameter.grad = None
    return restore


def _keep_module(module: nn.Module, own: Sequence[Any], known: set[int]) -> Restore:
    """Return the function that makes a module what it is now. own: what its attributes hold besides plain values."""
    if isinstance(module, torch.jit.ScriptModule):  # its attributes are not Python's
        return _keep_scripted(module, known)
    attributes, buffers = vars(module), module._buffers
    holders = [(holder, dict(holder)) for holder in (attributes, buffers, module._parameters, module._modules)]
    inside = [kept for value in (*own, *buffers.values()) if (kept := _keep_value(value, _DEEP, known))]
    hooks = {name: frozenset(held) for name in _HOOKS if (held := attributes.get(name))}
    training = module.training

    def restore() -> None:
        attributes["training"] = training
        for holder, before in holders:
            if (holder or before) and not _holds_the_same(holder, before):
                _put_back(holder, before)
        for name in _HOOKS:
            if held := attributes.get(name):
                for number in held.keys() - hooks.get(name, frozenset()):
                    del held[number]
        for one in inside:
            one()

    return restore


def _holds_the_same(holder: dict[str, Any], before: dict[str, Any]) -> bool:
    """Tell whether a dict holds the same objects by the same names, in the same order, whatever became of these."""
    if len(holder) != len(before):
        return False
    return all(map(is_, holder, before)) and all(map(is_, holder.values(), before.values()))


def _put_back(holder: dict[str, Any], before: dict[str, Any]) -> None:
    for name in [name for name in holder if name not in before]:
        del holder[name]
    for name, value in before.items():
        if name not in holder or holder[name] is not value:
            holder[name] = value


def _keep_scripted(module: nn.Module, known: set[int]) -> Restore:
    buffers = module.buffers(recurse=False)
    training, inside = module.training, [kept for buffer in buffers if (kept := _keep_value(buffer, 0, known))]

    def restore() -> None:
        module.training = training
        for one in inside:
            one()

    return restore


def _keep_value(value: Any, deep: int, known: set[int]) -> Restore | None:
    """Return the function that gives a value its content back; None for what cannot change, or is not known."""
    if type(value) in _PLAIN:
        return None
    if isinstance(value, Tensor):
        return None if isinstance(value, nn.Parameter) or value.is_meta else _keep_tensor(value)
    if isinstance(value, np.ndarray):
        copied = value.copy()
        return lambda: np.copyto(value, copied) if value.shape == copied.shape else None
    if deep and isinstance(value, list | dict | set | deque | tuple):
        return _keep_container(value, deep, known)
    if deep and _is_object(value) and id(value) not in known:
        known.add(id(value))
        return _keep_object(value, deep, known)
    return keep_generator(value)


def _keep_parameter(parameter: nn.Parameter) -> Restore:
    """Return the function that gives a parameter its values back, wherever in memory they lie by then."""
    values = parameter.detach().to("cpu", copy=True)

    def restore() -> None:
        here = values.to(parameter.device)
        if not _same(parameter.detach(), here):
            _MOVING[parameter] = True
            parameter.data.copy_(here)

    return restore


def _keep_tensor(tensor: Tensor) -> Restore:
    values = tensor.detach().clone()

    def restore() -> None:
        if not _same(tensor, values):  # its version does not tell: observers of quantisation change theirs past it
            if _is_plain(tensor) and tensor.shape != values.shape:
                tensor.resize_(values.shape)
            tensor.copy_(values)

    return restore


def _same(tensor: Tensor, values: Tensor) -> bool:
    """Tell whether two tensors hold the same numbers, NaN being the same as NaN."""
    if not _is_plain(tensor):
        ours, theirs = _parts(tensor), _parts(values)
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    if tensor.shape != values.shape:
        return False
    return bool(((tensor == values) | ((tensor != tensor) & (values != values))).all())


def _is_plain(tensor: Tensor) -> bool:
    return tensor.layout == torch.strided and not tensor.is_nested


def _parts(tensor: Tensor) -> list[Tensor]:
    """Return the plain tensors that a nested or a sparse one holds: of the sparse one places and numbers."""
    if tensor.is_nested:
        return list(tensor.unbind())
    if tensor.layout == torch.sparse_coo:
        return [tensor._indices(), tensor._values()]
    if tensor.layout in (torch.sparse_csr, torch.sparse_bsr):
        return [tensor.crow_indices(), tensor.col_indices(), tensor.values()]
    return [tensor.ccol_indices(), tensor.row_indices(), tensor.values()]


def _is_object(value: Any) -> bool:
    """Tell whether a value is an object of a class of somebody's own, whose state is its attributes."""
    there = isinstance(getattr(value, "__dict__", None), dict) and not isinstance(value, nn.Module | type | Enum)
    return there and type(value).__module__.partition(".")[0] not in _OTHERS


def _keep_object(value: Any, deep: int, known: set[int]) -> Restore:
    """Return the function that gives an object its attributes back, and to these what they hold."""
    holder, before = vars(value), dict(vars(value))
    inside = [kept for one in before.values() if (kept := _keep_value(one, deep - 1, known))]

    def restore() -> None:
        if holder.keys() != before.keys() or any(holder[name] is not one for name, one in before.items()):
            holder.clear()
            holder.update(before)
        for one in inside:
            one()

    return restore


def _keep_container(container: Any, deep: int, known: set[int]) -> Restore:
    parts = list(container.items()) if isinstance(container, dict) else list(container)
    values = [value for _, value in parts] if isinstance(container, dict) else parts
    inside = [kept for value in values if (kept := _keep_value(value, deep - 1, known))]

    if isinstance(container, tuple):  # which holds the same things, whatever becomes of them
        return lambda: [one() for one in inside]

    def restore() -> None:
        container.clear()
        if isinstance(container, list | deque):
            container.extend(parts)
        else:
            container.update(parts)
        for one in inside:
            one()

    return restore
