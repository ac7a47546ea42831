"""Tells the parts of a model that are scripted or traced, into which no hook can look."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn


def is_scripted(module: nn.Module) -> bool:
    """Tell whether a module is scripted or traced by `torch.jit`, and everything inside it with it."""
    return isinstance(module, torch.jit.ScriptModule)


def open_modules(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yield the modules of a model with their paths, without those that are scripted and wrappers of compiled ones."""
    for path, module in model.named_modules():
        if not is_scripted(module) and not hasattr(module, "_orig_mod"):
            yield path, module


def scripted_parts(model: nn.Module) -> dict[str, str]:
    """Return path -> class of the scripted modules of a model that are not within another one."""
    found: dict[str, str] = {}
    for path, module in model.named_modules():
        within = any(not outer or path.startswith(f"{outer}.") for outer in found)
        if is_scripted(module) and not within:
            found[path] = type(module).__name__
    return found
