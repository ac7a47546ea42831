"""How many weights and biases there are, how they start and end, and how often the network is right."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import LAYERS, answers_of, first_network_of, shade_of
from tests.evidence.world import World


def sizes(world: World) -> list[int]:
    return [world.mnist.test.inputs[0].size, *world["digits"].config["hidden"], len(set(world.mnist.test.labels))]


def start(world: World) -> object:
    network = first_network_of(world)
    weights = [getattr(network, layer).weight.detach().numpy() for layer in LAYERS]
    biases = [getattr(network, layer).bias.detach().numpy() for layer in LAYERS]
    return {"weights": [max(w.max(), -w.min()) for w in weights], "biases": np.abs(np.concatenate(biases)).max()}


def turned(world: World) -> object:
    drawn = [one.detach().numpy().ravel() for one in first_network_of(world).parameters()]
    names = [f"{layer}.{kind}" for layer in LAYERS for kind in ("weight", "bias")]
    ends = [world.read("digits", name, step=-1).ravel() for name in names]
    pairs = list(zip(np.concatenate(drawn).tolist(), np.concatenate(ends).tolist(), strict=True))
    return {"turned": len(pairs) - sum(first == last for first, last in pairs), "of": len(pairs)}


def full_shade(world: World) -> object:
    return {"from": shade_of(world), "share": 0.98}


def gain(world: World) -> object:
    images, labels = world.mnist.test.inputs, world.mnist.test.labels
    before, after = (answers_of(world, images, step=step).argmax(axis=1) for step in (0, -1))
    return {"before": np.mean(before == labels), "after": np.mean(after == labels)}
