"""Computes the attention of other models by `engine.models.attention.attend`, so that its steps can be recorded.

Three kinds of models are understood: those of Hugging Face, which are set to call it; modules that call PyTorch's
`scaled_dot_product_attention`; and `nn.MultiheadAttention`, alone or within `nn.Transformer`. The latter two keep their
own outputs: their attention is computed a second time where a tap is set on the module.
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

from engine.models.attention import attend, is_tapped

_OPEN = "neuroreel"  # the name under which attention is computed in the open


@contextmanager
def attention_patch(model: nn.Module) -> Iterator[None]:
    """Give taps the attention of a model until the block ends; the model's output stays the same."""
    with ExitStack() as stack:
        stack.enter_context(patched_attention(model))
        stack.callback(torch.backends.mha.set_fastpath_enabled, torch.backends.mha.get_fastpath_enabled())
        torch.backends.mha.set_fastpath_enabled(False)  # it computes whole layers without a look into them
        at_work: list[nn.Module] = []
        for module in model.modules():
            stack.callback(module.register_forward_pre_hook(_enter(at_work)).remove)
            stack.callback(module.register_forward_hook(_leave(at_work), always_call=True).remove)
        stack.enter_context(_Onlooker(at_work))
        yield


@contextmanager
def patched_attention(network: nn.Module) -> Iterator[None]:
    """Have a model of Hugging Face compute its attention by `attend` until the block ends; others are left alone."""
    config = getattr(network, "config", None)
    if config is None or not hasattr(network, "set_attn_implementation"):
        yield
        return
    _register()
    before = config._attn_implementation
    network.set_attn_implementation(_OPEN)  # type: ignore[operator]
    try:
        yield
    finally:
        network.set_attn_implementation(before)  # type: ignore[operator]


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
        module = self._at_work[-1] if self._at_work else None
        if module is not None and is_tapped(module):
            if func is F.scaled_dot_product_attention:
                _attend_again(module, *args, **kwargs)
            elif func is F.multi_head_attention_forward:
                _attend_with_heads(module, _SIGNATURE.bind(*args, **kwargs))
        return func(*args, **kwargs)


_SIGNATURE = inspect.signature(F.multi_head_attention_forward)


def _attend_again(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> None:
    """Attend with the arguments of `scaled_dot_product_attention`; (batch, head, position, feature) or without head."""
    if query.ndim == 3:
        query, key, value = query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1)
        attn_mask = attn_mask.unsqueeze(1) if attn_mask is not None and attn_mask.ndim == 3 else attn_mask
    if query.ndim != 4:
        return
    allowed, bias = _split_mask(attn_mask, means_yes=True)
    if is_causal:
        square = torch.ones(query.shape[-2], key.shape[-2], dtype=torch.bool, device=query.device)
        allowed = square.tril()
    attend(module, query, key, value, allowed, scaling=scale, bias=bias)


def _attend_with_heads(module: nn.Module, call: inspect.BoundArguments) -> None:
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
    attend(module, split[0], split[1], split[2], allowed, bias=bias)


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
        may, plus = _split_mask(one, means_yes=False)
        # Keys that the module adds may always be looked at
        may = F.pad(may, (0, keys - may.shape[-1]), value=True) if may is not None else None
        plus = F.pad(plus, (0, keys - plus.shape[-1])) if plus is not None else None
        allowed = may if allowed is None else allowed if may is None else allowed & may
        added = plus if added is None else added if plus is None else added + plus
    return allowed, added


def _split_mask(mask: Tensor | None, *, means_yes: bool) -> tuple[Tensor | None, Tensor | None]:
    """Return which keys a mask allows, and what it adds to the scores. means_yes: whether True allows."""
    if mask is None:
        return None, None
    if mask.dtype == torch.bool:
        return (mask if means_yes else ~mask), None
    allowed = mask > torch.finfo(mask.dtype).min / 2
    return allowed, mask.masked_fill(~allowed, 0)


def _register() -> None:
    from transformers import AttentionInterface
    from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, AttentionMaskInterface

    if _OPEN not in ALL_MASK_ATTENTION_FUNCTIONS:
        AttentionInterface.register(_OPEN, _attend_for_hugging_face)
        AttentionMaskInterface.register(_OPEN, ALL_MASK_ATTENTION_FUNCTIONS["eager"])


def _attend_for_hugging_face(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    **_: Any,
) -> tuple[Tensor, Tensor]:
    """Attend as Hugging Face's models ask for it: their masks are added, the lowest number meaning no."""
    mask = None if attention_mask is None else attention_mask[..., : key.shape[-2]]
    allowed, bias = _split_mask(mask, means_yes=True)
    seen = attend(module, query, key, value, allowed, scaling=scaling, bias=bias)
    return seen.head_output.transpose(1, 2).contiguous(), seen.pattern
