"""Compares the attention computed here with a module's own, and gives it to the module's tap where they are alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from engine.models.attention import Attended, give

# How far two computations of one attention may be apart, as a share of the largest value: they sum in other orders, and
# models that compute in double precision take the softmax in single all the same
_TOLERANCE = {torch.float64: 1e-6, torch.float32: 2e-5, torch.float16: 1e-2, torch.bfloat16: 5e-2}
_ROUNDINGS = 4  # of a score, by which two computations of it may be apart
_DIFFERENT: list[list[nn.Module]] = []  # of each block of `differing_modules`, the innermost last


@contextmanager
def differing_modules() -> Iterator[list[nn.Module]]:
    """Yield a list that grows by the modules of which `give_if_alike` finds until the block ends that they differ."""
    different: list[nn.Module] = []
    _DIFFERENT.append(different)
    try:
        yield different
    finally:
        _DIFFERENT.remove(different)


def give_if_alike(
    module: nn.Module,
    compute: Callable[[], Attended | None],
    output: Tensor,
    output_of: Callable[[Attended], Tensor] = lambda seen: seen.head_output,
    exact: Callable[[Attended], Attended] = lambda seen: seen,
) -> None:
    """Give a module's attention to its tap if it comes to the module's own output, and else note the module.

    compute: computes the attention, None where it is of a form that is not known. output_of: what it comes to.
    exact: puts what the module itself computed into it.
    """
    try:
        seen = compute()
        same = seen is not None and alike(output_of(seen), output, _rounding(seen))
    except (LookupError, RuntimeError, TypeError, ValueError):  # arguments of a form that is not known
        same = False
    if same and seen is not None:
        give(module, exact(seen))
    elif _DIFFERENT and module not in _DIFFERENT[-1]:
        _DIFFERENT[-1].append(module)


def alike(ours: Tensor, own: Tensor, at_least: float = 0) -> bool:
    """Tell whether two results of one computation, made in different orders, are the same as far as that goes.

    at_least: how far they may be apart in any case, as a share of the largest value.
    """
    if ours.numel() != own.numel():
        return False
    ours, largest = ours.reshape(own.shape), own.abs().max() if own.numel() else torch.zeros(())
    apart = (ours - own).abs().max() if own.numel() else torch.zeros(())
    tolerance = max(at_least, _TOLERANCE.get(own.dtype, 1e-2))
    return bool(apart <= tolerance * largest.clamp(min=torch.finfo(own.dtype).tiny))


def _rounding(seen: Attended) -> float:
    """Return the share by which two patterns may be apart since their scores were rounded, which exp makes a share."""
    largest = float(seen.score.detach().abs().max()) if seen.score.numel() else 0.0
    return min(1e-2, _ROUNDINGS * torch.finfo(torch.promote_types(seen.score.dtype, torch.float32)).eps * largest)


def in_single(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return queries, keys and values in single precision if they are in half, as PyTorch's function computes."""
    kind = torch.promote_types(query.dtype, torch.float32)
    return query.to(kind), key.to(kind), value.to(kind)


def attends_to_nothing(mask: Tensor | None) -> bool:
    """Tell whether PyTorch's function gives 0 for a query that may look nowhere by a mask: what is added is −∞."""
    return mask is None or mask.dtype == torch.bool or bool(mask.isneginf().any())


def split_mask(mask: Tensor | None, *, means_yes: bool) -> tuple[Tensor | None, Tensor | None]:
    """Return which keys a mask allows, and what it adds to the scores. means_yes: whether True allows."""
    if mask is None:
        return None, None
    if mask.dtype == torch.bool:
        return (mask if means_yes else ~mask), None
    allowed = mask > torch.finfo(mask.dtype).min / 2
    return allowed, mask.masked_fill(~allowed, 0)
