"""Reads the check of a whole gradient against central differences, and measures how far apart they are."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from engine.recording.format.conventions import layer_sizes
from scenes.chapters.backpropagation_calculus.layers.values import GRADIENT
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording

_OF = tuple(f"{GRADIENT}/check.{name}" for name in ("analytic", "numeric", "step", "error"))


class GradientCheck:
    """The gradient by backpropagation and by differences, (parameter,), and the largest error for each step h."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.analytic, self.numeric = recording.read("check.analytic"), recording.read("check.numeric")
        self.steps, self.errors = recording.read("check.step"), recording.read("check.error")

    @cached_property
    def agreement(self) -> Measured:
        """How many derivatives there are, the largest of them, and the largest error."""
        sizes = layer_sizes(self._recording.config)
        weights, biases = sum(into * out for into, out in pairwise(sizes)), sum(sizes[1:])
        told = {
            "count": len(self.analytic),
            "weights": weights,
            "biases": biases,
            "neurons": list(sizes[1:]),
            "zeros": int((self.analytic == 0).sum()),
            "largest": float(np.abs(self.analytic).max()),
            "error": float(np.abs(self.analytic - self.numeric).max()),
            "images": int(self._recording.config["checked"]),
            "step": float(self._recording.config["step"]),
        }
        how = N_("derivatives by backpropagation and by central differences in double precision, before the first step")
        names = (*_OF, f"{GRADIENT}/config.checked", f"{GRADIENT}/config.step")
        return Measured("agreement", told, how, names)

    @cached_property
    def by_step(self) -> Measured:
        """The largest error in the last layer for each step h, and whether it is least in between."""
        least = int(np.argmin(self.errors))
        told = {"steps": self.steps.tolist(), "errors": self.errors.tolist(), "best": float(self.steps[least])}
        told["inside"] = 0 < least < len(self.errors) - 1
        how = N_("the largest error in the last layer for several steps h of the differences")
        return Measured("by_step", told, how, _OF)
