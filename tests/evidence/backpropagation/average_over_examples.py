"""What images want of some weights: minus δ times the activation, and its mean over all."""

from __future__ import annotations

import numpy as np

from tests.evidence import last_layers, wishes
from tests.evidence.world import World

SHOWN = 6


def table(world: World) -> object:
    labels, before, delta = wishes.many(world, last_layers.moment(world))
    mean = -(delta.T @ before) / len(labels)  # (out, in)
    best = [(j, max(range(mean.shape[1]), key=lambda k: abs(mean[j, k]))) for j in range(len(mean))]
    order = sorted(best, key=lambda at: -abs(mean[at]))[:SHOWN]
    images = [int(np.flatnonzero(labels == digit)[0]) for digit in sorted(set(labels.tolist()))][:SHOWN]
    wish = [[-float(delta[image, j] * before[image, k]) for j, k in order] for image in images]
    j, k = order[0]
    each = -delta[:, j] * before[:, k]
    told = {"count": len(labels), "labels": labels[images].tolist(), "wish": wish}
    agree = 100 * float((np.sign(each) == np.sign(mean[j, k])).mean())
    return {**told, "mean": [float(mean[at]) for at in order], "agree": agree}
