"""What a model is that somebody brings along: how it is built, what goes into it, what its training makes smaller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

SGD = partial(torch.optim.SGD, lr=0.05)
ADAM = partial(torch.optim.Adam, lr=0.01)


def all_tensors(value: Any) -> Iterator[Tensor]:
    """Yield the tensors in what a module puts out, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, PackedSequence):
        yield value.data
    elif isinstance(value, dict):
        for part in value.values():
            yield from all_tensors(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from all_tensors(part)


def squares(output: Any) -> Tensor:
    """Return the mean square of all numbers of an output, tensor by tensor."""
    parts = [one for one in all_tensors(output) if one.is_floating_point() or one.is_complex()]
    return torch.stack([one.abs().square().mean().double() for one in parts]).sum()


@dataclass(frozen=True)
class Brought:
    """A model that somebody brings along. inputs: makes a batch, from the generator as it stands."""

    build: Callable[[], nn.Module]
    inputs: Callable[[], Any]
    optimizer: Callable[[list[nn.Parameter]], torch.optim.Optimizer] = ADAM


def normal(*shape: int, dtype: torch.dtype = torch.float32) -> Callable[[], Tensor]:
    """Return what makes normal numbers, (4, …)."""
    return lambda: torch.randn(4, *shape, dtype=dtype)


def random_words(length: int, highest: int = 12) -> Callable[[], Tensor]:
    """Return what makes tokens, (4, position)."""
    return lambda: torch.randint(highest, (4, length))


def several(*parts: Callable[[], Any]) -> Callable[[], tuple[Any, ...]]:
    """Return what makes several inputs."""
    return lambda: tuple(part() for part in parts)
