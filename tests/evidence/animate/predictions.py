"""How far off predictions are, computed by PyTorch's losses from the recorded outputs."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn import functional

from tests.evidence.world import World

MOST_OUTPUTS, MOST_DOTS = 4, 2000


def errors(world: World) -> object:
    said, truth = _said(world), _truth(world)
    each = [[_error(one[:, output], truth[:, output]) for output in _shown(world)] for one in said]
    return {
        "steps": world["film"].steps("output"),
        "outputs": each,
        "all": [_error(one, truth) for one in said],
    }


def outputs(world: World) -> object:
    return {"numbers": _shown(world), "shown": len(_shown(world)), "count": _truth(world).shape[1]}


def determined(world: World) -> object:
    truth, last = _truth(world), _said(world)[-1]
    middle = torch.stack([column.mean() for column in truth.T]).expand_as(truth)
    shares = [_share(last[:, output], truth[:, output], middle[:, output]) for output in _shown(world)]
    return {
        "outputs": shares,
        "all": _share(last, truth, middle),
        "mean": _share(middle, truth, middle),
        "truth": _share(truth, truth, middle),
    }


def finite(world: World) -> object:
    last = world.read("film", "output", step=-1)
    return {"finite": sum(map(math.isfinite, last.flat)), "count": last.size}


def drawn(world: World) -> object:
    count = len(_truth(world))
    return {"k": math.ceil(count / MOST_DOTS), "count": count}


def _truth(world: World) -> torch.Tensor:
    return torch.from_numpy(world.read("film", "probe.target").astype(np.float64))


def _said(world: World) -> torch.Tensor:
    return torch.from_numpy(world.read("film", "output").astype(np.float64))


def _error(said: torch.Tensor, truth: torch.Tensor) -> float:
    return float(functional.mse_loss(said, truth).sqrt())


def _share(said: torch.Tensor, truth: torch.Tensor, middle: torch.Tensor) -> float:
    off, spread = (functional.mse_loss(one, truth, reduction="sum") for one in (said, middle))
    return float(1 - off / spread)


def _shown(world: World) -> list[int]:
    """Return the outputs that are shown: those of the largest variance of the truth, in their order."""
    spread = [statistic.item() for statistic in _truth(world).var(dim=0, correction=0)]
    return sorted(sorted(range(len(spread)), key=lambda output: -spread[output])[:MOST_OUTPUTS])
