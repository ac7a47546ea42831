"""What is right and wrong, counted answer by answer from the recorded scores, by the arg max and softmax of PyTorch."""

from __future__ import annotations

from collections import Counter

import numpy as np
import torch

from tests.evidence.world import World

MOST_STEPS, HASTE = 24, 2.4
ROWS, CARDS, SIDE_CARDS = 12, 8, 4  # classes and sequences, and examples, that are shown
POSITIONS, NUMBERS = 64, 32


def right(world: World) -> object:
    truth, counts = _truth(world), []
    for step in _steps(world):
        said = _said(world, step)
        counts.append(sum(known >= 0 and one == known for one, known in zip(said.flat, truth.flat, strict=True)))
    total = sum(known >= 0 for known in truth.flat)
    last = _scores(world, _steps(world)[-1])
    answered = np.isfinite(last.sum(axis=-1)) & (truth >= 0)
    return {
        "steps": _steps(world),
        "right": counts,
        "share": [count / total for count in counts],
        "count": total,
        "last": answered.sum(),
    }


def dots(world: World) -> object:
    truth = _truth(world)
    return {"shown": sum(one in _kept(world) for one in truth), "count": len(truth)}


def by_class(world: World) -> object:
    truth, kept = _truth(world), _kept(world)
    answers = [_said(world, step) for step in _steps(world)]
    return {
        "classes": [_name(world, one) for one in kept],
        "counts": [list(truth).count(one) for one in kept],
        "right": [[int(((said == one) & (truth == one)).sum()) for one in kept] for said in answers],
    }


def cells(world: World) -> object:
    kept, pairs = _kept(world), _pairs(world)
    table = [[pairs[row, column] for column in kept] for row in kept]
    if _classes(world) > ROWS:
        others = [sum(count for (one, said), count in pairs.items() if one == row and said not in kept) for row in kept]
        table = [[*row, other] for row, other in zip(table, others, strict=True)]
    return table


def classes(world: World) -> object:
    return {"shown": len(_kept(world)), "count": _classes(world)}


def confused(world: World) -> object:
    wrong = {pair: count for pair, count in _pairs(world).items() if pair[0] != pair[1]}
    most = max(sorted(wrong), key=lambda pair: wrong[pair])
    rest = [count for pair, count in wrong.items() if pair != most]
    names = {"truth": _name(world, most[0]), "answer": _name(world, most[1])}
    return {**names, "row": most[0], "column": most[1], "count": wrong[most], "next": max(rest, default=0)}


def examples(world: World) -> object:
    truth, said, sure = _truth(world), _said(world, _steps(world)[-1]), _confidence(world)
    wrong = sorted(np.flatnonzero(said != truth).tolist(), key=lambda one: -sure[one])
    known = sorted(np.flatnonzero(said == truth).tolist(), key=lambda one: sure[one])
    first = wrong[:CARDS]
    more = max(0, SIDE_CARDS - len(first)) if wrong else CARDS
    which = [*first, *known[:more]]
    return {
        "which": which,
        "wrong": len(first),
        "truth": [_name(world, truth[one]) for one in which],
        "answer": [_name(world, said[one]) for one in which],
        "confidence": [sure[one] for one in which],
        "next_wrong": [sure[one] for one in wrong[CARDS : CARDS + 1]],
        "next_right": [sure[one] for one in known[more : more + 1]],
    }


def pixels(world: World) -> object:
    shown = _inputs(world)
    return [min(shown.flat), max(shown.flat)]


def inputs(world: World) -> object:
    return {"shown": NUMBERS, "count": world.read("film", "probe.input").shape[1]}


def longest(world: World) -> object:
    shown = _inputs(world)
    spread = [float(((column - column.mean()) ** 2).mean()) for column in shown.T]
    kept = sorted(range(len(spread)), key=lambda place: -spread[place])[:NUMBERS]
    return max(abs(float(shown[row, column])) for row in range(len(shown)) for column in kept)


def scores(world: World) -> object:
    last = _scores(world, _steps(world)[-1])
    sums = [sum(row) for row in last]
    return {"lowest": min(last.flat), "highest": max(last.flat), "sums": [min(sums), max(sums)]}


def grid(world: World) -> object:
    count, length = _truth(world).shape
    return {"shown": min(ROWS, count), "count": count, "positions": int(np.ceil(length / POSITIONS))}


def tokens(world: World) -> object:
    return {"first": _said(world, _steps(world)[0]), "last": _said(world, _steps(world)[-1])}


def hardest(world: World) -> object:
    truth, said = _truth(world), _said(world, _steps(world)[-1])
    stretch, shares = int(np.ceil(truth.shape[1] / POSITIONS)), []
    for first in range(0, truth.shape[1], stretch):
        asked = [(one, known) for one, known in _columns(said, truth, first, stretch) if known >= 0]
        shares.append(sum(one == known for one, known in asked) / len(asked))
    worst = shares.index(min(shares))
    return {
        "first": worst * stretch + 1,
        "last": min((worst + 1) * stretch, truth.shape[1]),
        "share": min(shares),
        "highest": max(shares),
        "alike": shares.count(min(shares)),
    }


def _columns(said: np.ndarray, truth: np.ndarray, first: int, stretch: int) -> list[tuple[int, int]]:
    columns = slice(first, first + stretch)
    return list(zip(said[:, columns].flat, truth[:, columns].flat, strict=True))


def _steps(world: World) -> list[int]:
    """Return the steps looked at: of many those next to times that lie the closer, the earlier."""
    known = world["film"].steps("output").tolist()
    if len(known) <= MOST_STEPS:
        return known
    wanted = [known[0] + (k / (MOST_STEPS - 1)) ** HASTE * (known[-1] - known[0]) for k in range(MOST_STEPS)]
    return sorted({min(reversed(known), key=lambda step: abs(step - time)) for time in wanted})


def _scores(world: World, step: int) -> np.ndarray:
    recording = world["film"]
    return recording.read("output", step=recording.steps("output").tolist().index(step)).astype(float)


def _said(world: World, step: int) -> np.ndarray:
    found = torch.from_numpy(_scores(world, step))
    return torch.where(found.isfinite().all(-1), found.argmax(-1), -1).numpy()


def _truth(world: World) -> np.ndarray:
    return world.read("film", "probe.target")


def _confidence(world: World) -> list[float]:
    last = torch.from_numpy(_scores(world, _steps(world)[-1]))
    shares = last if bool(((last >= 0) & (last <= 1)).all()) else last.softmax(-1)
    return shares.amax(-1).tolist()


def _classes(world: World) -> int:
    return world["film"].arrays["output"].shape[-1]


def _name(world: World, one: int) -> str:
    names = world["film"].config.get("classes")
    return str(names[one]) if names else str(one)


def _pairs(world: World) -> Counter[tuple[int, int]]:
    """Return how many examples of each class are taken for each in the end."""
    said = _said(world, _steps(world)[-1])
    return Counter((int(one), int(other)) for one, other in zip(_truth(world), said, strict=True) if other >= 0)


def _kept(world: World) -> list[int]:
    """Return the classes that have a row: all, or those that are most often taken for others or others for them."""
    there = Counter(_truth(world).tolist())
    if _classes(world) <= ROWS:
        return list(range(_classes(world)))
    wrong = [(pair, count) for pair, count in _pairs(world).items() if pair[0] != pair[1]]
    taken = {one: sum(count for pair, count in wrong if one in pair) for one in range(_classes(world))}
    return sorted(sorted(taken, key=lambda one: (-taken[one], -there[one]))[: min(ROWS, len(there))])


def _inputs(world: World) -> np.ndarray:
    which = examples(world)["which"]
    return world.read("film", "probe.input")[which].astype(float)
