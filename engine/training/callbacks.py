"""What a training tells about itself while it runs, for those who want to show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.recording.format.plan import RecordingPlan


@dataclass(frozen=True)
class Progress:
    """How far a training is: `step` of `steps` updates, the last batch's loss, the last evaluation.

    measured: the evaluation by the names of the recorded arrays; told: the same in a few words.
    """

    step: int
    steps: int
    loss: float
    measured: Mapping[str, float | np.ndarray]
    told: str


class Observer:
    """Told of a training as it goes; override what is of interest."""

    def started(self, plan: RecordingPlan, path: Path, step: int) -> None:
        """Before the first update: what will be recorded, where, and the step it begins with (0 unless resumed)."""

    def progressed(self, progress: Progress) -> None:
        """About ten times a second, and at the end."""
