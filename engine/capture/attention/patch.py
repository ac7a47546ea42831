"""Computes the attention of other models by `engine.models.attention.attended`, so that its steps can be recorded.

Three kinds of models are understood: those of Hugging Face; modules that call PyTorch's `scaled_dot_product_attention`;
and `nn.MultiheadAttention`, alone or within `nn.Transformer`. All keep their own outputs: where a tap is set on a
module its attention is computed a second time, and given to the tap only where that comes to the module's own output. A
module for which it does not is in the list that `attention_patch` yields.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from engine.capture.attention.comparison import (
    attends_to_nothing,
    differing_modules,
    give_if_alike,
    in_single,
    split_mask,
)
from engine.capture.attention.hugging_face import patched_attention
from engine.models.attention import Attended, attended, is_tapped
from engine.models.scripted import open_modules


@contextmanager
def attention_patch(model: nn.Module) -> Iterator[list[nn.Module]]:
    """Give taps the attention of a model until the block ends; the model's output stays the same.

    Yields a list that grows by the tapped modules whose own output is not what their attention was computed to be.
    """
    with ExitStack() as stack:
        different = stack.enter_context(differing_modules())
        stack.enter_context(patched_attention(model))
        at_work: list[nn.Module] = []
        for _, module in open_modules(model):
            stack.callback(module.register_forward_pre_hook(_enter(at_work)).remove)
            stack.callback(module.register_forward_hook(_leave(at_work), always_call=True).remove)
        stack.enter_context(_Onlooker(at_work))
        yield different


def _enter(at_work: list[nn.Module]) -> Callable[..., None]:
    return lambda module, inputs: at_work.append(module)


def _leave(at_work: list[nn.Module]) -> Callable[..., None]:
    return lambda module, inputs, output: at_work.remove(module)


class _Onlooker(TorchFunctionMode):
    """Intercepts PyTorch's two attention functions, and computes the attention of tapped modules that call them."""

    def __init__(self, at_work: list[nn.Module]) -> None:
        super().__init__()
        self._at_work = at_work  # the modules whose forward is running, the innermost last

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        output = func(*args, **kwargs)
        module = self._at_work[-1] if self._at_work else None
        if module is not None and is_tapped(module):
            if func is F.scaled_dot_product_attention:
                give_if_alike(module, lambda: _attend_again(*args, **kwargs), output)
            elif func is F.multi_head_attention_forward:
                call = _SIGNATURE.bind(*args, **kwargs)
                give_if_alike(module, lambda: _attend_with_heads(call), output[0], lambda seen: _merged(seen, call))
        return output


_SIGNATURE = inspect.signature(F.multi_head_attention_forward)


def _attend_again(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Attended | None:
    """Attend with the arguments of `scaled_dot_product_attention`; (batch, head, position, feature) or without head."""
    if query.ndim == 3:
        query, key, value = query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1)
        attn_mask = attn_mask.unsqueeze(1) if attn_mask is not None and attn_mask.ndim == 3 else attn_mask
    if query.ndim != 4:
        return None
    allowed, bias = split_mask(attn_mask, means_yes=True)
    if is_causal:
        square = torch.ones(query.shape[-2], key.shape[-2], dtype=torch.bool, device=query.device)
        allowed = square.tril()
    idle = attends_to_nothing(attn_mask)
    return attended(*in_single(query, key, value), allowed, scaling=scale, bias=bias, idle=idle)


def _attend_with_heads(call: inspect.BoundArguments) -> Attended:
    """Attend with the arguments of `multi_head_attention_forward`; queries are (position, batch, feature)."""
    call.apply_defaults()
    told = call.arguments
    query, key, value = (told[name] for name in ("query", "key", "value"))
    if query.ndim == 2:  # a single sequence
        query, key, value = query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1)
    heads, batch = told["num_heads"], query.shape[1]
    projected = [
        F.linear(values, weight, bias)
        for values, (weight, bias) in zip((query, key, value), _projections(told), strict=True)
    ]
    for place, extra in ((1, told["bias_k"]), (2, told["bias_v"])):
        if extra is not None:  # a learned key and value besides those of the tokens
            projected[place] = torch.cat([projected[place], extra.expand(1, batch, -1)])
    split = [part.unflatten(-1, (heads, -1)).permute(1, 2, 0, 3) for part in projected]  # (batch, head, position, f)
    if told["add_zero_attn"]:
        split[1:] = [F.pad(part, (0, 0, 0, 1)) for part in split[1:]]
    allowed, bias = _masks(told, batch, heads, split[1].shape[2])
    return attended(split[0], split[1], split[2], allowed, bias=bias)


def _merged(seen: Attended, call: inspect.BoundArguments) -> Tensor:
    """Return the output that `multi_head_attention_forward` makes of the heads': (position, batch, feature)."""
    merged = seen.head_output.permute(2, 0, 1, 3).flatten(2)
    return F.linear(merged, call.arguments["out_proj_weight"], call.arguments["out_proj_bias"])


def _projections(told: dict[str, Any]) -> list[tuple[Tensor, Tensor | None]]:
    """Return matrix and bias of queries, keys and values."""
    if told["use_separate_proj_weight"]:
        weights = [told[f"{name}_proj_weight"] for name in "qkv"]
    else:
        weights = list(told["in_proj_weight"].chunk(3))
    biases = [None] * 3 if told["in_proj_bias"] is None else list(told["in_proj_bias"].chunk(3))
    return list(zip(weights, biases, strict=True))


def _masks(told: dict[str, Any], batch: int, heads: int, keys: int) -> tuple[Tensor | None, Tensor | None]:
    """Return which keys each query may look at and what is added to the scores, both (batch or 1, head or 1, …)."""
    allowed: Tensor | None = None
    added: Tensor | None = None
    mask, padding = told["attn_mask"], told["key_padding_mask"]
    if mask is not None:
        mask = mask.unflatten(0, (batch, heads)) if mask.ndim == 3 else mask[None, None]
    if padding is not None:
        padding = padding.reshape(-1, 1, 1, padding.shape[-1])
    for one in (mask, padding):
        if one is None:
            continue
        may, plus = split_mask(one, means_yes=False)
        # Keys that the module adds may always be looked at
        may = F.pad(may, (0, keys - may.shape[-1]), value=True) if may is not None else None
        plus = F.pad(plus, (0, keys - plus.shape[-1])) if plus is not None else None
        allowed = may if allowed is None else allowed if may is None else allowed & may
        added = plus if added is None else added if plus is None else added + plus
    return allowed, added
