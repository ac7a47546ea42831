"""The three answers whose costs `cost_of_one_example` compares, and what is measured of them."""

from __future__ import annotations

import numpy as np

from engine.recording import Recording
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

BEFORE, AFTER = 0, 1  # the moments at which outputs and costs were recorded
_OUTPUTS, _LABELS, _COSTS = (f"digits-review/train.{kind}" for kind in ("output", "label", "cost"))


class Cases:
    """Answers to the picture whose cost falls furthest, before and after the training, and to the worst of the others.

    labels: (example,). images: (example, height, width). costs: (moment, example). first, worst: the two examples.
    places: (moment, example) of each case.
    """

    def __init__(self, review: Recording) -> None:
        self.labels, self._outputs = review.read("train.label"), review.read("train.output")
        self.images = review.read("train.input")
        self.costs = review.read("train.cost")[:, : len(self.labels)]  # of those whose outputs were recorded
        self.first, self.worst = choose_cases(self.costs)
        self.places = [(BEFORE, self.first), (AFTER, self.first), (AFTER, self.worst)]

    def values(self, case: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return outputs, wanted outputs and squared differences of a case, each (output,)."""
        moment, example = self.places[case]
        output = self._outputs[moment, example].astype(float)
        wanted = (np.arange(len(output)) == self.labels[example]).astype(float)
        return output, wanted, (output - wanted) ** 2

    def cost(self, case: int) -> float:
        """Return the cost that was recorded of a case."""
        return float(self.costs[self.places[case]])

    def label(self, case: int) -> int:
        """Return what the picture of a case shows."""
        return int(self.labels[self.places[case][1]])

    def answer(self, case: int) -> int:
        """Return the digit of the highest output of a case."""
        return int(self._outputs[self.places[case]].argmax())

    def right(self, case: int) -> bool:
        """Tell whether that is what the picture shows."""
        return self.answer(case) == self.label(case)

    # Measured -----------------------------------------------------------------------------------------------------

    def columns(self) -> Measured:
        """Measure outputs, wanted outputs and squares, a list for each case."""
        parts = zip(*[self.values(case) for case in range(len(self.places))], strict=True)
        output, wanted, square = ([values.tolist() for values in part] for part in parts)
        how = N_("outputs, wanted outputs and the squares of their differences, of the pictures shown")
        value = {"output": output, "wanted": wanted, "square": square}
        return Measured("columns", value, how, (_OUTPUTS, _LABELS, _COSTS))

    def answers(self) -> Measured:
        """Measure label and answer of each case."""
        answers = [{"label": self.label(case), "answer": self.answer(case)} for case in range(len(self.places))]
        how = N_("label and answer, of the picture whose cost falls furthest, and of the worst of the others")
        return Measured("answers", answers, how, (_OUTPUTS, _LABELS, _COSTS))

    def of_each(self) -> Measured:
        """Measure the cost of each case."""
        costs = [self.cost(case) for case in range(len(self.places))]
        how = N_("cost of the picture whose cost falls furthest, before and after, and of the worst of the others")
        return Measured("costs", costs, how, (_COSTS,))

    def added_up(self) -> Measured:
        """Measure the sum of the first case's squares beside its cost."""
        value = {"sum": float(self.values(0)[2].sum()), "cost": self.cost(0)}
        how = N_("the sum of the squares, and the cost that was recorded")
        return Measured("squares_added", value, how, (_OUTPUTS, _LABELS, _COSTS))

    def highest(self) -> Measured:
        """Measure how many pictures there are besides the first, and the highest of their costs after training."""
        others = np.sort(np.delete(self.costs[AFTER], self.first))
        value = {"others": len(others), "cost": self.cost(2), "highest": float(others[-1])}
        how = N_("how many other pictures were looked at, and the highest of their costs after training")
        return Measured("worst", value, how, (_COSTS,))


def choose_cases(costs: np.ndarray) -> tuple[int, int]:
    """Return the example whose cost has fallen most and, of the others, the one of the highest cost after training.

    costs: (moment, example).
    """
    first = int((costs[BEFORE] - costs[AFTER]).argmax())
    others = costs[AFTER].copy()
    others[first] = -np.inf
    return first, int(others.argmax())
