"""What the noise is answered, computed from the trained weights and from MNIST's own labels."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import answers_of
from tests.evidence.world import World


def first_answer(world: World) -> object:
    outputs = answers_of(world, _noise(world)[:1])[0]
    return {"digit": int(outputs.argmax()), "output": float(outputs.max())}


def above_half(world: World) -> object:
    highest = answers_of(world, _noise(world)).max(axis=1)
    return {"count": int((highest > 0.5).sum()), "total": len(highest), "half": 0.5}


def wins(world: World) -> object:
    answers = answers_of(world, _noise(world)).argmax(axis=1).tolist()
    tallies = [answers.count(digit) for digit in range(10)]
    return {"digit": tallies.index(max(tallies)), "count": max(tallies), "wins": tallies}


def taught(world: World) -> object:
    """Of all labels, which are those of the first images, too."""
    shown = world["digits-review"].config["shown"]
    return {"images": shown, "labels": sorted(set(world.mnist.train.labels.tolist())), "outputs": 10}


def _noise(world: World) -> np.ndarray:
    """Return the pictures again, drawn as the analysis's settings say."""
    import torch

    settings = world["digits-review"].config
    generator = torch.Generator().manual_seed(settings["noise_seed"])
    return torch.rand((settings["noise"], 28, 28), generator=generator).numpy()
