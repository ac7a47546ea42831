"""Turns what users keep their data in into tensors: arrays, lists, columns of a DataFrame, words and truth values."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.training.config import ExperimentError

SHOWN = 3  # words in an error


def is_array(value: Any) -> bool:
    """Tell whether a value is numbers, words or truth values by example: an array, a DataFrame's part, or a list."""
    if isinstance(value, Tensor | np.ndarray) or hasattr(value, "to_numpy"):
        return True
    return (
        isinstance(value, list) and bool(value) and isinstance(value[0], bool | int | float | str | np.generic | list)
    )


def inputs_of(value: Any, dtype: torch.dtype) -> Tensor:
    """Return inputs as a tensor: whole numbers as they are, all other numbers in the model's precision `dtype`.

    Raises `ExperimentError` where they are no numbers, or there is a hole in them.
    """
    numbers = _numbers_or_words(value)
    if isinstance(numbers, np.ndarray):
        words = ", ".join(repr(str(one)) for one in numbers.reshape(-1)[:SHOWN])
        raise ExperimentError(f"the inputs hold words ({words}, …) where numbers are expected: turn them into numbers")
    return _in_precision(_without_holes(numbers, "inputs"), dtype)


def targets_of(value: Any, dtype: torch.dtype) -> tuple[Tensor, tuple[str, ...] | None]:
    """Return targets as a tensor, and the names of the classes where they are words, which are numbered in order.

    Truth values are 0 and 1. Raises `ExperimentError` where there is a hole in them.
    """
    numbers = _numbers_or_words(value)
    if isinstance(numbers, np.ndarray):
        names, codes = np.unique(numbers.astype(str), return_inverse=True)
        return torch.from_numpy(codes.reshape(numbers.shape)), tuple(names.tolist())
    if numbers.dtype == torch.bool:
        numbers = numbers.long()
    return _in_precision(_without_holes(numbers, "targets"), dtype), None


def _numbers_or_words(value: Any) -> Tensor | np.ndarray:
    """Return numbers or truth values as a tensor, words as an array of them."""
    if isinstance(value, Tensor):
        return value
    try:
        array = value.to_numpy() if hasattr(value, "to_numpy") else np.asarray(value)
    except ValueError:  # rows of several lengths
        raise ExperimentError("the data has rows of several lengths: make them alike, or yield batches") from None
    if array.dtype.kind == "O":
        array = _of_one_kind(array)
    if array.dtype.kind in "mM":
        raise ExperimentError("the data has dates where numbers are expected: turn them into numbers, such as days")
    return array if array.dtype.kind in "OSU" else torch.from_numpy(np.ascontiguousarray(array))


def _of_one_kind(array: np.ndarray) -> np.ndarray:
    """Return an array of objects as one of truth values or of numbers, if that is what they are."""
    if all(isinstance(one, bool | np.bool_) for one in array.reshape(-1)):
        return array.astype(bool)
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError):
        return array


def _without_holes(numbers: Tensor, what: str) -> Tensor:
    """Return numbers that are all finite; raises `ExperimentError` otherwise."""
    whole = torch.isfinite(numbers).reshape(len(numbers) if numbers.ndim else 1, -1).all(dim=1)
    if not whole.all():
        first = int((~whole).int().argmax())
        raise ExperimentError(
            f"the {what} of {int((~whole).sum()):,} of {len(whole):,} examples have holes (NaN) or infinite numbers, "
            f"first those of example {first:,}: fill them in, or leave these examples out"
        )
    return numbers


def _in_precision(numbers: Tensor, dtype: torch.dtype) -> Tensor:
    if numbers.is_floating_point():
        return numbers.to(dtype)
    return numbers if numbers.dtype == torch.bool or numbers.is_complex() else numbers.long()
