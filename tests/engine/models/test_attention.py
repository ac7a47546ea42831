"""Attention against its formula, and what a tap sees of it."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from engine.models.attention import Attended, attend, tapped


def tensors(heads: int = 4, groups: int = 4, queries: int = 5, keys: int = 5) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    return (
        torch.randn(2, heads, queries, 8, generator=generator),
        torch.randn(2, groups, keys, 8, generator=generator),
        torch.randn(2, groups, keys, 8, generator=generator),
    )


def causal(length: int = 5) -> torch.Tensor:
    return torch.ones(length, length, dtype=torch.bool).tril()


def test_it_is_torchs_own_attention() -> None:
    query, key, value = tensors()
    ours = attend(nn.Identity(), query, key, value, causal())
    theirs = F.scaled_dot_product_attention(query, key, value, attn_mask=causal())
    torch.testing.assert_close(ours.head_output, theirs)


def test_rows_sum_to_one_and_what_is_masked_is_exactly_zero() -> None:
    query, key, value = tensors()
    seen = attend(nn.Identity(), 50 * query, key, value, causal())
    torch.testing.assert_close(seen.pattern.sum(-1), torch.ones(2, 4, 5))
    assert (seen.pattern[..., ~causal()] == 0).all()
    assert torch.isinf(seen.masked_score[..., ~causal()]).all()
    assert torch.isfinite(seen.score).all()


def test_heads_share_keys_and_values_in_groups() -> None:
    query, key, value = tensors(heads=6, groups=2)
    seen = attend(nn.Identity(), query, key, value)
    for head in range(6):
        group = head * 2 // 6
        score = query[:, head] @ key[:, group].transpose(-1, -2) / np.sqrt(8)
        torch.testing.assert_close(seen.score[:, head], score)
        torch.testing.assert_close(seen.head_output[:, head], score.softmax(-1) @ value[:, group])


def test_a_query_that_may_look_nowhere_looks_everywhere_alike() -> None:
    query, key, value = tensors()
    allowed = causal()
    allowed[2] = False
    pattern = attend(nn.Identity(), query, key, value, allowed).pattern
    torch.testing.assert_close(pattern[..., 2, :], torch.full((2, 4, 5), 0.2))


def test_a_tap_sees_its_own_module_until_the_block_ends() -> None:
    ours, other = nn.Identity(), nn.Identity()
    seen: list[Attended] = []
    with tapped(ours, seen.append):
        first = attend(ours, *tensors())
        attend(other, *tensors())
    attend(ours, *tensors())
    assert [one.pattern.data_ptr() for one in seen] == [first.pattern.data_ptr()]
