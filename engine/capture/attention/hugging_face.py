"""Shows the attention of models of Hugging Face: a model's own function computes it, and is watched by a tap."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any

import torch
from torch import Tensor, nn

from engine.capture.attention.comparison import attends_to_nothing, give_if_alike, in_single, split_mask
from engine.models.attention import Attended, attended, is_tapped, untapped

_EAGER, _FUSED = "eager", "sdpa"  # the implementations that are known: by matrices, and by PyTorch's function
_BY_MATRICES = "eager_attention_forward"  # how a function of the first is called in a model's file, or how that ends
# What all of them take first, under these names or others
_FIRST = ("module", "query", "key", "value", "attention_mask")


@contextmanager
def patched_attention(network: nn.Module) -> Iterator[None]:
    """Have models of Hugging Face's in a network show their attention to taps until the block ends.

    A model goes on by its own functions, which are called as ever and looked at, and puts out what it always does. But
    the implementations other than the two known ones, which take masks of other forms, give way to that by matrices.
    """
    if "transformers.modeling_utils" not in sys.modules:  # no model of theirs has been made
        yield
        return
    from transformers import AttentionInterface

    fused = AttentionInterface()[_FUSED]
    with ExitStack() as stack:
        stack.enter_context(_by_known_implementations(network))
        stack.callback(AttentionInterface.register, _FUSED, fused)
        AttentionInterface.register(_FUSED, _watched(fused, fused=True))
        for names in _files_of(network):
            own = {name: function for name, function in names.items() if name.endswith(_BY_MATRICES)}
            stack.callback(names.update, own)
            names.update({name: _watched(function, fused=False) for name, function in own.items()})
        yield


@contextmanager
def _by_known_implementations(network: nn.Module) -> Iterator[None]:
    """Have the models in a network attend by known implementations, and at the end by those that they had before."""
    from transformers import PreTrainedModel

    before = [(config, config._attn_implementation) for config in _configs_of(network)]
    try:
        for part in network.modules():
            if isinstance(part, PreTrainedModel) and part.config._attn_implementation not in (None, _EAGER, _FUSED):
                part.set_attn_implementation(_EAGER)
        yield
    finally:
        for config, implementation in before:  # a model's own method would give all its parts the same
            config._attn_implementation_internal = implementation


def _configs_of(network: nn.Module) -> list[Any]:
    """Return the configs that models of Hugging Face's in a network have, and those within them, each once."""
    from transformers import PretrainedConfig

    found: dict[int, Any] = {}
    waiting = [getattr(part, "config", None) for part in network.modules()]
    while waiting:
        config = waiting.pop()
        if isinstance(config, PretrainedConfig) and id(config) not in found:
            found[id(config)] = config
            waiting += [getattr(config, name, None) for name in config.sub_configs]
    return list(found.values())


def _files_of(network: nn.Module) -> list[dict[str, Any]]:
    """Return the names in the Python files that the classes of a network's modules are written in."""
    kinds = {kind for part in network.modules() for kind in type(part).__mro__}
    return [vars(sys.modules[file]) for file in {kind.__module__ for kind in kinds} if file in sys.modules]


def _watched(own: Callable[..., Any], *, fused: bool) -> Callable[..., Any]:
    """Return a function that attends by a model's own, and shows that to the module's tap if the same is found here.

    fused: whether that is the one by PyTorch's function.
    """

    @wraps(own)
    def attention(*given: Any, **by_name: Any) -> Any:
        module = given[0] if given else None
        if not isinstance(module, nn.Module) or not is_tapped(module):
            return own(*given, **by_name)
        with untapped(module):  # what it calls is not to be shown as well
            result = own(*given, **by_name)
        output, weights = result
        names = (*_FIRST, *list(inspect.signature(own).parameters)[len(_FIRST) :])
        told = {**dict(zip(names, given, strict=False)), **by_name}
        give_if_alike(
            module,
            lambda: _attend_as_asked(module, told, fused=fused),
            output,
            lambda seen: seen.head_output.transpose(1, 2),
            lambda seen: _as_the_model_has_it(seen, output, weights),
        )
        return result

    return attention


def _as_the_model_has_it(seen: Attended, output: Tensor, weights: Tensor | None) -> Attended:
    """Return attention with the pattern and the heads' outputs that the model itself computed, to the last digit."""
    head_output = output.reshape(seen.head_output.transpose(1, 2).shape).transpose(1, 2)
    if weights is None or weights.shape != seen.pattern.shape:
        return replace(seen, head_output=head_output)
    return replace(seen, pattern=weights, head_output=head_output)


def _attend_as_asked(module: nn.Module, told: Mapping[str, Any], *, fused: bool) -> Attended:
    """Attend as Hugging Face's models ask for it: masks are added, the lowest number meaning no, or say where to look.

    told: the arguments, of which those are known that models use by these names.
    """
    query, key, value, mask = (told[name] for name in ("query", "key", "value", "attention_mask"))
    allowed, bias = split_mask(None if mask is None else mask[..., : key.shape[-2]], means_yes=True)
    if (position := told.get("position_bias")) is not None:
        bias = position if bias is None else bias + position
    if fused:
        query, key, value = in_single(query, key, value)
        causal = told.get("is_causal")
        if mask is None and (getattr(module, "is_causal", True) if causal is None else causal):
            square = torch.ones(query.shape[-2], key.shape[-2], dtype=torch.bool, device=query.device)
            allowed = square.tril() if len(square) > 1 else None
    sinks = [told[name] for name in ("s_aux", "sinks") if told.get(name) is not None]
    return attended(
        query,
        key,
        value,
        allowed,
        scaling=told.get("scaling"),
        bias=bias,
        softcap=told.get("softcap"),
        sink=sinks[0] if sinks else None,
        idle=fused and position is None and attends_to_nothing(mask),
    )
