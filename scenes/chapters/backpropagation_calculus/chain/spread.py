"""Reads the derivatives of all training images by the last weight, and measures how they lie."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from scenes.chapters.backpropagation_calculus.chain.values import ANALYSIS
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording

_OF = (f"{ANALYSIS}/all.d_weight", f"{ANALYSIS}/all.target")


class Spread:
    """The derivatives of all examples. edges: of the bins. counts: by what is wanted, 1.0 of a 0 and 0.0 of a 1."""

    def __init__(self, recording: Recording, bins: int) -> None:
        self._each, self._target = recording.read("all.d_weight"), recording.read("all.target")
        low, high = float(self._each.min()), float(self._each.max())
        room = max(1e-9, 0.02 * (high - low))
        self.edges = np.linspace(low - room, high + room, bins + 1)
        self.counts = {wanted: np.histogram(self._each[self._target == wanted], self.edges)[0] for wanted in (1.0, 0.0)}

    @cached_property
    def counted(self) -> Measured:
        """How many training images there are."""
        how = N_("training images of a 0 or a 1")
        return Measured("counted", len(self._each), how, _OF)

    @cached_property
    def means(self) -> Measured:
        """The mean derivative of all images, of those of a 0 and of those of a 1."""
        told = {
            "digits": [0, 1],
            "mean": float(self._each.mean()),
            "zeros": float(self._each[self._target == 1].mean()),
            "ones": float(self._each[self._target == 0].mean()),
        }
        how = N_("the mean derivative of the cost by the last weight, of all images, of those of a 0, of those of a 1")
        return Measured("means", told, how, _OF)
