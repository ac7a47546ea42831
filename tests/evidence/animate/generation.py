"""What a model wrote, by its recorded tokens themselves."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.evidence.world import World


def written(world: World) -> object:
    tokens, row = world.read("film", "generation.token"), world.read("film", "probe.input")[0]
    told: dict[str, Any] = world["film"].config["generation"]
    start = told["prompt"]
    same = [sum(int(one) == int(row[start + at]) for at, one in enumerate(line)) for line in tokens]
    return {
        "prompt": start,
        "count": len(tokens[0]),
        "chosen": "greedy",
        "steps": [int(step) for step in world["film"].steps("generation.token")],
        "same": same,
        "finite": bool(np.isfinite(world.read("film", "generation.probability")[-1]).all()),
    }


def cut(world: World) -> object:
    """Return how many tokens fit: a line of 11.5 units holds 53 letters, each 0.602 em of 0.36 units wide."""
    tokens, row = world.read("film", "generation.token"), world.read("film", "probe.input")[0]
    told: dict[str, Any] = world["film"].config["generation"]
    own = row[told["prompt"] : told["prompt"] + tokens.shape[1]]
    steps = np.unique(np.linspace(0, len(tokens) - 1, min(len(tokens), 6)).round().astype(int))
    lines = [*(tokens[step] for step in steps), own]
    fitting = []
    for line in lines:
        letters = np.cumsum([len(told["tokens"][str(int(token))]) for token in line])
        fitting.append(int((letters <= 53).sum()))
    return {"shown": min(fitting), "count": tokens.shape[1]}
