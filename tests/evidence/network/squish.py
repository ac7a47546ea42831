"""The sums and activations of a hidden neuron, from its weights and the images that it is shown."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import layers_of
from tests.evidence.world import World


def sums(world: World) -> object:
    found = _sums(world)
    return {"count": len(found), "low": found.min(), "high": found.max()}


def activations(world: World) -> object:
    found = layers_of(world, _images(world))[0]
    return {"of": [found.min(), found.max()], "ends": [0, 1]}


def lowest_bias(world: World) -> object:
    ordered = sorted(world.read("digits", "layer1.bias", step=-1).tolist())
    return {"bias": ordered[0], "others": len([one for one in ordered if one > ordered[0]]), "neurons": len(ordered)}


def awake(world: World) -> object:
    own, found = lowest_bias(world)["bias"], _sums(world)
    # above one half is where sum and bias together are above 0
    counts = [sum(1 for one in found if one + bias > 0) for bias in (0.0, -4.0, own)]
    return {"biases": [0.0, -4.0, own], "awake": counts, "images": len(found)}


def _images(world: World) -> np.ndarray:
    """Return the probe images but the user's own, (image, 28, 28)."""
    return world.read("digits", "probe.input")[world.read("digits", "probe.label") >= 0]


def _sums(world: World) -> np.ndarray:
    """Return the weighted sums of the neuron of the lowest bias, (image,)."""
    biases = world.read("digits", "layer1.bias", step=-1)
    weight = world.read("digits", "layer1.weight", step=-1)[biases.tolist().index(min(biases.tolist()))]
    images = _images(world).astype(float)
    return (images * weight.reshape(28, 28)).sum(axis=(1, 2))
