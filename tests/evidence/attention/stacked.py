"""What blocks add to the last word's vector, from the model run again."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.evidence.language import read_again
from tests.evidence.world import World


def blocks(world: World) -> object:
    count = len(read_again(world).patterns)
    return {"drawn": count, "model": count}


def least_change(world: World) -> float:
    last = read_again(world).stream[:, -1]
    return float(min(np.sqrt(((after - before) ** 2).sum()) for before, after in pairwise(last)))


def leads(world: World) -> object:
    stream, update = read_again(world).stream[:, -1], world.read("attention-text", "attention.update", position=-1)
    networks = 0
    for layer, attention in enumerate(update.astype(float)):
        rest = stream[layer + 1] - stream[layer] - attention
        networks += bool(np.linalg.norm(rest) > np.linalg.norm(attention))
    return {"network": networks, "attention": len(update) - networks, "blocks": len(update)}


def cut_off(world: World) -> object:
    mean = read_again(world).patterns.mean(axis=1)
    return {"from": 0.02, "least": float(mean[mean > 0.02].min())}


def plane(world: World) -> float:
    last = read_again(world).stream[:, -1]
    unit = last / np.linalg.norm(last, axis=1, keepdims=True)
    variances = np.linalg.eigvalsh(np.cov(unit.T))[::-1]
    return float(variances[:2].sum() / variances.sum())


def guess(world: World) -> object:
    probabilities, settings = read_again(world).next, world["attention-text"].config
    token = settings["next_tokens"][0].strip(" ") or "space"
    return {
        "token": token.replace("\n", "↵"),
        "share": float(probabilities.max()),
        "second": float(np.sort(probabilities)[-2]),
        "listed": len(settings["next_tokens"]),
        "vocabulary": len(probabilities),
    }
