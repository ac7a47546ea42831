"""Computes scaled dot-product attention, softmax(Q Kᵀ / √d) V, so that each of its steps can be recorded.

All models go through the one function `attend`: ours call it, and others do by `engine.capture.attention.patch`. A tap
(see `tapped`) receives the values that an attention module computes.

[1] Vaswani et al., *Attention Is All You Need*, 2017, §3.2.1.
[2] Ainslie et al., *GQA: Training Generalized Multi-Query Transformer Models*, 2023 (heads that share keys and values).
[3] Gemma Team, *Gemma 2: Improving Open Language Models at a Practical Size*, 2024, §2 (capped scores).
[4] Xiao et al., *Efficient Streaming Language Models with Attention Sinks*, 2023, §3 (sinks; gpt-oss learns them).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

_TAP = "attention_tap"


@dataclass(frozen=True)
class Attended:
    """The values of one pass through one attention module.

    Queries and keys are as they are compared, rotary positions included. `group`: heads may share keys and values [2];
    head h uses those of group h · groups // heads.
    """

    query: Tensor  # (batch, head, query, feature)
    key: Tensor  # (batch, group, key, feature)
    value: Tensor  # (batch, group, key, feature)
    score: Tensor  # (batch, head, query, key), q·k / √d
    masked_score: Tensor  # the same, capped [3] and with its bias where there are such, −∞ where a query may not look
    pattern: Tensor  # the softmax of that over the keys, and over the head's sink [4] where it has one
    head_output: Tensor  # (batch, head, query, feature), the values in the pattern's proportions


Tap = Callable[[Attended], None]


def attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    allowed: Tensor | None = None,
    *,
    scaling: float | None = None,
    bias: Tensor | None = None,
) -> Attended:
    """Compute attention as `attended` does, and give it to the tap of the module whose attention this is."""
    seen = attended(query, key, value, allowed, scaling=scaling, bias=bias)
    give(module, seen)
    return seen


def attended(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    allowed: Tensor | None = None,
    *,
    scaling: float | None = None,
    bias: Tensor | None = None,
    softcap: float | None = None,
    sink: Tensor | None = None,
    idle: bool = False,
) -> Attended:
    """Compute the attention of queries (batch, head, query, feature) to keys and values (batch, group, key, feature).

    allowed: bool, broadcast to (batch, head, query, key), False where a query may not attend; a query that may attend
    nowhere attends everywhere alike, or with `idle` to nothing. scaling: the factor of the scores, 1/√d unless given.
    softcap: c in c·tanh(score / c), which scores become before anything is added [3]. bias: what is added to the
    scores. sink: a score for each head, (head,), that takes part in the softmax and whose share goes to no value [4].
    """
    scaling = query.shape[-1] ** -0.5 if scaling is None else scaling
    score = query @ _for_each_head(key, query).transpose(-1, -2) * scaling  # (batch, head, query, key)
    masked = score if softcap is None else softcap * torch.tanh(score / softcap)
    masked = masked if bias is None else masked + bias
    if allowed is not None:
        masked = masked.masked_fill(~allowed, -torch.inf)
    pattern = _shares(masked, sink)
    if allowed is not None and not allowed.any(-1).all():
        pattern = pattern.nan_to_num(0 if idle else 1 / key.shape[-2])
    return Attended(query, key, value, score, masked, pattern, pattern @ _for_each_head(value, query))


def _shares(scores: Tensor, sink: Tensor | None) -> Tensor:
    """Return the softmax of scores over the keys, and over the sinks (head,), whose shares are left out."""
    if sink is None:
        return scores.softmax(-1)
    column = sink.to(scores.dtype).reshape(1, -1, 1, 1).expand(*scores.shape[:-1], 1)
    return torch.cat([scores, column], dim=-1).softmax(-1)[..., :-1]


def give(module: nn.Module, seen: Attended) -> None:
    """Give the values of a module's attention to its tap, where there is one."""
    tap: Tap | None = getattr(module, _TAP, None)
    if tap is not None:
        tap(seen)


def _for_each_head(shared: Tensor, query: Tensor) -> Tensor:
    """Repeat each group's (batch, group, key, feature) for the heads that share it."""
    heads, groups = query.shape[1], shared.shape[1]
    return shared if heads == groups else shared.repeat_interleave(heads // groups, dim=1)


def is_tapped(module: nn.Module) -> bool:
    """Tell whether a tap is set on a module."""
    return hasattr(module, _TAP)


@contextmanager
def untapped(module: nn.Module) -> Iterator[None]:
    """Give a module's tap nothing until the block ends."""
    tap: Tap = getattr(module, _TAP)
    delattr(module, _TAP)
    try:
        yield
    finally:
        setattr(module, _TAP, tap)


@contextmanager
def tapped(module: nn.Module, tap: Tap) -> Iterator[None]:
    """Give `tap` the values of the module's own attention, at every pass until the block ends."""
    setattr(module, _TAP, tap)
    try:
        yield
    finally:
        delattr(module, _TAP)
