"""A recording of six snapshots, written step by step, for the tests of writing."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.experiments import EXPERIMENTS
from engine.recording import Recording
from engine.recording.format.layout import (
    ArraySpec,
)
from engine.recording.writing.writer import RecordingWriter

CONFIG = EXPERIMENTS["digits"].config()


ROWS = 6


STEPS = {"snapshot": np.arange(0, 2 * ROWS, 2), "update": np.arange(2 * ROWS)}


VALUES = np.random.default_rng(0).normal(size=(ROWS, 3, 2)).astype(np.float32)


LOSSES = np.random.default_rng(1).normal(size=2 * ROWS)


LABELS = np.arange(5)


SPECS = (
    ArraySpec("layer1.weight", ("step", "out", "in"), VALUES.shape, "float32", "snapshot"),
    ArraySpec("metric.loss", ("step",), LOSSES.shape, "float64", "update"),
    ArraySpec("probe.label", ("batch",), LABELS.shape, "int64"),
)


def begin(path: Path) -> RecordingWriter:
    return RecordingWriter.create(path, CONFIG, {"numpy": "2"}, SPECS, STEPS, {"probe.label": LABELS})


def go_on(writer: RecordingWriter, first: int, stop: int = ROWS, every: int = 3) -> None:
    """Append the rows from `first` on and commit after every third; the checkpoint says how many there are."""
    for row in range(first, stop):
        for update in (2 * row, 2 * row + 1):
            writer.append("update", {"metric.loss": LOSSES[update]})
        writer.append("snapshot", {"layer1.weight": VALUES[row]})
        if (row + 1) % every == 0 or row + 1 == stop:
            writer.commit(str(row + 1).encode(), {"seconds": row})


def assert_whole(recording: Recording) -> None:
    assert recording.complete
    np.testing.assert_array_equal(recording.read("layer1.weight"), VALUES)
    np.testing.assert_array_equal(recording.read("metric.loss"), LOSSES)
    np.testing.assert_array_equal(recording.read("probe.label"), LABELS)
    np.testing.assert_array_equal(recording.steps("layer1.weight"), STEPS["snapshot"])
