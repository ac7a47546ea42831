"""Shows the attention of models of Hugging Face: computed by a model's own function, and seen by a tap."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from torch import Tensor, nn

from engine.capture.attention.comparison import give_if_alike, split_mask
from engine.models.attention import Attended, attended, is_tapped

_OPEN = "neuroreel"  # the name under which attention is computed in the open


@contextmanager
def patched_attention(network: nn.Module) -> Iterator[None]:
    """Have a model of Hugging Face show its attention to taps until the block ends; others are left alone."""
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
    **others: Any,
) -> tuple[Tensor, Tensor | None]:
    """Attend by the model's own function, and give that to the module's tap where the same can be computed here."""
    output, weights = _own_attention(module)(module, query, key, value, attention_mask, scaling=scaling, **others)
    if is_tapped(module):
        give_if_alike(
            module,
            lambda: _attend_as_asked(query, key, value, attention_mask, scaling, others),
            output,
            lambda seen: seen.head_output.transpose(1, 2),
            lambda seen: _as_the_model_has_it(seen, output, weights),
        )
    return output, weights


def _as_the_model_has_it(seen: Attended, output: Tensor, weights: Tensor | None) -> Attended:
    """Return attention with the pattern and the heads' outputs that the model itself computed, to the last digit."""
    head_output = output.reshape(seen.head_output.transpose(1, 2).shape).transpose(1, 2)
    if weights is None or weights.shape != seen.pattern.shape:
        return replace(seen, head_output=head_output)
    return replace(seen, pattern=weights, head_output=head_output)


def _own_attention(module: nn.Module) -> Callable[..., tuple[Tensor, Tensor | None]]:
    """Return the function that a model of Hugging Face's itself uses in its implementation "eager"."""
    for kind in type(module).__mro__:
        names = vars(sys.modules.get(kind.__module__, sys))
        if callable(names.get("eager_attention_forward")):
            own: Callable[..., tuple[Tensor, Tensor | None]] = names["eager_attention_forward"]
            return own
    return _plain_attention


def _plain_attention(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, **others: Any
) -> tuple[Tensor, Tensor | None]:
    """Attend as models do that have no function of their own for it."""
    seen = _attend_as_asked(query, key, value, mask, others.pop("scaling"), others)
    return seen.head_output.transpose(1, 2).contiguous(), seen.pattern


def _attend_as_asked(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None,
    scaling: float | None,
    others: Mapping[str, Any],
) -> Attended:
    """Attend as Hugging Face's models ask for it: masks are added, the lowest number meaning no.

    others: further arguments, of which those are known that models use by these names.
    """
    allowed, bias = split_mask(None if mask is None else mask[..., : key.shape[-2]], means_yes=True)
    if (position := others.get("position_bias")) is not None:
        bias = position if bias is None else bias + position
    sinks = [others[name] for name in ("s_aux", "sinks") if others.get(name) is not None]
    return attended(
        query,
        key,
        value,
        allowed,
        scaling=scaling,
        bias=bias,
        softcap=others.get("softcap"),
        sink=sinks[0] if sinks else None,
    )
