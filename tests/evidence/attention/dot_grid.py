"""Dot products of the recorded queries and keys, held against the patterns of the model run again."""

from __future__ import annotations

from math import fsum, sqrt

import numpy as np

from tests.evidence.language import pattern_again, read_again, written_short
from tests.evidence.world import World


def _factors(world: World) -> tuple[list[float], list[float]]:
    """Return the last query and the key, other than its own, to which the model gives most weight."""
    other = int(pattern_again(world)[-1, :-1].argmax())
    query, key = (world.read("attention-text", name).astype(float) for name in ("query", "key"))
    return query[-1].tolist(), key[other].tolist()


def products(world: World) -> object:
    queries, keys = (world.read("attention-text", name).astype(float).tolist() for name in ("query", "key"))
    found = np.array([[fsum(q * k for q, k in zip(query, key, strict=True)) for key in keys] for query in queries])
    powers = np.exp((found - found.max()) / sqrt(len(keys[0]))) * (pattern_again(world) > 0)
    assert np.allclose(powers / powers.sum(axis=1, keepdims=True), pattern_again(world), atol=1e-4)
    return found.tolist()


def pair_products(world: World) -> object:
    return [((q + k) ** 2 - (q - k) ** 2) / 4 for q, k in zip(*_factors(world), strict=True)]


def partial_sums(world: World) -> object:
    each = [q * k for q, k in zip(*_factors(world), strict=True)]
    return [fsum(each[:count]) for count in range(len(each) + 1)]


def added(world: World) -> object:
    query, _ = _factors(world)
    score = world.read("attention-text", "score")[-1, :-1].max()
    whole = float(score) * sqrt(len(query))
    return {"products": len(query), "sum": partial_sums(world)[-1], "in the grid": whole}


def pairs(world: World) -> object:
    count = len(read_again(world).tokens)
    return {"queries": count, "keys": count, "products": count**2}


def signs(world: World) -> object:
    score = world.read("attention-text", "score")
    negative = int(np.signbit(score).sum())
    return {"positive": score.size - negative, "negative": negative}


def best(world: World) -> object:
    row = pattern_again(world)[-1]
    order = np.argsort(row)[::-1]
    last = products(world)[-1]
    return {
        "key": written_short(read_again(world).tokens[order[0]]),
        "its own": bool(order[0] == len(row) - 1),
        "product": last[order[0]],
        "next": last[order[1]],
    }
