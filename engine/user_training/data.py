"""Converts what a user's own function returns to train on into one form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.data import Dataset as TorchDataset

from engine.capture.inputs import Inputs
from engine.capture.tensors import tensors_in
from engine.training.config import ExperimentError
from engine.user_training.arrays import inputs_of, is_array, targets_of

HELD_OUT = 10  # one in so many examples is kept back where there is no test set
MOST_TESTED = 2_000  # examples that are measured on
EXPECTED = (
    "expected are (inputs, targets); a dict with 'train' and, if there is one, 'test', each (inputs, targets), and "
    "'classes', their names; a torch Dataset; or a DataLoader of (inputs, targets)"
)

Batch = tuple[Inputs, Tensor]


@dataclass(frozen=True)
class OwnData:
    """A user's own data. batches: a function that begins anew at every call, and yields (inputs, targets). test:
    examples that it never yields, or, where the data is a loader or a Dataset, the first batch of that.
    """

    batches: Callable[[], Iterator[Batch]]
    test: Batch
    classes: tuple[str, ...] | None = None


def read_data(loaded: Any, batch_size: int, seed: int, dtype: torch.dtype = torch.float32) -> OwnData:
    """Return the data in what a user's function returned; raises `ExperimentError` where there is none.

    dtype: the model's precision, which the data get.
    """
    if isinstance(loaded, Mapping) and "train" in loaded:
        return _from_parts(loaded, batch_size, seed, dtype)
    if _is_pair(loaded):
        return _from_pair(loaded, None, batch_size, seed, dtype)
    if isinstance(loaded, TorchDataset) and hasattr(loaded, "__len__"):
        generator = torch.Generator().manual_seed(seed)
        return _from_loader(DataLoader(loaded, batch_size, shuffle=True, generator=generator), dtype)
    if hasattr(loaded, "__iter__") and not isinstance(loaded, Mapping | str | Tensor | np.ndarray):
        return _from_loader(loaded, dtype)
    raise ExperimentError(f"the data function returned {_told(loaded)}; {EXPECTED}")


def _from_parts(parts: Mapping[str, Any], batch_size: int, seed: int, dtype: torch.dtype) -> OwnData:
    classes = parts.get("classes")
    for name in ("train", "test"):
        if name in parts and not _is_pair(parts[name]):
            raise ExperimentError(f"'{name}' of the data is {_told(parts[name])}; {EXPECTED}")
    data = _from_pair(parts["train"], parts.get("test"), batch_size, seed, dtype)
    return OwnData(data.batches, data.test, tuple(map(str, classes)) if classes is not None else data.classes)


def _from_pair(train: Any, test: Any, batch_size: int, seed: int, dtype: torch.dtype) -> OwnData:
    inputs, (targets, classes) = _tensors(train[0], dtype), targets_of(train[1], dtype)
    _check_lengths(inputs, targets)
    order = torch.from_numpy(np.random.default_rng([seed, len(targets)]).permutation(len(targets)))
    if test is None:
        held = max(1, len(targets) // HELD_OUT)
        kept, order = order[:held], order[held:]
        measured = _take(inputs, kept), targets[kept]
    else:
        tested, others = targets_of(test[1], dtype)
        if others != classes:
            raise ExperimentError(f"'train' has the classes {classes}, and 'test' {others}: number them alike in both")
        measured = _tensors(test[0], dtype), tested
        _check_lengths(*measured)
    if not len(order):
        raise ExperimentError("the data has one example, and a tenth is kept back to measure on: give more")
    dataset = TensorDataset(order)

    def batches() -> Iterator[Batch]:
        generator = torch.Generator().manual_seed(seed)
        while True:
            for (chosen,) in DataLoader(dataset, min(batch_size, len(order)), shuffle=True, generator=generator):
                yield _take(inputs, chosen), targets[chosen]

    return OwnData(batches, (_take(measured[0], slice(MOST_TESTED)), measured[1][:MOST_TESTED]), classes)


def _from_loader(loader: Any, dtype: torch.dtype) -> OwnData:
    def batches() -> Iterator[Batch]:
        while True:
            count = 0
            for batch in loader:
                count += 1
                yield _batch(batch, dtype)
            if not count:
                raise ExperimentError(
                    "the data ran out: return a list or a DataLoader, which can be gone through again, not a generator"
                )

    first = next(iter(loader), None) if not isinstance(loader, Iterator) else None
    if isinstance(loader, Iterator):
        raise ExperimentError("the data is a generator, which can be gone through once: return a list or a DataLoader")
    if first is None:
        raise ExperimentError("the data yields nothing: at least one batch of (inputs, targets) is expected")
    return OwnData(batches, _batch(first, dtype))


def _batch(batch: Any, dtype: torch.dtype) -> Batch:
    if not (isinstance(batch, Sequence) and len(batch) == 2):
        raise ExperimentError(f"the data yields {_told(batch)}; (inputs, targets) is expected")
    if not is_array(batch[1]):
        raise ExperimentError(f"the data has {_told(batch[1])} where an array is expected; {EXPECTED}")
    inputs, (targets, classes) = _tensors(batch[0], dtype), targets_of(batch[1], dtype)
    if classes:
        raise ExperimentError("the data yields words as targets, which may be others in each batch: number the classes")
    _check_lengths(inputs, targets)
    return inputs, targets


def _is_pair(value: Any) -> bool:
    """Tell whether a value is (inputs, targets): two, of which the second is an array."""
    return isinstance(value, tuple | list) and len(value) == 2 and is_array(value[1])


def _tensor(value: Any, dtype: torch.dtype) -> Tensor:
    if not is_array(value):
        raise ExperimentError(f"the data has {_told(value)} where an array is expected; {EXPECTED}")
    return inputs_of(value, dtype)


def _tensors(value: Any, dtype: torch.dtype) -> Inputs:
    if isinstance(value, Mapping):
        return {name: _tensor(part, dtype) for name, part in value.items()}
    if isinstance(value, tuple) or (isinstance(value, list) and not is_array(value)):
        return tuple(_tensor(part, dtype) for part in value)
    return _tensor(value, dtype)


def _take(inputs: Inputs, chosen: Tensor | slice) -> Inputs:
    if isinstance(inputs, Mapping):
        return {name: part[chosen] for name, part in inputs.items()}
    if isinstance(inputs, tuple):
        return tuple(part[chosen] for part in inputs)
    return inputs[chosen]


def first_of(inputs: Inputs, count: int) -> Inputs:
    """Return the first `count` examples of inputs."""
    return _take(inputs, slice(count))


def _check_lengths(inputs: Inputs, targets: Tensor) -> None:
    lengths = {len(part) if part.ndim else 0 for part in tensors_in(inputs)} | {len(targets) if targets.ndim else 0}
    if len(lengths) > 1 or 0 in lengths:
        shapes = ", ".join(str(tuple(part.shape)) for part in tensors_in(inputs))
        raise ExperimentError(
            f"inputs and targets must be as many, at least one: the inputs are {shapes}, the targets "
            f"{tuple(targets.shape)}"
        )


def _told(value: Any) -> str:
    """Say what a value is, with shapes."""
    if isinstance(value, Tensor | np.ndarray):
        return f"an array {tuple(value.shape)}"
    if isinstance(value, tuple | list):
        parts = ", ".join(_told(part) for part in value[:4])
        return f"{type(value).__name__} of {len(value)} ({parts}{', …' if len(value) > 4 else ''})"
    if isinstance(value, Mapping):
        return f"a dict with {', '.join(map(repr, list(value)[:6])) or 'nothing in it'}"
    return "None" if value is None else f"{type(value).__name__} {str(value)[:40]!r}"
