"""What the head brings to the last token, with the weights of the model run again and plain sums."""

from __future__ import annotations

from math import hypot

import numpy as np

from tests.evidence.language import model_of, pattern_again, read_again, written_short
from tests.evidence.networks import quantile_of
from tests.evidence.world import World

FIRST = 4  # numbers of a strip that are written


def _text(world: World, name: str, **selection) -> np.ndarray:
    return world.read("attention-text", name, **selection).astype(float)


def _vector(world: World) -> np.ndarray:
    return read_again(world).stream[world["attention-text"].config["chosen_layer"], -1]


def _change(world: World) -> np.ndarray:
    """Return ΔE from the weights, the values and the output matrix."""
    mixed = sum(weight * value for weight, value in zip(pattern_again(world)[-1], _text(world, "value"), strict=True))
    return np.einsum("of,f->o", _text(world, "weight.output"), mixed)


def offered(world: World) -> object:
    import torch

    settings, value = world["attention-text"].config, _text(world, "value")
    inputs = read_again(world).stream[settings["chosen_layer"]]
    network = model_of(settings["model"]).network
    block = network.model.layers[settings["chosen_layer"]]
    with torch.no_grad():
        made = block.self_attn.v_proj(block.input_layernorm(torch.from_numpy(inputs).float())).numpy()
    groups, heads = network.config.num_key_value_heads, network.config.num_attention_heads
    own = np.split(made, groups, axis=1)[settings["chosen_head"] * groups // heads]
    ratio = np.linalg.norm(value, axis=1) / np.linalg.norm(inputs @ _text(world, "weight.value").T, axis=1)
    return {
        "tokens": len(read_again(world).tokens),
        "values": int(np.isclose(value, own, rtol=1e-4, atol=1e-4 * np.abs(own).max()).all(axis=1).sum()),
        "numbers": value.shape[1],
        "normalised": bool(np.abs(ratio - 1).max() > 0.01),
    }


def scales(world: World) -> object:
    value, change = (np.abs(values).ravel() for values in (_text(world, "value"), _change(world)))
    return {"value": quantile_of(value, 0.97), "change": quantile_of(change, 0.97)}


def weighed(world: World) -> object:
    rows, weights = _text(world, "value").tolist(), pattern_again(world)[-1].tolist()
    return [[weight * number for number in row[:FIRST]] for weight, row in zip(weights, rows, strict=True)]


def sums(world: World) -> object:
    rows = weighed(world)[::-1]
    return [[sum(row[place] for row in rows[:count]) for place in range(FIRST)] for count in range(len(rows) + 1)]


def summed(world: World) -> object:
    output = _text(world, "head_output")[-1]
    mixed = pattern_again(world)[-1] @ _text(world, "value")
    close = np.isclose(mixed, output, rtol=0, atol=1e-3 * np.abs(output).max())
    return {"numbers": len(output), "the sum": int(close.sum()), "of the change": len(_vector(world))}


def products(world: World) -> object:
    matrix, output = _text(world, "weight.output"), _text(world, "head_output")[-1]
    sizes = sorted(
        (abs(weight * number) for row in matrix for weight, number in zip(row, output, strict=True)), reverse=True
    )
    drawn = sizes[:2000]
    return {"drawn": len(drawn), "of": len(sizes), "least": drawn[-1], "largest": drawn[0]}


def after(world: World) -> object:
    layer = world["attention-text"].config["chosen_layer"]
    vector, change = _text(world, "stream", layer=layer)[-1], _text(world, "head_update")[-1]
    assert np.allclose(vector, _vector(world), rtol=1e-4, atol=1e-3)
    assert np.allclose(change, _change(world), rtol=1e-4, atol=1e-3)
    return [one + other for one, other in zip(vector.tolist(), change.tolist(), strict=True)]


def lengths(world: World) -> object:
    vector, change = hypot(*_vector(world)), hypot(*_change(world))
    return {"vector": vector, "change": change, "share": change / vector}


def plane(world: World) -> float:
    vectors = read_again(world).stream[world["attention-text"].config["chosen_layer"], 1:]
    apart = vectors - vectors.mean(axis=0)
    along = _change(world) / np.linalg.norm(_change(world))
    beside = vectors - np.outer(vectors @ along, along)
    beside -= beside.mean(axis=0)
    across = float(np.linalg.eigvalsh(beside @ beside.T)[-1])
    return (across + float(((apart @ along) ** 2).sum())) / float((apart**2).sum())


def strongest(world: World) -> object:
    row, tokens = pattern_again(world)[-1].tolist(), read_again(world).tokens
    weight, place = max((weight, place) for place, weight in enumerate(row))
    return {
        "word": written_short(tokens[-1]),
        "other": written_short(tokens[place]),
        "itself": place == len(row) - 1,
        "weight": weight,
    }
