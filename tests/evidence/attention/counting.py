"""How many numbers attention has, counted in the model loaded anew, and what its maps of values are."""

from __future__ import annotations

import numpy as np

from tests.evidence.language import model_of
from tests.evidence.networks import quantile_of
from tests.evidence.world import World

KINDS = ("query", "key", "value", "output")


def head(world: World) -> object:
    matrices = _matrices(world)
    numbers = {kind: len(matrix.ravel()) for kind, matrix in matrices.items()}
    sides = [list(matrix.shape) for matrix in matrices.values()]
    return {"matrices": numbers, "sides": sides, "numbers": sum(numbers.values())}


def layer(world: World) -> object:
    config, weights = _network(world).config, _weights(world, _chosen(world))
    numbers = {kind: weight.size for kind, weight in weights.items()}
    return {
        "heads": config.num_attention_heads,
        "groups": config.num_key_value_heads,
        "matrices": numbers,
        "numbers": sum(numbers.values()),
    }


def model(world: World) -> object:
    network = _network(world)
    places = range(len(network.model.layers))
    layers = [sum(weight.size for weight in _weights(world, place).values()) for place in places]
    parameters = sum(parameter.numel() for parameter in network.parameters())
    return {
        "layers": len(layers),
        "layer": layers[0],
        "attention": sum(layers),
        "parameters": parameters,
        "share": sum(layers) / parameters,
    }


def directions(world: World) -> object:
    matrices = _matrices(world)
    up, down = np.linalg.qr(matrices["output"])[1], np.linalg.qr(matrices["value"].T)[1]
    stretched = np.sort(np.linalg.svd(up @ down.T, compute_uv=False))
    return {
        "through": _network(world).config.head_dim,
        "directions": len(matrices["output"]),
        "left": int((stretched > 1e-4 * stretched[-1]).sum()),
    }


def shade(world: World) -> float:
    return _full(np.concatenate([matrix.ravel() for matrix in _matrices(world).values()]))


def map_shade(world: World) -> float:
    matrices = _matrices(world)
    every = -(-len(matrices["output"]) // 72)
    return _full(np.einsum("ik,kj->ij", matrices["output"][::every], matrices["value"][:, ::every]).ravel())


def _full(values: np.ndarray) -> float:
    return float(f"{quantile_of(np.abs(values), 0.97):.2g}")


def _network(world: World):
    return model_of(world["attention-text"].config["model"]).network


def _chosen(world: World) -> int:
    return world["attention-text"].config["chosen_layer"]


def _weights(world: World, place: int) -> dict[str, np.ndarray]:
    """Return the matrices of a layer's attention, of all heads together."""
    attention = _network(world).model.layers[place].self_attn
    modules = (attention.q_proj, attention.k_proj, attention.v_proj, attention.o_proj)
    return {kind: module.weight.detach().numpy() for kind, module in zip(KINDS, modules, strict=True)}


def _matrices(world: World) -> dict[str, np.ndarray]:
    """Return the four matrices of the head that is shown."""
    config, weights = _network(world).config, _weights(world, _chosen(world))
    own = world["attention-text"].config["chosen_head"]
    shared = own * config.num_key_value_heads // config.num_attention_heads
    return {
        "query": np.split(weights["query"], config.num_attention_heads)[own],
        "key": np.split(weights["key"], config.num_key_value_heads)[shared],
        "value": np.split(weights["value"], config.num_key_value_heads)[shared],
        "output": np.split(weights["output"], config.num_attention_heads, axis=1)[own],
    }
