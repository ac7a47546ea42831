"""Reads what a model answered to its probes, snapshot by snapshot, and what would have been right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.recording.views.chosen_snapshots import chosen_snapshots
from scenes.language.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording

SNAPSHOTS = 24  # that are shown
MOST_CLASSES = 12  # that have a row of their own
NONE = -1  # no answer, since no output is a number; or nothing that would be right
SOFTMAX = N_("confidence: softmax of the output")
PROBABILITY = N_("confidence: the output, which sums to 1")
OUTPUT = N_("confidence: the output itself, between 0 and 1")


@dataclass(frozen=True)
class Answers:
    """Answers to probes, (snapshot, batch) or (snapshot, batch, position), by the numbers of their classes.

    steps: (snapshot,). truth: what would be right, shaped like one snapshot. confidence: of the last answers, likewise;
    measured: what that is. names: of the classes. every: of how many probes and positions one was recorded, by axis.
    """

    steps: np.ndarray
    said: np.ndarray
    truth: np.ndarray
    confidence: np.ndarray
    measured: str
    names: tuple[str, ...]
    every: dict[str, int]

    @property
    def counted(self) -> np.ndarray:
        """Whether each probe has a known right answer."""
        return self.truth != NONE

    @property
    def right(self) -> np.ndarray:
        """Whether each answer is right, shaped like `said`."""
        return (self.said == self.truth) & self.counted

    @property
    def score(self) -> dict[str, Any]:
        """The number and share of right answers at each step, of how many probes, and how many are answered at last."""
        right = self.right.reshape(len(self.steps), -1).sum(axis=1)
        total = int(self.counted.sum())
        return {
            "steps": self.steps.tolist(),
            "right": right.tolist(),
            "share": (right / max(1, total)).tolist(),
            "count": total,
            "last": int((self.counted & (self.said[-1] != NONE)).sum()),
        }

    def surest(self, most: int, least: int = 0) -> tuple[np.ndarray, int]:
        """Return the probes, at most so many, answered wrong at the end, most confident first, and how many are wrong.

        Where none is, they are those answered right with the lowest confidence. least: where fewer are wrong, so many
        of these follow that there are as many in all.
        """
        answered = self.counted & (self.said[-1] != NONE)
        wrong = np.flatnonzero(answered & ~self.right[-1])
        wrong = wrong[np.argsort(-self.confidence[wrong], kind="stable")][:most]
        right = np.flatnonzero(answered & self.right[-1])
        right = right[np.argsort(self.confidence[right], kind="stable")]
        more = max(0, least - len(wrong)) if len(wrong) else most
        return np.append(wrong, right[:more]), len(wrong)

    def examples(self, which: np.ndarray, wrong: int) -> dict[str, Any]:
        """Return the classes of some probes, the answers at the end and their confidence; the first `wrong` are wrong.

        Beside them the highest confidence of all others wrong, and the lowest of all others right, in lists of one.
        """
        others = np.setdiff1d(np.flatnonzero(self.counted & (self.said[-1] != NONE)), which)
        right = self.confidence[others[self.right[-1][others]]]
        mistaken = self.confidence[others[~self.right[-1][others]]]
        return {
            "which": which.tolist(),
            "wrong": wrong,
            "truth": [self.names[self.truth[probe]] for probe in which],
            "answer": [self.names[self.said[-1][probe]] for probe in which],
            "confidence": self.confidence[which].tolist(),
            "next_wrong": [float(mistaken.max())] if len(mistaken) else [],
            "next_right": [float(right.min())] if len(right) else [],
        }

    def confusions(self) -> np.ndarray:
        """Return how many probes of each class were taken for each class at the end, (class, class)."""
        table = np.zeros((len(self.names), len(self.names)), dtype=np.int64)
        answered = self.counted & (self.said[-1] != NONE)
        np.add.at(table, (self.truth[answered], self.said[-1][answered]), 1)
        return table


def read_answers(recording: Recording, output: str, target: str, names: Sequence[str] | None = None) -> Answers:
    """Return the answers in an array of scores, (step, batch, …, class), of which the highest is the answer.

    names: of the classes; as the recording's config tells them unless given.
    """
    every = recording.strides(output)
    axes = recording.arrays[output].axes[1:-1]
    truth = recording.read(target)[tuple(slice(None, None, every.get(axis, 1)) for axis in axes)].astype(np.int64)
    positions = chosen_snapshots(recording.steps(output), SNAPSHOTS)
    last = recording.read(output, step=-1).astype(float)
    said = np.stack([_highest(recording.read(output, step=int(position))) for position in positions])
    count = last.shape[-1]
    confidence, measured = confidences(last)
    return Answers(
        recording.steps(output)[positions],
        said,
        np.where((truth >= 0) & (truth < count), truth, NONE),
        confidence,
        measured,
        _names(recording.config.get("classes") if names is None else names, count),
        every,
    )


def confidences(scores: np.ndarray) -> tuple[np.ndarray, str]:
    """Return the confidence of the highest of scores (…, class), and what it is.

    Scores that are probabilities, or lie between 0 and 1, are taken as they are, all others through a softmax.
    """
    best, kind = np.nan_to_num(scores, nan=-np.inf).max(axis=-1), kind_of_scores(scores)
    if kind != SOFTMAX:
        return best, kind
    with np.errstate(invalid="ignore"):
        return 1 / np.exp(scores - best[..., None]).sum(axis=-1), SOFTMAX


def kind_of_scores(scores: np.ndarray) -> str:
    """Return what the confidence of scores (…, class) is: PROBABILITY, OUTPUT or SOFTMAX."""
    known = scores[np.isfinite(scores).all(axis=-1)]
    if not len(known) or known.min() < 0 or known.max() > 1:
        return SOFTMAX
    return PROBABILITY if np.allclose(known.sum(axis=-1), 1, atol=1e-3) else OUTPUT


def kept_classes(table: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return the classes that have a row, in their order: all, or those of which most is confused at the end.

    table: (class, class), how many of each were taken for each. truth: (n,) classes, below 0 where there is none.
    """
    count = len(table)
    if count <= MOST_CLASSES:
        return np.arange(count)
    there = np.bincount(truth[truth >= 0], minlength=count)
    confused = table.sum(axis=0) + table.sum(axis=1) - 2 * np.diag(table)
    order = np.lexsort((-there, -confused))
    return np.sort(order[: min(MOST_CLASSES, max(1, int((there > 0).sum())))])


def _highest(scores: np.ndarray) -> np.ndarray:
    known = np.isfinite(scores).all(axis=-1)
    return np.where(known, np.nan_to_num(scores).argmax(axis=-1), NONE)


def _names(told: Sequence[str] | None, count: int) -> tuple[str, ...]:
    names = tuple(told or ())
    return (*names, *map(str, range(len(names), count)))[:count]
