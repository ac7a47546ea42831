"""What n_squared counts and measures, from the model run again, from how scores are stored, and from every round."""

from __future__ import annotations

import statistics
from itertools import pairwise

import numpy as np

from tests.evidence.language import read_again
from tests.evidence.world import World


def table(world: World) -> object:
    again = read_again(world)
    queries, keys = again.patterns.shape[-2:]
    return {"tokens": len(again.tokens), "comparisons": queries * keys}


def memory(world: World) -> object:
    sizes = world["attention-cost"].config["tokens"]
    stored = [np.empty((size, size), np.float32).nbytes for size in sizes]
    return {
        "bytes of a score": [np.dtype(np.float32).itemsize] * len(sizes),
        "longest": stored[-1] / 1000 ** ((len(str(stored[-1])) - 1) // 3),
        "growth": [after / before for before, after in pairwise(stored)],
    }


def time(world: World) -> object:
    sizes, medians = world["attention-cost"].config["tokens"], _medians(world)
    microseconds = medians[-1] * 1e6
    unit = 1e6 if microseconds >= 1e6 else 1e3 if microseconds >= 1e3 else 1.0
    rate = np.log(medians[-1] / medians[0]) / np.log(sizes[-1] / sizes[0])  # the power of n by which it grew
    return {
        "longest": float(f"{microseconds / unit:.1e}"),
        "growth": [after / before for before, after in pairwise(medians)],
        "a doubling": float(2**rate),
    }


def spread(world: World) -> object:
    return {"rounds": world["attention-cost"].config["rounds"]}


def whole(world: World) -> object:
    sizes, medians = world["attention-cost"].config["tokens"], _medians(world)
    tokens, grown = sizes[-1] / sizes[0], medians[-1] / medians[0]
    return {
        "tokens": tokens,
        "memory": tokens**2,
        "time": float(f"{grown:.0e}"),
        "time for the memory": grown / tokens**2,
    }


def _medians(world: World) -> list[float]:
    rounds = world.read("attention-cost", "seconds.all")
    return [statistics.median(timed.tolist()) for timed in rounds.T]
