"""Two trainings that differ in one function: how often each was right at the steps at which both were evaluated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenes.beats.beat import Beat
from scenes.beats.stage import LAST
from scenes.beats.timeline import Said, said
from scenes.evidence.evidence import Measured
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.measures.learning_curves import first_reaching, level_of_both

RUNS = ("digits", "digits-relu")
NAMES = ("sigma", "relu")  # in values of evidence
ACCURACIES = tuple(f"{run}/metric.test_accuracy" for run in RUNS)


@dataclass(frozen=True)
class TwoRuns:
    """right: of each run the share of right answers on new images, (step,). level: the highest tenth that both reach.

    reached: of each the first of the steps at which it is right that often. changed: settings in which they differ.
    """

    right: tuple[Series, Series]
    level: float
    reached: tuple[int, int]
    changed: tuple[str, ...]

    @classmethod
    def of(cls, beat: Beat) -> TwoRuns:
        """Return what a beat was given of both."""
        series = [beat.series(run, "metric.test_accuracy") for run in RUNS]
        common = np.intersect1d(series[0].steps, series[1].steps)
        sigma, relu = (one.only(common) for one in series)
        level = level_of_both([sigma.values, relu.values])
        reached = tuple(first_reaching(one.steps, one.values, level) for one in (sigma, relu))
        first, second = (beat.data[run].config for run in RUNS)
        changed = sorted(key for key in first if key != "name" and first[key] != second.get(key))
        return cls((sigma, relu), level, (reached[0], reached[1]), tuple(changed))

    def measure_changed(self) -> Measured:
        """Measure in which settings the trainings differ."""
        of = tuple(f"{run}/config" for run in RUNS)
        return Measured("changed", list(self.changed), N_("the settings in which the two trainings differ"), of)

    def measure_reached(self) -> Measured:
        """Measure which level both reach, and at which steps."""
        values = {"level": self.level, **dict(zip(NAMES, self.reached, strict=True))}
        how = N_("the highest tenth that both reach, and the first measured step at which each does")
        return Measured("reached", values, how, ACCURACIES)

    def measure_at(self, step: int) -> Measured:
        """Measure how often both are right at a step."""
        values = dict(zip(NAMES, (float(one.recorded(step)) for one in self.right), strict=True))
        how = N_("share of right answers to the test images at the step shown")
        return Measured("so_far", {"step": step, **values}, how, ACCURACIES)

    def measure_end(self) -> Measured:
        """Measure how often both are right at the last step."""
        told = dict(zip(NAMES, (float(one.values[LAST]) for one in self.right), strict=True))
        return Measured(
            "at_the_end", told, N_("share of right answers to the test images, after the last step"), ACCURACIES
        )

    def line_on_first(self, reached: Measured) -> Said:
        """Return the line that tells which run is first at the level. reached: as measured."""
        values = {**reached.value, "level": f"{self.level:.0%}"}
        return Beat.choose(
            said(
                N_("{level} right: ReLU first, at step {relu}; σ at {sigma}."),
                reached.when(lambda was: was["relu"] < was["sigma"]),
                **values,
            ),
            said(
                N_("{level} right: σ first, at step {sigma}; ReLU at {relu}."),
                reached.when(lambda was: was["sigma"] < was["relu"]),
                **values,
            ),
            said(
                N_("{level} right: both at step {relu}."),
                reached.when(lambda was: was["sigma"] == was["relu"]),
                **values,
            ),
        )
