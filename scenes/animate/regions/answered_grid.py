"""Reads what a model of one or two numbers answers all over a grid of inputs, snapshot by snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.recording.views.chosen_snapshots import chosen_snapshots
from scenes.animate.answers.answers import NONE, SOFTMAX, kind_of_scores
from scenes.animate.shared.layers import given_inputs
from scenes.animate.shared.scored import INPUT, TARGET, whole_numbers

if TYPE_CHECKING:
    from engine.recording import Recording

ANSWERS, ACROSS, UP = "probe.grid.output", "probe.grid.across", "probe.grid.up"
OUTPUT = "output"  # the answers to the probe
SNAPSHOTS = 60  # that are shown


@dataclass(frozen=True)
class AnsweredGrid:
    """What a model answers to a grid of inputs and to its probe.

    steps: (snapshot,). across: (column,) the inputs' first number. up: (row,) their second, None where they have one
    alone. answers: (snapshot, place, feature), places row by row, rows upwards. inputs: (probe, 1 or 2). truth: what is
    right for each, (probe,). said: (snapshot, probe, feature). classes: whether it is to tell classes.
    """

    steps: np.ndarray
    across: np.ndarray
    up: np.ndarray | None
    answers: np.ndarray
    inputs: np.ndarray
    truth: np.ndarray
    said: np.ndarray
    classes: bool

    @property
    def places(self) -> np.ndarray:
        """The numbers of the inputs, (place, 1 or 2)."""
        if self.up is None:
            return self.across[:, None]
        return np.stack(np.meshgrid(self.across, self.up), axis=-1).reshape(-1, 2)

    @cached_property
    def winners(self) -> np.ndarray:
        """The class with the highest score at each place, (snapshot, place); NONE where a score is no number."""
        return highest(self.answers)

    @property
    def changed(self) -> np.ndarray:
        """Where the class answered at the last snapshot is another than at the first, (place,), as far as both are."""
        first, last = self.winners[0], self.winners[-1]
        return (first != last) & (first != NONE) & (last != NONE)

    @cached_property
    def kind(self) -> str:
        """What the confidence of an answer is (see `confidences`)."""
        return kind_of_scores(self.answers)

    @cached_property
    def shares(self) -> np.ndarray:
        """The confidence of each class, shaped like `answers`."""
        if self.kind != SOFTMAX:
            return self.answers
        with np.errstate(invalid="ignore", over="ignore"):
            raised = np.exp(self.answers - self.answers.max(axis=-1, keepdims=True))
            return raised / raised.sum(axis=-1, keepdims=True)

    @property
    def score(self) -> dict[str, Any]:
        """What `Answers.score` tells, of the answers to the probe."""
        said, known = highest(self.said), self.truth != NONE
        right, count = ((said == self.truth) & known).sum(axis=1), int(known.sum())
        return {
            "steps": self.steps.tolist(),
            "right": right.tolist(),
            "share": (right / max(1, count)).tolist(),
            "count": count,
            "last": int((known & (said[-1] != NONE)).sum()),
        }

    @property
    def errors(self) -> np.ndarray:
        """The root mean squared error of the first number answered to the probe, (snapshot,)."""
        with np.errstate(invalid="ignore", over="ignore"):
            errors: np.ndarray = np.sqrt(((self.said[..., 0] - self.truth) ** 2).mean(axis=1))
        return errors


def highest(scores: np.ndarray) -> np.ndarray:
    """Return the class with the highest of scores (…, class); NONE where one is no finite number."""
    known = np.isfinite(scores).all(axis=-1)
    return np.where(known, np.nan_to_num(scores).argmax(axis=-1), NONE)


def arrays_of_regions(recording: Recording) -> tuple[str, ...]:
    """Return the arrays of a grid's inputs and answers, of the probe's, and of what is right; () where one is lacking.

    Classes must have a score each; of other answers the first number is taken, where what is right has as many.
    """
    arrays = recording.arrays
    grid = (ANSWERS, ACROSS, *((UP,) if UP in arrays else ()))
    names = (*grid, OUTPUT, INPUT, TARGET)
    if any(name not in arrays for name in names) or given_inputs(recording) != [INPUT]:
        return ()
    said, truth = arrays[OUTPUT], arrays[TARGET]
    whole = said.axes[:2] == ("step", "batch") and not recording.sampled(OUTPUT) and said.shape[1] == truth.shape[0]
    same = len(recording.steps(OUTPUT)) == len(recording.steps(ANSWERS)) > 0
    if not whole or not same or said.shape[1:] != (truth.shape[0], *arrays[ANSWERS].shape[len(grid) :]):
        return ()
    task = recording.config.get("task")
    classes = task == "classification" and whole_numbers(recording, TARGET) and said.shape[-1] > 1
    return names if classes or task == "regression" else ()


def read_grid(recording: Recording) -> AnsweredGrid:
    """Return the grid that `arrays_of_regions` names, at those snapshots that are shown."""
    steps = recording.steps(ANSWERS)
    chosen = chosen_snapshots(steps, SNAPSHOTS)
    up = recording.read(UP) if UP in recording.arrays else None
    across = recording.read(ACROSS)
    truth = recording.read(TARGET)
    classes = recording.config.get("task") == "classification"
    count = len(across) * (1 if up is None else len(up))
    said = recording.read(OUTPUT, step=chosen.tolist()).astype(float)
    features = said.shape[-1] if said.ndim == 3 else 1
    truth = truth.astype(np.int64) if classes else truth.reshape(len(truth), -1)[:, 0].astype(float)
    if classes:
        truth = np.where((truth >= 0) & (truth < features), truth, NONE)
    return AnsweredGrid(
        steps[chosen],
        across,
        up,
        recording.read(ANSWERS, step=chosen.tolist()).astype(float).reshape(len(chosen), count, features),
        recording.read(INPUT).astype(float).reshape(len(truth), -1),
        truth,
        said.reshape(len(chosen), len(truth), features),
        classes,
    )
