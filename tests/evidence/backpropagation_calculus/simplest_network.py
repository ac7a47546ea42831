"""What `simplest_network` tells of the chain, computed from its weights and MNIST."""

from __future__ import annotations

from tests.evidence import chains
from tests.evidence.world import World


def values(world: World) -> object:
    return chains.values(world)


def size(world: World) -> object:
    w, b = chains.weights(world, chains.moment(world)[0])
    return {"neurons": 1 + len(w), "weights": len(w), "biases": len(b)}


def moment(world: World) -> object:
    step, right, reached = chains.moment(world)
    return {"digits": [0, 1], "step": step, "percent": 100 * right, "reached": reached}
