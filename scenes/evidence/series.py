"""Contains a recorded array over the steps of a training: shapes move between two recorded states, numbers step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenes.evidence.evidence import Evidence


@dataclass(frozen=True)
class Series:
    """Recorded states of an array, (step, …), and the numbers of their steps, (step,).

    evidence: what the values rest on.
    """

    steps: np.ndarray
    values: np.ndarray
    evidence: Evidence

    def place(self, now: float) -> int:
        """Return the position of the state recorded last at step `now`, that of the first where none was yet."""
        return max(0, int(np.searchsorted(self.steps, now, side="right")) - 1)

    def recorded(self, now: float) -> np.ndarray:
        """Return the values recorded last at step `now`: what a number shows."""
        return self.values[self.place(now)]

    def step(self, now: float) -> int:
        """Return the step of the state recorded last at step `now`."""
        return int(self.steps[self.place(now)])

    def at(self, now: float) -> np.ndarray:
        """Return the values at step `now`, linearly between the recorded states around it: what a shape shows."""
        before = self.place(now)
        after = min(before + 1, len(self.steps) - 1)
        share = np.interp(now, self.steps[[before, after]], (0, 1)) if after > before else 0.0
        return self.values[before] * (1 - share) + self.values[after] * share

    def only(self, steps: np.ndarray) -> Series:
        """Return the states at `steps` alone, such as those at which something else was measured.

        Raises ValueError where nothing was recorded at one of them.
        """
        places = np.searchsorted(self.steps, steps)
        if not np.array_equal(self.steps[np.minimum(places, len(self.steps) - 1)], steps):
            raise ValueError(
                f"nothing was recorded at some of the steps {steps.tolist()[:8]} …: only {self.steps.tolist()[:8]} …"
            )
        return Series(self.steps[places], self.values[places], self.evidence)
