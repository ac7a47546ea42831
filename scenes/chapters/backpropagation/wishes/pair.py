"""Reads what small changes of two weights do to the cost, and measures how their effects compare."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from scenes.chapters.backpropagation.wishes.values import BACKPROP
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording

_OF = tuple(f"{BACKPROP}/pair.{name}" for name in ("entry", "gradient", "nudge", "change"))


class Pair:
    """Two weights of the last layer, ∂C by them, and the changes of C that small changes of them make."""

    def __init__(self, recording: Recording) -> None:
        self.entries = recording.read("pair.entry")
        self.gradient, self.nudges = recording.read("pair.gradient"), recording.read("pair.nudge")
        self.changes = recording.read("pair.change")  # (weight, nudge)
        self._images = int(recording.config["measured"])

    def symbol(self, which: int) -> str:
        """Return how a weight is written in a formula."""
        out, into = self.entries[which]
        return f"w_({out}, {into})"

    @cached_property
    def measured(self) -> Measured:
        """The derivatives, the changes at the first nudge, and both ratios."""
        told = {
            "images": self._images,
            "gradients": self.gradient.tolist(),
            "nudge": float(self.nudges[0]),
            "changes": self.changes[:, 0].tolist(),
            "ratio": _ratio(self.gradient[0], self.gradient[1]),
            "measured": _ratio(self.changes[0, 0], self.changes[1, 0]),
        }
        told["off"] = abs(told["measured"] / told["ratio"] - 1) if told["ratio"] else 1.0
        how = N_("the weight with the largest derivative, and the one whose is nearest to 25 times weaker")
        return Measured("pair", told, how, (*_OF, f"{BACKPROP}/config.measured"))


def _ratio(one: float, other: float) -> float:
    return float(one / other) if other else float(np.sign(one) * 1e300)
