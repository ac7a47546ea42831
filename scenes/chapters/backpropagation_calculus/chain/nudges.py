"""Reads what a change of the last weight does to z, a and the cost, and measures how far each moves."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from scenes.chapters.backpropagation_calculus.chain.values import ANALYSIS
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording

CHANGE = 0.1  # of the weight, the step that is told
LINES = ("line.change", "line.z", "line.activation", "line.cost", "weight")
ROOM = 0.08  # of a line's span beyond what is reached, on each side


class Nudges:
    """The values along the changed weight. along: by name, (place,) each; the middle place is the trained weight's."""

    def __init__(self, recording: Recording) -> None:
        read = recording.read
        self._change = read("line.change")
        own = {"weight": float(read("weight")[-1]) + self._change}
        self.along: dict[str, np.ndarray] = own | {name: read(f"line.{name}") for name in ("z", "activation", "cost")}
        self._middle = len(self._change) // 2
        self._step = int(np.argmin(np.abs(self._change - CHANGE)))

    def span(self, name: str) -> tuple[float, float]:
        """Return from where to where a value's line goes."""
        low, high = float(self.along[name].min()), float(self.along[name].max())
        room = ROOM * max(high - low, 1e-9)
        return low - room, high + room

    def start(self, name: str) -> float:
        """Return a value at the trained weight."""
        return float(self.along[name][self._middle])

    def moved(self, name: str) -> float:
        """Return a value where the weight has made its step."""
        return float(self.along[name][self._step])

    def stretched(self, name: str) -> Measured:
        """Return how many times as long a value's line is drawn as the weight's, for the same numbers."""
        spans = [high - low for low, high in (self.span("weight"), self.span(name))]
        how = N_("how many times as stretched this value's line is as the weight's")
        return Measured(f"stretched_{name}", spans[0] / spans[1], how, _of(*LINES))

    @cached_property
    def nudge(self) -> Measured:
        """How far each value moves when the weight makes its step, their ratios, and how far off their product is."""
        moved = {name: self.moved(name) - self.start(name) for name in self.along}
        pairs = {"z_by_w": ("z", "weight"), "a_by_z": ("activation", "z"), "cost_by_a": ("cost", "activation")}
        ratios = {key: moved[over] / moved[under] if moved[under] else 0.0 for key, (over, under) in pairs.items()}
        direct = moved["cost"] / moved["weight"]
        off = abs(float(np.prod(list(ratios.values()))) - direct) / max(abs(direct), 1e-12)
        told = {"change": moved["weight"], "moved": moved, **ratios, "direct": direct, "off": off}
        how = N_("how far each value moves when the last weight grows by a tenth, and from value to value the ratio")
        return Measured("nudge", told, how, _of(*LINES))


def _of(*names: str) -> tuple[str, ...]:
    return tuple(f"{ANALYSIS}/{name}" for name in names)
