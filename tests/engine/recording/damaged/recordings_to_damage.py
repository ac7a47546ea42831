"""Recordings that are damaged in tests, small ones with all that a recording can have, and how one is gone on with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from engine.recording import RecordingError
from engine.recording.format.layout import ArraySpec, unfinished_path
from engine.recording.format.structure import Flow, ModuleInfo, Structure
from engine.recording.writing.checkpoint import take_up
from engine.recording.writing.writer import RecordingWriter
from engine.training.task import Fixed, Measured, Task
from tests.engine.recording.damaged.headers import make_older
from tests.engine.recording.damaged.recordings_in_use import use

NAME = "r.zarr"
STEPS = 150  # two full chunks of snapshots, and a begun one
UPDATES = 40
CONFIG = {
    "name": "mine",
    "rate": 0.1,
    "nested": {"schedule": [1, 2.5, None], "names": ["a", "名"]},
    "nothing": float("nan"),
    "sampled": {"layer1.weight": {"every": {"in": 2}, "of": [3, 4]}},
}
STRUCTURE = Structure(
    (ModuleInfo("", "Sequential", inside=8, calls=1), ModuleInfo("0", "Linear", "in=3", 8, 8, (5, 3), (5, 2), 1, True)),
    (Flow("", "0"), Flow("0", "", ("relu",))),
    8,
    8,
)


class TinyRun(Task):
    """A model and its optimizer, as a training has them."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.model = nn.Linear(3, 2)
        self.optimizer = torch.optim.Adam(self.model.parameters())  # type: ignore[assignment]
        self.model(torch.ones(1, 3)).sum().backward()
        self.optimizer.step()

    def evaluate(self) -> Measured:
        return {}

    def describe(self, measured: Measured) -> str:
        return ""

    def static_arrays(self) -> Mapping[str, Fixed]:
        return {}


def write_unfinished(path: Path) -> RecordingWriter:
    """Write a recording of 150 snapshots and 40 updates, of which all is committed, and none complete."""
    shapes = {"layer1.weight": (3, 2), "layer2.weight": (3, 2), "layer1.bias": (3,)}
    specs = [
        ArraySpec(name, ("step", "out", "in")[: len(shape) + 1], (STEPS, *shape), "float32", "snapshot")
        for name, shape in shapes.items()
    ]
    specs.append(ArraySpec("metric.test_loss", ("step",), (UPDATES,), "float64", "update"))
    fixed = {"probe.input": np.arange(24.0).reshape(4, 6), "probe.label": np.arange(4)}
    specs += [ArraySpec(name, ("batch", "in")[: v.ndim], v.shape, str(v.dtype)) for name, v in fixed.items()]
    steps = {"snapshot": np.arange(STEPS) * 2, "update": np.arange(UPDATES)}
    origin = {"data": {"mnist": {"train": "0" * 64}}}
    writer = RecordingWriter.create(path, CONFIG, {"numpy": "2"}, specs, steps, fixed, STRUCTURE, origin)
    writer.add_endless("metric.val%2Floss", [ArraySpec("metric.val%2Floss", (), (), "float64")])
    rng = np.random.default_rng(0)
    for step in range(STEPS):
        writer.append("snapshot", {name: rng.normal(size=shape).astype("f4") for name, shape in shapes.items()})
        writer.append("metric.val%2Floss", {"metric.val%2Floss": rng.normal()}, step=step)
    for _ in range(UPDATES):
        writer.append("update", {"metric.test_loss": rng.normal()})
    writer.commit(TinyRun().checkpoint(UPDATES), {"seconds": 1.5, "evaluated_at": [0.5, 1]})
    return writer


def make_all(folder: Path) -> dict[str, Path]:
    """Return the paths of whole recordings: complete, of format 1, unfinished, and both at once."""
    made = {}
    for kind in ("complete", "older", "unfinished", "older unfinished"):
        path = folder / kind.replace(" ", "-") / NAME
        path.parent.mkdir()
        writer = write_unfinished(path)
        made[kind] = unfinished_path(path)
        if "unfinished" in kind:
            writer.stop()
        else:
            made[kind] = Path(writer.complete().path)
        if "older" in kind:
            make_older(made[kind])
    return made


def go_on(path: Path) -> dict[str, Any]:
    """Resume the unfinished recording at `path`, as a training does, complete it, and use it."""
    final = path.with_name(NAME)
    try:
        writer = RecordingWriter.resume(final)
        if writer is None:
            return {"seen": {}, "told": ["nothing to go on from"]}
        take_up(TinyRun(), writer)
        writer.complete()
    except RecordingError as error:
        if len(str(error).splitlines()) != 1:
            raise AssertionError(f"not one line: {error}") from error
        return {"seen": {}, "told": [str(error)]}
    return use(final)
