"""What `the_equation` tells of one head's matrices, measured: whether each follows from those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenes.chapters.attention.one_head.agreeing import CLOSE, agreeing
from scenes.chapters.attention.one_head.cells import scale_of
from scenes.chapters.attention.one_head.reading import model_sizes
from scenes.chapters.attention.one_head.weighing import softmax_of
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording

NAMES = ("query", "key", "score", "pattern", "value", "head_output")


@dataclass(frozen=True)
class OneLine:
    """sizes: of the matrices, and how many of their numbers the formula makes. scales: the numbers in full shade.

    heads: of the model. left_out: pairs that are masked.
    """

    sizes: Measured
    scales: Measured
    heads: Measured
    left_out: Measured

    def made(self, name: str) -> Measured:
        """Return the evidence that the formula makes all numbers of `scores`, `weights` or `outputs`."""
        return self.sizes.when(
            lambda line: line[name] == line[f"{name} made"], N_("all of them, to a thousandth of the largest")
        )

    def shares(self) -> Measured:
        """Return the evidence that all rows hold weights."""
        return self.sizes.when(
            lambda line: line["weights"] == line["weights made"] and line["whole rows"] == line["tokens"],
            N_("each is the softmax of its score, and each row adds up to 1"),
        )

    def later(self) -> Measured:
        """Return the evidence that later tokens, and no others, are left out."""
        return self.left_out.when(lambda pairs: pairs["left out"] == pairs["later"] > 0)


def measure_line(recording: Recording, allowed: np.ndarray) -> OneLine:
    """Measure a head's matrices. allowed: (query, key), the pairs that are not masked."""
    query, key, score, pattern, value, output = (recording.read(name).astype(float) for name in NAMES)
    of = tuple(f"attention-text/{name}" for name in NAMES)
    made = {
        "scores": (query @ key.T / np.sqrt(query.shape[1]), score),
        "weights": (softmax_of(score, ~allowed), pattern),
        "outputs": (pattern @ value, output),
    }
    sizes = {"tokens": len(query), "numbers": query.shape[1]}
    for name, (ours, known) in made.items():
        sizes |= {name: known.size, f"{name} made": agreeing(ours, known)}
    sizes["whole rows"] = int((np.abs(pattern.sum(axis=1) - 1) < CLOSE).sum())
    how = N_(
        "tokens, numbers in a query, and of scores, weights and outputs: how many there are, and how many are what the "
        "formula makes of the matrices before them, to a thousandth of the largest; and rows that add up to 1"
    )
    scales = {name: scale_of(values) for name, values in (("Q", query), ("K", key), ("V", value), ("scores", score))}
    full = N_("the size that 97 % of the numbers of each matrix do not reach")
    anatomy = model_sizes(recording)
    heads = {"layers": anatomy["layers"], "heads": anatomy["heads"]}
    pairs = {"left out": int((~allowed).sum()), "later": len(query) * (len(query) - 1) // 2}
    masked = "attention-text/masked_score"
    return OneLine(
        Measured("line", sizes, how, (*of, masked)),
        Measured("scales", scales, full, (of[0], of[1], of[2], of[4])),
        Measured("heads", heads, N_("layers of the model, and heads in each"), ("attention-text/config.anatomy",)),
        Measured("left_out", pairs, N_("pairs that are left out, and pairs whose key comes later"), (masked,)),
    )
