"""What is left to find where labels were shuffled."""

from __future__ import annotations

import numpy as np

from engine.recording import Recording
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

RUNS = ("digits-true-labels", "digits-shuffled-labels")


def labels_kept(true_labels: Recording, shuffled_labels: Recording) -> Measured:
    """Measure what the shuffled labels of both runs' first images still tell of the true ones.

    How many are the same, how many are the usual one of the other images with the same true label, and which share of
    both chance would bring.
    """
    own, shuffled = (run.read("train.label") for run in (true_labels, shuffled_labels))
    value = {
        "count": len(own),
        "kept": int((own == shuffled).sum()),
        "guessed": guessed_from_the_others(own, shuffled),
        "chance": float(((np.bincount(own) / len(own)) ** 2).sum()),
    }
    how = N_(
        "of the first training images, how many keep their label when shuffled, how many shuffled labels are the "
        "usual one of the other images with the same true label, and which share chance would bring"
    )
    return Measured("labels_kept", value, how, tuple(f"{run}/train.label" for run in RUNS)).when(
        lambda are: (
            max(are["kept"], are["guessed"]) / are["count"] - are["chance"] < 3 * np.sqrt(are["chance"] / are["count"])
        ),
        N_("hardly anything: knowing the true label, one guesses the shuffled one no better than by chance"),
    )


def guessed_from_the_others(own: np.ndarray, shuffled: np.ndarray) -> int:
    """Return how many labels are the most frequent one among all others whose own label is the same.

    own, shuffled: (image,) int. Among equally frequent ones the lowest counts.
    """
    table = np.zeros((own.max() + 1, shuffled.max() + 1), dtype=int)
    np.add.at(table, (own, shuffled), 1)
    others = table[own]
    others[np.arange(len(own)), shuffled] -= 1
    return int((others.argmax(axis=1) == shuffled).sum())
