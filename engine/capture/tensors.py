"""Finds tensors in inputs and outputs of models, in tuples, dicts and dataclasses, however nested; and parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence


def tensors_in(value: Any) -> Iterator[Tensor]:
    """Yield all tensors in a value, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, PackedSequence):
        yield value.data
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from tensors_in(part)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from tensors_in(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from tensors_in(getattr(value, field.name))


def first_tensor(value: Any) -> Tensor | None:
    """Return the first tensor in a value, or the logits where it has some; None where there is none."""
    if isinstance(value, Mapping) and "logits" in value:
        value = value["logits"]
    elif isinstance(getattr(value, "logits", None), Tensor):
        value = value.logits
    return next(tensors_in(value), None)


def parameters_with_numbers(model: nn.Module) -> dict[str, nn.Parameter]:
    """Return a model's parameters by name, without those on `meta`: what has such is a mould, and holds no numbers."""
    return {name: parameter for name, parameter in model.named_parameters() if not parameter.is_meta}
