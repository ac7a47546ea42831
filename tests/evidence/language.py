"""The language models that read a text, run again with their own attention rather than ours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from tests.evidence.world import World


@dataclass(frozen=True)
class Pass:
    """What a model makes of a text: stream (layer + 1, position, feature) before the last norm, patterns (layer, head,
    query, key), the probabilities of the next token, and the text's tokens as they are written.
    """

    stream: np.ndarray
    patterns: np.ndarray
    next: np.ndarray
    tokens: tuple[str, ...]


def read_again(world: World) -> Pass:
    """Return what the model of `attention-text` makes of its text."""
    settings = world["attention-text"].config
    return _read(settings["model"], settings["text"], len(settings["tokens"]))


def read_text(model: str, text: str) -> Pass:
    """Return what a model makes of a whole text."""
    return _read(model, text, None)


@cache
def model_of(model: str):
    """Return a language model, loaded anew."""
    from engine.pretrained.loading import load_pretrained

    return load_pretrained(model)


@cache
def _read(model: str, text: str, count: int | None) -> Pass:
    import torch

    loaded = model_of(model)
    ids = torch.tensor([loaded.tokens_of(text)[:count]])
    network = loaded.network
    before = network.config._attn_implementation
    network.set_attn_implementation("eager")
    inputs: list[np.ndarray] = []
    blocks = network.model.layers
    hooks = [block.register_forward_pre_hook(lambda _, given: inputs.append(given[0][0].numpy())) for block in blocks]
    hooks.append(blocks[-1].register_forward_hook(lambda *given: inputs.append(_first(given[2])[0].numpy())))
    try:
        with torch.no_grad():
            found = network(ids, output_attentions=True)
    finally:
        network.set_attn_implementation(before)
        for hook in hooks:
            hook.remove()
    patterns = np.stack([layer[0].numpy() for layer in found.attentions])
    written = tuple(loaded.written(int(token)) for token in ids[0])
    return Pass(np.stack(inputs).astype(float), patterns, found.logits[0, -1].softmax(-1).numpy(), written)


def _first(output):
    return output[0] if isinstance(output, tuple) else output


def written_short(token: str) -> str:
    """Return a token as films write it: without the blank before it, a line's end by its sign."""
    return (token.strip(" ") or "space").replace("\n", "↵")


def pattern_again(world: World) -> np.ndarray:
    """Return the pattern of the head that is shown, (query, key), by the model's own attention."""
    settings = world["attention-text"].config
    return read_again(world).patterns[settings["chosen_layer"], settings["chosen_head"]]
