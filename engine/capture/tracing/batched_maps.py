"""Looks at what goes into a `torch.vmap` and comes out of one, where functions of PyTorch's see other tensors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch._C import _functorch as functorch

from engine.capture.tensors import first_tensor

_ENDS = ("_add_batch_dim", "_remove_batch_dim")  # functions of `torch._functorch.vmap`; others in another version


@contextmanager
def at_ends_of_maps(pass_on: Callable[[Any, Any], None]) -> Iterator[None]:
    """Call `pass_on` with each tensor that goes into a map or comes out of it, and what that is on the other side."""
    maps = sys.modules.get("torch._functorch.vmap")
    ends = {name: getattr(maps, name) for name in _ENDS if hasattr(maps, name)}

    def looked_at(end: Callable[..., Any]) -> Callable[..., Any]:
        def passing(tensor: Any, *args: Any) -> Any:
            made = end(tensor, *args)
            pass_on(tensor, made)
            return made

        return passing

    for name, end in ends.items():
        setattr(maps, name, looked_at(end))
    try:
        yield
    finally:
        for name, end in ends.items():
            setattr(maps, name, end)


def copies_in_map(value: Any) -> int:
    """Return for how many inputs, or sets of parameters, a map computes the first tensor in a value; 0 for none.

    Of a map within a map it is the product of both.
    """
    tensor, copies = first_tensor(value), 1
    while tensor is not None and functorch.is_batchedtensor(tensor):
        axis = functorch.maybe_get_bdim(tensor)
        tensor = functorch.get_unwrapped(tensor)
        copies *= tensor.shape[axis]
    return copies if copies > 1 else 0
