"""Finds tensors in inputs and outputs of models, and parameters, and turns them into arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import torch
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


def dense(tensor: Tensor) -> Tensor:
    """Return a tensor with all its entries, as the numbers that they stand for, where it is sparse or quantised."""
    if tensor.is_quantized:
        return tensor.dequantize()
    return tensor if tensor.layout == torch.strided else tensor.to_dense()


def recorded_dtype(tensor: Tensor) -> str:
    """Return the type that a tensor is recorded in: float32 for half precision, and for what was quantised."""
    half = tensor.is_floating_point() and tensor.element_size() < 4
    return "float32" if half or tensor.is_quantized else str(tensor.dtype).removeprefix("torch.")


def as_array(tensor: Tensor) -> np.ndarray:
    """Return a copy of a tensor's values."""
    values = dense(tensor.detach())
    return values.to("cpu", getattr(torch, recorded_dtype(values)), copy=True).numpy()


def missing_values(shape: tuple[int, ...], dtype: str) -> Tensor:
    """Return values of which none is known: NaN, or 0 where their type has none."""
    kind = getattr(torch, dtype)
    return torch.full(shape, torch.nan if kind.is_floating_point or kind.is_complex else 0, dtype=kind)


def parameters_with_numbers(model: nn.Module) -> dict[str, nn.Parameter]:
    """Return a model's parameters by name, without those on `meta`: what has such is a mould, and holds no numbers."""
    return {name: parameter for name, parameter in model.named_parameters() if not parameter.is_meta}
