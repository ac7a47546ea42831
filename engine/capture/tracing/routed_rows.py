"""Follows rows that were picked out of a batch by their values, as a router picks those of an expert."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from torch import Tensor

from engine.capture.tensors import first_tensor, tensors_in

PICKING = frozenset(("__getitem__", "index_select"))


class RoutedRows:
    """Knows of tensors whether their first axis are rows that were picked, and how many these are."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}  # by the identity of tensors, which the caller keeps alive

    def picked(self, values: Any) -> bool:
        """Tell whether the rows of the first tensor among values were picked."""
        tensor = first_tensor(values)
        return tensor is not None and self._is_picked(tensor)

    def follow(self, taken: Any, made: Any) -> None:
        """Note what a function, or a module, made of what it took in."""
        counts = {self._counts[id(tensor)] for tensor in tensors_in(taken) if id(tensor) in self._counts}
        self._note(made, counts)

    def pick(self, function: str, args: Any, made: Any) -> None:
        """Note what a function, one of `PICKING`, picked out of values by others."""
        if isinstance(made, Tensor):
            self._note(made, {_count_picked(function, args, made)})

    def _note(self, made: Any, counts: Collection[int]) -> None:
        for tensor in tensors_in(made) if counts else ():
            if tensor.ndim and tensor.shape[0] in counts:
                self._counts[id(tensor)] = tensor.shape[0]

    def _is_picked(self, tensor: Tensor) -> bool:
        return tensor.ndim > 0 and self._counts.get(id(tensor)) == tensor.shape[0]


def _count_picked(function: str, args: Any, made: Tensor) -> int:
    """Return how many rows were picked by a tensor along the first axis, -1 where none were."""
    if function == "index_select":
        return made.shape[0] if len(args) > 1 and args[1] == 0 else -1
    index = args[1]
    for axis, part in enumerate(index if isinstance(index, tuple) else (index,)):
        if isinstance(part, Tensor) and part.ndim:
            return made.shape[axis] if made.ndim > axis else -1
        if part is not None:  # a new axis, behind which the rows lie
            return -1
    return -1
