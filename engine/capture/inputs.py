"""Passes inputs of any form to a model, and names the tensors among them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from engine.capture.tensors import tensors_by_path
from engine.recording.format.encoded_names import encoded_name

Inputs = Any  # a tensor; several things in a tuple, or by name; whatever else a model takes as its one input


def call(model: nn.Module, inputs: Inputs | None) -> Any:
    """Return a model's output for inputs, given as one thing, as several in order (a tuple), or by name."""
    if isinstance(inputs, Mapping):
        return model(**inputs)
    if isinstance(inputs, tuple) and not isinstance(inputs, PackedSequence):
        return model(*inputs)
    return model(inputs)


def fresh_copy_of(inputs: Inputs) -> Inputs:
    """Return inputs with copies of their tensors, lists and dicts, which a model may change as it runs.

    A tensor that is there twice stays one; things of other classes are the same.
    """
    return _copied(dict(inputs) if isinstance(inputs, Mapping) else inputs, {})


def _copied(value: Any, known: dict[int, Tensor]) -> Any:
    if isinstance(value, Tensor):
        if id(value) not in known:
            known[id(value)] = value.detach().clone().requires_grad_(value.requires_grad)
        return known[id(value)]
    if type(value) is PackedSequence:
        return value._replace(data=_copied(value.data, known))
    if type(value) is dict:
        return {name: _copied(part, known) for name, part in value.items()}
    return type(value)(_copied(part, known) for part in value) if type(value) in (tuple, list) else value


def twice(inputs: Inputs) -> Inputs:
    """Return inputs with all their examples a second time behind them."""
    if isinstance(inputs, Tensor):
        return torch.cat([inputs, inputs])
    if isinstance(inputs, Mapping):
        return {name: twice(part) for name, part in inputs.items()}
    return type(inputs)(map(twice, inputs)) if type(inputs) in (tuple, list) else inputs


def named_inputs(inputs: Inputs) -> dict[str, Tensor]:
    """Return the tensors among inputs by their names in a recording: `probe.input`, of several `probe.input.NAME`.

    NAME is a number or a name, and of what lies within another thing both with a dot: `probe.input.1.0`. Flags, None
    and whatever else is no tensor is left out. They are in the order in which the model takes them.
    """
    return {encoded_name(".".join(("probe.input", *path))): tensor for path, tensor in tensors_by_path(inputs)}


def named_as_taken(model: nn.Module, inputs: Inputs) -> dict[str, str]:
    """Return what the tensors among inputs are called where the model takes them, by their names in a recording.

    What is given in order has the name that `forward` has for it, where it has one; a single input has none: "".
    """
    takes = _taken_by(model) if isinstance(inputs, tuple) and len(inputs) > 1 else []
    found = {}
    for name in named_inputs(inputs):
        first, dot, rest = name.removeprefix("probe.input").removeprefix(".").partition(".")
        known = first.isdecimal() and int(first) < len(takes)
        found[name] = f"{encoded_name(takes[int(first)]) if known else first}{dot}{rest}"
    return found


def _taken_by(model: nn.Module) -> list[str]:
    """Return the names of what `forward` takes in order."""
    try:
        taken = inspect.signature(model.forward).parameters.values()
    except (TypeError, ValueError):  # of what is not written in Python
        return []
    return [one.name for one in taken if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
