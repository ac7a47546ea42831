"""Finds tensors in inputs and outputs of models, and turns them into arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence


def tensors_in(value: Any) -> Iterator[Tensor]:
    """Yield all tensors in a value, in order."""
    for _, tensor in tensors_by_path(value):
        yield tensor


def tensors_by_path(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Tensor]]:
    """Yield all tensors in a value, in order, each with its path of names and numbers; () for the value itself."""
    if isinstance(value, Tensor):
        yield path, value
    elif isinstance(value, PackedSequence):
        yield path, value.data
    for name, part in _parts_of(value):
        yield from tensors_by_path(part, (*path, str(name)))


def _parts_of(value: Any) -> Iterable[tuple[Any, Any]]:
    """Return what lies in a value, by name or number."""
    if isinstance(value, Tensor | PackedSequence):
        return ()
    if isinstance(value, Mapping):
        return value.items()
    if isinstance(value, tuple | list):
        return enumerate(value)
    if is_dataclass(value) and not isinstance(value, type):
        return [(field.name, getattr(value, field.name)) for field in fields(value)]
    return ()


def first_tensor(value: Any) -> Tensor | None:
    """Return the first tensor in a value, or the logits where it has some; None where there is none."""
    if isinstance(value, Tensor):  # as nearly always
        return value
    if isinstance(value, Mapping) and "logits" in value:
        value = value["logits"]
    elif isinstance(getattr(value, "logits", None), Tensor):
        value = value.logits
    return next(tensors_in(value), None)


def padded_shapes(value: Any) -> dict[int, tuple[int, ...]]:
    """Return by the identity of their values the shapes that packed sequences in a value have unpacked, padded."""
    if isinstance(value, PackedSequence):
        return {id(value.data): (int(value.batch_sizes[0]), len(value.batch_sizes), *value.data.shape[1:])}
    return {name: shape for _, part in _parts_of(value) for name, shape in padded_shapes(part).items()}


def dense(tensor: Tensor) -> Tensor:
    """Return a tensor with all its entries, as the numbers that they stand for, where it is sparse or quantised."""
    if tensor.is_quantized:
        return tensor.dequantize()
    return tensor if tensor.layout == torch.strided else tensor.to_dense()


def recorded_dtype(tensor: Tensor) -> str:
    """Return the type that a tensor is recorded in: float32 for half precision, and for what was quantised."""
    return _name_of(_recorded(tensor.dtype, quantized=tensor.is_quantized))


@cache
def _recorded(dtype: torch.dtype, *, quantized: bool = False) -> torch.dtype:
    half = dtype.is_floating_point and dtype.itemsize < 4
    return torch.float32 if half or quantized else dtype


@cache
def _name_of(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def as_array(tensor: Tensor, *, own: bool = False) -> np.ndarray:
    """Return a tensor's values, copied. own: whether nothing else uses the tensor, so that its memory may be taken."""
    values = dense(tensor.detach())
    return values.to("cpu", _recorded(values.dtype), copy=not own).numpy()


def missing_values(shape: tuple[int, ...], dtype: str) -> Tensor:
    """Return values of which none is known: NaN, or 0 where their type has none."""
    kind = getattr(torch, dtype)
    return torch.full(shape, torch.nan if kind.is_floating_point or kind.is_complex else 0, dtype=kind)
