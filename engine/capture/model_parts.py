"""Lists the modules and the parameters of a model in one walk, as PyTorch names them: a snapshot asks several times."""

from __future__ import annotations

from typing import NamedTuple

from torch import nn


class ModelParts(NamedTuple):
    """A model's modules by path and its parameters by name, each once, under the first name that it has."""

    modules: dict[str, nn.Module]
    parameters: dict[str, nn.Parameter]


def parts_of(model: nn.Module) -> ModelParts:
    """Return what `named_modules` and `named_parameters` of a model yield, in their order."""
    modules: dict[str, nn.Module] = {}
    parameters: dict[str, nn.Parameter] = {}
    seen: set[int] = set()
    waiting = [("", model)]
    while waiting:
        path, module = waiting.pop()
        if id(module) in seen:
            continue
        seen.add(id(module))
        modules[path] = module
        before = f"{path}." if path else ""
        for name, parameter in module._parameters.items():
            if parameter is not None and id(parameter) not in seen:
                seen.add(id(parameter))
                parameters[before + name] = parameter
        if module._modules:
            children = [(before + name, child) for name, child in module._modules.items() if child is not None]
            waiting += reversed(children)
    return ModelParts(modules, parameters)


def parameters_with_numbers(model: nn.Module) -> dict[str, nn.Parameter]:
    """Return a model's parameters by name, without those on `meta`: what has such is a mould, and holds no numbers."""
    return {name: parameter for name, parameter in parts_of(model).parameters.items() if not parameter.is_meta}
