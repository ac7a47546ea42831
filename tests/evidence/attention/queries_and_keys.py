"""Tokens, their vectors, queries and keys, from the model run again."""

from __future__ import annotations

import numpy as np

from tests.evidence.language import model_of, read_again, written_short
from tests.evidence.world import World


def _network(world: World):
    return model_of(world["attention-text"].config["model"]).network


def _lengths(world: World, kind: str) -> np.ndarray:
    """Return how long the chosen head's queries or keys are, (token,), by the model's own modules: turning keeps it."""
    import torch

    network, settings = _network(world), world["attention-text"].config
    block = network.model.layers[settings["chosen_layer"]]
    vectors = torch.from_numpy(read_again(world).stream[settings["chosen_layer"]]).float()
    with torch.no_grad():
        out = getattr(block.self_attn, f"{kind[0]}_proj")(block.input_layernorm(vectors))
    size, heads = block.self_attn.head_dim, network.config.num_attention_heads
    parts = out.numpy().reshape(len(vectors), -1, size)  # (token, head or group, feature)
    return np.linalg.norm(parts[:, settings["chosen_head"] * parts.shape[1] // heads], axis=1)


def _agreeing(world: World, kind: str) -> int:
    recorded = np.sqrt((world.read("attention-text", kind).astype(float) ** 2).sum(axis=1))
    return int(np.isclose(_lengths(world, kind), recorded, rtol=1e-4).sum())


def chosen(world: World) -> object:
    patterns = read_again(world).patterns
    between = patterns[:, :, -1, 1:-2].max(axis=-1)  # (layer, head)
    best = max(np.ndindex(between.shape), key=lambda place: between[place])
    return {"layer": best[0], "head": best[1], "of": between.size}


def tokens(world: World) -> int:
    return len(read_again(world).tokens)


def sizes(world: World) -> object:
    block = _network(world).model.layers[0].self_attn
    width, heads = block.q_proj.in_features, _network(world).config.num_attention_heads
    groups = _network(world).config.num_key_value_heads
    return {
        "width": width,
        "query": block.q_proj.out_features // heads,
        "key": block.k_proj.out_features // groups,
    }


def partner(world: World) -> str:
    settings, found = world["attention-text"].config, read_again(world)
    row = found.patterns[settings["chosen_layer"], settings["chosen_head"], -1, :-1]
    return written_short(found.tokens[int(row.argmax())])


def made(world: World) -> object:
    return {
        "tokens": len(read_again(world).tokens),
        "queries": _agreeing(world, "query"),
        "keys": _agreeing(world, "key"),
    }


def besides(world: World) -> object:
    network = _network(world)
    gain = network.model.layers[0].input_layernorm.weight
    heads, groups = network.config.num_attention_heads, network.config.num_key_value_heads
    return {
        "normalised": gain.numel() > 0,
        "rotated": hasattr(network.model, "rotary_emb"),
        "heads to a key matrix": heads // groups,
    }
