"""What `average_cost` measures: averages of costs, how the training moved them, and how many numbers go in and out."""

from __future__ import annotations

import numpy as np

from scenes.beats.beat import Beat
from scenes.beats.stage import LAYERS
from scenes.beats.timeline import Said, said
from scenes.evidence.evidence import Measured
from scenes.evidence.series import Series
from scenes.language.translation import N_

BEFORE, AFTER = 0, 1  # along `moment`: the training
HARDLY = 0.05  # of the cost: what it changes by less than that is not seen
STOPS = 40  # so many averages are told while the examples come
_COST = "digits-review/train.cost"


def averages_so_far(costs: np.ndarray, shown: int) -> Series:
    """Return the average cost of the first examples, over how many those are: from the `shown` ones up to all.

    costs: (example,).
    """
    stops = np.unique(np.geomspace(shown, len(costs), STOPS).round().astype(int))
    averages = np.cumsum(costs)[stops - 1] / stops
    how = N_("average cost of the first training images, before training, for so many of them")
    value = {"images": stops.tolist(), "averages": averages.tolist()}
    return Series(stops, averages, Measured("running", value, how, (_COST,)))


def averages(costs: np.ndarray) -> Measured:
    """Measure the average of costs (moment, example) before and after the training."""
    how = N_("average cost of the training images, before and after training")
    value = {"before": float(costs[BEFORE].mean()), "after": float(costs[AFTER].mean())}
    return Measured("averages", value, how, (_COST,))


def moves(costs: np.ndarray) -> Measured:
    """Measure which share of costs (moment, example) fell, and by what share of the average they changed on average."""
    moved = costs[AFTER] - costs[BEFORE]
    value = {"fell": float((moved < 0).mean()), "change": float(np.abs(moved).mean() / costs[BEFORE].mean())}
    how = N_("share of the training images whose cost falls, and how far costs move, as a share of their average")
    return Measured("moves", value, how, (_COST,))


def line_on_moves(moves: Measured) -> Said:
    """Return the line on the training that these costs bear out."""
    hardly = N_("hardly: by less than a twentieth of the average")
    return Beat.choose(
        said(
            N_("Train it: in this run, the dots hardly move."),
            moves.when(lambda dots: dots["change"] < HARDLY, hardly),
        ),
        said(N_("Train it: all dots move left."), moves.when(lambda dots: dots["fell"] == 1)),
        said(N_("Train it: most dots move left."), moves.when(lambda dots: dots["fell"] > 0.5)),
        said(N_("Train it: in this run, most dots do not move left."), moves.when(lambda dots: dots["fell"] <= 0.5)),
    )


def counts(examples: int, pixels: int, outputs: int, parameters: int) -> Measured:
    """Measure how many numbers go into both functions and come out."""
    value = {"examples": examples, "pixels": pixels, "outputs": outputs, "parameters": parameters}
    how = N_("how many training images there are, pixels in one, outputs of the network, and weights and biases")
    parts = [f"digits/{layer}.{kind}" for layer in LAYERS for kind in ("weight", "bias")]
    return Measured("counts", value, how, (_COST, "digits-review/train.input", "digits-review/train.output", *parts))


def ends_of(parameters: np.ndarray) -> Measured:
    """Measure the parameters (n,) that are shown of all: the first two, and the last."""
    how = N_("the first two of all weights and biases after training, layer after layer, and the last")
    parts = [f"digits/{layer}.{kind}" for layer in LAYERS for kind in ("weight", "bias")]
    return Measured("parameters", parameters[[0, 1, -1]].tolist(), how, tuple(parts))
