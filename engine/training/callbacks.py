"""Reports the progress of a training to those who want to show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.recording.format.plan import RecordingPlan


@dataclass(frozen=True)
class Progress:
    """A training's progress: `step` of `steps` updates, the last batch's loss, the last evaluation.

    measured: the evaluation by the names of the recorded arrays; told: the same in a few words.
    """

    step: int
    steps: int
    loss: float
    measured: Mapping[str, float | np.ndarray]
    told: str


class Observer:
    """Receives the progress of a training; override what is of interest."""

    def started(self, plan: RecordingPlan, path: Path, step: int) -> None:
        """Called before the first update, with what will be recorded, where, and the first step (0 unless resumed)."""

    def progressed(self, progress: Progress) -> None:
        """Called about ten times a second, and at the end."""
