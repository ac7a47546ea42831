"""Tells the parts of a model that are scripted or traced, into which no hook can look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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


class Closed(nn.Module):
    """Stands in for a scripted part, which takes no hooks, while it is looked where data goes."""

    def __init__(self, part: nn.Module) -> None:
        super().__init__()
        self._hidden = (part,)  # in a tuple, so that it is no child

    @property
    def part(self) -> nn.Module:
        """The part itself."""
        return self._hidden[0]

    def __getattr__(self, name: str) -> Any:
        """Return what the part has of that name, as its owner may ask for."""
        if name in ("_parameters", "_buffers", "_modules", "_hidden"):  # which a module has once it is made
            raise AttributeError(name)
        return getattr(self.part, name)

    def __getitem__(self, key: Any) -> Any:
        """Return a part of the part."""
        return self.part[key]  # type: ignore[index]

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the part makes of its inputs."""
        return self.part(*args, **kwargs)


@contextmanager
def scripted_parts_closed(model: nn.Module) -> Iterator[None]:
    """Put a `Closed` into the place of each scripted part of a model, until the block ends."""
    replaced: list[tuple[nn.Module, str, nn.Module]] = []
    shells: dict[nn.Module, Closed] = {}
    for parent in [module for _, module in open_modules(model)]:
        for name, child in list(parent._modules.items()):
            if child is not None and is_scripted(child):
                replaced.append((parent, name, child))
                parent._modules[name] = shells.setdefault(child, Closed(child))
    try:
        yield
    finally:
        for parent, name, child in replaced:
            parent._modules[name] = child


def scripted_parts(model: nn.Module) -> dict[str, str]:
    """Return path -> class of the scripted modules of a model that are not within another one."""
    found: dict[str, str] = {}
    for path, module in model.named_modules():
        within = any(not outer or path.startswith(f"{outer}.") for outer in found)
        if is_scripted(module) and not within:
            found[path] = type(module).__name__
    return found
