"""How the derivatives of all training images lie, each by autograd."""

from __future__ import annotations

import numpy as np
import torch

from tests.evidence import chains
from tests.evidence.world import World


def counted(world: World) -> int:
    labels = world.mnist.train.labels
    return int((labels == 0).sum() + (labels == 1).sum())


def means(world: World) -> object:
    x, y = chains.inks(world, "train")
    w, b = (torch.tensor(part, dtype=torch.float64) for part in chains.weights(world, chains.moment(world)[0]))
    last = w[-1].repeat(len(x)).requires_grad_()  # a weight of its own for every image
    value = torch.from_numpy(x)
    for number in range(len(w) - 1):
        value = torch.sigmoid(w[number] * value + b[number])
    costs = (torch.sigmoid(last * value + b[-1]) - torch.from_numpy(y)) ** 2
    each = torch.autograd.grad(costs.sum(), last)[0].numpy()
    zeros, ones = (np.mean([one for one, wanted in zip(each, y, strict=True) if wanted == which]) for which in (1, 0))
    return {"digits": [0, 1], "mean": float(each.mean()), "zeros": float(zeros), "ones": float(ones)}
