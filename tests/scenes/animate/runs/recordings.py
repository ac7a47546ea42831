"""Small recordings of metrics alone, as a user's own training may leave them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engine.recording import Recording
from engine.recording.format.layout import ArraySpec
from engine.recording.format.structure import Structure
from engine.recording.writing.writer import RecordingWriter

Curve = tuple[np.ndarray, np.ndarray]  # steps and values


def record_metrics(
    path: Path,
    curves: Mapping[str, Curve],
    *,
    complete: bool = True,
    structure: Structure | None = None,
    config: Mapping[str, Any] | None = None,
) -> Path:
    """Record metrics, each with steps of its own, and return where they are."""
    clocks = {f"metric.{name}": name for name in curves}
    specs = [
        ArraySpec(f"metric.{name}", ("step",), curves[name][1].shape, "float64", clock)
        for clock, name in clocks.items()
    ]
    steps = {clock: np.asarray(curves[name][0], dtype=np.int64) for clock, name in clocks.items()}
    told = {"name": path.stem, "every": 10, **(config or {})}
    writer = RecordingWriter.create(path, told, {"numpy": "2"}, specs, steps, {}, structure)
    for clock, name in clocks.items():
        for value in curves[name][1]:
            writer.append(clock, {f"metric.{name}": value})
    writer.commit(b"state", {})
    if complete:
        writer.complete()
    else:
        writer.stop()
    return path


def open_metrics(path: Path, curves: Mapping[str, Curve]) -> Recording:
    """Record metrics and open the recording."""
    return Recording.open(record_metrics(path, curves))


def falling(count: int, *, noise: float = 0.0, to: float = 0.3) -> Curve:
    """Return a loss that falls from 2.3, recorded at every tenth step."""
    steps = np.arange(count) * 10
    values = to + (2.3 - to) * np.exp(-6 * np.arange(count) / count)
    return steps, values * np.exp(noise * np.random.default_rng(0).normal(size=count))


def rising(count: int) -> Curve:
    """Return an accuracy that rises, has its best before the end, and is recorded at every hundredth step."""
    share = np.arange(count) / count
    return np.arange(count) * 100, 0.1 + 0.85 * np.sin(2.0 * share)
