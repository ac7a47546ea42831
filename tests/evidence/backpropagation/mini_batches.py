"""The batches of the training, from its seed."""

from __future__ import annotations

import numpy as np

from tests.evidence.world import World


def batches(world: World) -> object:
    config = world["digits"].config
    count, size = config["train_images"] or len(world.mnist.train), config["batch_size"]
    order = np.random.default_rng([config["seed"], 0]).permutation(count)
    return {"images": count, "size": size, "batches": count // size, "first": order[:3].tolist()}
