"""Where the answers to dates look, read with the alphabets made anew and the heads added up one by one."""

from __future__ import annotations

import numpy as np

from tests.evidence.world import World

PATTERN = "decoder.blocks.0.cross_attention.pattern"
MONTH = (5, 6)


def example(world: World) -> object:
    found = _dates(world)
    answered = [one for one in found if one[1] == one[2]]
    source, answer, truth, _ = max(answered or found, key=lambda one: len(one[0]))
    return {"date": source, "answer": answer, "right": answer == truth}


def month(world: World) -> object:
    first = example(world)["date"]
    weights = next(weights for source, _, _, weights in _dates(world) if source == first)
    shares = [max(weights[place]) / (1 / len(first)) for place in MONTH]
    numbers = len("".join(one if one.isdigit() else " " for one in first).split())
    return {
        "looked at": [first[_strongest(weights[place])] for place in MONTH],
        "times": min(shares),
        "date": first,
        "numbers": numbers,
    }


def mostly(world: World) -> object:
    dates, looks = _dates(world), []
    for source, answer, _, weights in dates:
        for character, row in zip(answer, weights, strict=True):
            looks.append((max(row), source[_strongest(row)] == character))
    sure = [same for weight, same in looks if 2 * weight > 1]
    return {"dates": len(dates), "all": len(looks), "sure": len(sure), "same": sure.count(True)}


def right(world: World) -> object:
    tested = world["dates"].config["tested"]
    count = round(float(world.read("dates", "metric.exact_match")[-1]) * tested)
    return {"share": count / tested, "tested": tested}


def _dates(world: World) -> list[tuple[str, str, str, list[list[float]]]]:
    """Return each recorded date: as given, as answered, as it is, and the weights (query, key), mean of the heads."""
    from engine.experiments.dates.data import alphabets

    read, written = alphabets()
    heads = [world.read("dates", PATTERN, step=-1, head=head) for head in range(world["dates"].config["heads"])]
    mean = sum(one.astype(np.float64) for one in heads) / len(heads)
    found = []
    answers = world.read("dates", "probe.target")[-1]
    for ids, answer, truth, weights in zip(
        world.read("dates", "probe.source"), answers, world.read("dates", "probe.truth"), mean, strict=True
    ):
        length = int(np.flatnonzero(ids).max()) + 1  # padding is 0
        answered = written.decode(answer).replace("\N{START OF TEXT}", " ")
        found.append((read.decode(ids[:length]), answered, written.decode(truth), weights[:, :length].tolist()))
    return found


def _strongest(row: list[float]) -> int:
    return row.index(max(row))
