"""Scores, mask and weights of the head that is shown, from the model run again with its own attention."""

from __future__ import annotations

from math import exp

import numpy as np

from tests.evidence.attention.dot_grid import products as _products
from tests.evidence.language import pattern_again, read_again, written_short
from tests.evidence.world import World


def products(world: World) -> object:
    return _products(world)


def undivided(world: World) -> object:
    size = world["attention-text"].config["anatomy"]["head_size"]
    last = pattern_again(world)[-1].astype(float)
    steeper = last ** (size**0.5)  # e to the power of a score that is so many times as large
    return {
        "size": size,
        "root": size**0.5,
        "undivided": float(steeper.max() / steeper.sum()),
        "divided": float(last.max()),
    }


def masked(world: World) -> object:
    pattern = pattern_again(world)
    zero = [(query, key) for query, key in np.ndindex(pattern.shape) if pattern[query, key] == 0]
    later = len(pattern) * (len(pattern) - 1) // 2
    return {"masked": len(zero), "later": later, "masked later": sum(key > query for query, key in zero)}


def softmax(world: World) -> object:
    score, pattern, count = world.read("attention-text", "score"), pattern_again(world), 0
    for query, row in enumerate(score.tolist()):
        allowed = {key: exp(value) for key, value in enumerate(row) if pattern[query, key] > 0}
        whole = sum(allowed.values())
        count += sum(abs(allowed.get(key, 0.0) / whole - pattern[query, key]) < 1e-4 for key in range(len(row)))
    return {"weights": score.size, "softmax": count}


def row_sums(world: World) -> object:
    return [sum(row) for row in pattern_again(world).tolist()]


def whom(world: World) -> object:
    pattern, tokens = pattern_again(world), read_again(world).tokens
    looks = [max(range(len(row)), key=row.__getitem__) for row in pattern.tolist()]
    choosing = [query for query, row in enumerate(pattern) if (row > 0).sum() > 1]
    agreeing = sum(looks[query] == looks[-1] for query in choosing) / len(choosing)
    return {
        "word": written_short(tokens[-1]),
        "other": written_short(tokens[looks[-1]]),
        "position": looks[-1],
        "itself": looks[-1] == len(tokens) - 1,
        "weight": float(pattern[-1].max()),
        "agreeing": agreeing,
    }
