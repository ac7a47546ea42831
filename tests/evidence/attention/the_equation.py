"""The formula, step by step, from the recorded factors and the patterns of the model run again."""

from __future__ import annotations

from math import exp, fsum, sqrt

import numpy as np

from tests.evidence.language import model_of, pattern_again, read_again
from tests.evidence.networks import quantile_of
from tests.evidence.world import World


def _rows(world: World, name: str) -> list[list[float]]:
    return world.read("attention-text", name).astype(float).tolist()


def _agreeing(made: list[list[float]], known: np.ndarray) -> int:
    largest = max(abs(value) for row in known.tolist() for value in row)
    rows = zip(made, known.tolist(), strict=True)
    return sum(abs(a - b) <= 1e-3 * largest for row, there in rows for a, b in zip(row, there, strict=True))


def line(world: World) -> object:
    queries, keys, values = (_rows(world, name) for name in ("query", "key", "value"))
    size, pattern = len(queries[0]), pattern_again(world)
    scores = [[fsum(q * k for q, k in zip(row, key, strict=True)) / sqrt(size) for key in keys] for row in queries]
    powers = [
        [exp(score) * (seen > 0) for score, seen in zip(*rows, strict=True)]
        for rows in zip(scores, pattern, strict=True)
    ]
    weights = [[power / sum(row) for power in row] for row in powers]
    mixed = [
        [fsum(w * value[place] for w, value in zip(row, values, strict=True)) for place in range(size)]
        for row in weights
    ]
    score, output = (world.read("attention-text", name) for name in ("score", "head_output"))
    return {
        "tokens": len(read_again(world).tokens),
        "numbers": size,
        "scores": score.size,
        "scores made": _agreeing(scores, score),
        "weights": pattern.size,
        "weights made": _agreeing(weights, pattern),
        "outputs": output.size,
        "outputs made": _agreeing(mixed, output),
        "whole rows": sum(abs(fsum(row) - 1) < 1e-3 for row in pattern.tolist()),
    }


def scales(world: World) -> object:
    names = {"Q": "query", "K": "key", "V": "value", "scores": "score"}
    return {key: quantile_of(np.abs(world.read("attention-text", name)).ravel(), 0.97) for key, name in names.items()}


def heads(world: World) -> object:
    config = model_of(world["attention-text"].config["model"]).network.config
    return {"layers": config.num_hidden_layers, "heads": config.num_attention_heads}


def left_out(world: World) -> object:
    pattern = pattern_again(world)
    later = sum(range(len(pattern)))
    return {"left out": int((pattern == 0).sum()), "later": later}
