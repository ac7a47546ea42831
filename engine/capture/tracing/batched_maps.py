"""Looks at what goes into a `torch.vmap` and comes out of one, where functions of PyTorch's see other tensors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

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
