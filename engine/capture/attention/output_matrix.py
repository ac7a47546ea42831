"""Finds the matrix of an affine module, in whichever form it keeps that: by trying, where need be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

import torch
from torch import Tensor, nn

from engine.capture.attention.comparison import alike

_TRYING = [False]


def is_trying() -> bool:
    """Tell whether a module is being tried: what hooks see then is of no pass of the model's."""
    return _TRYING[0]


def matrix_of(module: nn.Module, features: int = 0) -> Tensor:
    """Return the matrix (out, in) of an affine module, adapters and parametrisations included.

    features: how many numbers it takes in, by which a module that is not known is tried; 0 to take its `weight`. Raises
    `AttributeError` where it is to be taken and there is none.
    """
    if type(module).forward is nn.Linear.forward:
        weight: Tensor = module.weight  # type: ignore[assignment]  # of a parametrised module what it comes to
        return weight
    if type(module).__name__ == "Conv1D":  # Hugging Face's, of GPT-2, keeps it the other way round
        return module.get_parameter("weight").transpose(0, 1)
    if features:
        return _tried(module, features)[0]
    return module.get_parameter("weight").transpose(0, 1)


def is_mixed_by(module: nn.Module, values: Tensor, output: Tensor) -> bool:
    """Tell whether a module's output for values (…, feature) is what its matrix makes of them, and its bias."""
    if output.shape[:-1] != values.shape[:-1] or (output.shape == values.shape and torch.equal(output, values)):
        return False  # nothing is mixed
    try:
        matrix, bias = _tried(module, values.shape[-1])
    except Exception:  # it takes more than these values, or others
        return False
    return matrix.ndim == 2 and alike(values @ matrix.transpose(0, 1) + bias, output)


def _tried(module: nn.Module, features: int) -> tuple[Tensor, Tensor]:
    """Return the matrix (out, in) and the bias (out) that a module comes to for numbers that are 0 but for one."""
    held = [one for one in chain(module.parameters(), module.buffers()) if one.is_floating_point()]
    like = held[0] if held else torch.zeros(())
    with _trying(), torch.no_grad():
        bias = module(torch.zeros(1, features, dtype=like.dtype, device=like.device))
        made = module(torch.eye(features, dtype=like.dtype, device=like.device))
    return (made - bias).transpose(0, 1), bias[0]


@contextmanager
def _trying() -> Iterator[None]:
    _TRYING[0] = True
    try:
        yield
    finally:
        _TRYING[0] = False
