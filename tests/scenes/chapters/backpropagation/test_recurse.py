"""The lines between layers are drawn from derivatives that agree with those of the analysis."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.recording import Recording
from scenes.chapters.backpropagation.wishes.values import BACKPROP, Wishes


def test_the_derivatives_that_the_lines_show_are_those_recorded(recordings: Mapping[str, Recording]) -> None:
    recording = recordings[BACKPROP]
    wishes = Wishes(recording)
    for number in range(2, wishes.layers + 1):
        largest = np.abs(wishes.by_weight(number)).max()
        np.testing.assert_allclose(largest, recording.read(f"layer{number}.largest")[0], rtol=1e-4)
