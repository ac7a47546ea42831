"""Compute a study of a recorded network and record it: the network's cost as a landscape."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from engine.claim import claim, require_ours
from engine.costs import targets_for
from engine.data import Mnist, load_mnist
from engine.landscape import (
    Objective,
    PathPlane,
    Section,
    along_weight,
    model_at,
    path_of,
    plane_of_path,
    random_plane,
)
from engine.recording import Recording, RecordingError
from engine.recording_format import ArraySpec
from engine.recording_writer import RecordingWriter
from engine.studies import BASE, Study

Arrays = Iterator[tuple[str, tuple[str, ...], np.ndarray]]  # name, axes, values


def survey(study: Study, base: Recording, out: Path, data: Mnist | None = None) -> Recording:
    """Compute a study of the recording `base`, record it at `out` in place of one that is there, and return it.

    `data` is MNIST unless given. Raises `RecordingError` where `out` is no recording or cannot be written, or `base` is
    unfinished or has too few snapshots; `DataError` where there is no data.
    """
    if not base.complete:
        raise RecordingError(f"{base.path} is unfinished: finish it with `neuroreel train {study.of} --resume`")
    begun = time.monotonic()
    with claim(out):
        require_ours(out)
        found = {name: (axes, values) for name, axes, values in _measure(study, base, data or load_mnist())}
        specs = [ArraySpec(name, axes, values.shape, str(values.dtype)) for name, (axes, values) in found.items()]
        config = {**study.config(), BASE: base.digest, **{key: base.config[key] for key in ("seed", "steps")}}
        fixed = {name: values for name, (_, values) in found.items()}
        writer = RecordingWriter.create(out, config, base.versions, specs, {}, fixed)
        writer.commit(b"", {"seconds": round(time.monotonic() - begun, 3)})
        return writer.complete()


def _measure(study: Study, base: Recording, data: Mnist) -> Arrays:
    loss = base.config["loss"]
    inputs, labels = (torch.from_numpy(part[: study.examples]) for part in (data.train.inputs, data.train.labels))
    objective = Objective.of(inputs, targets_for(loss, labels), loss)
    model = model_at(base, -1)
    first, second = (along_weight(model, name, (row, column)) for name, row, column in study.weights)
    ticks = np.linspace(-study.reach, study.reach, study.side)
    pair = Section(model, first.origin, [*first.directions, *second.directions])
    trained = [float(first.origin[name][row, column]) for name, row, column in study.weights]
    yield "trained", ("axis",), np.array(trained)
    yield from _line(first, np.linspace(-study.reach, study.reach, study.points), objective)
    yield from _plane("pair", pair, ticks, ticks, objective)
    random, ticks = random_plane(model, study.plane_seed), np.linspace(-1, 1, study.side)
    yield from _plane("random", random, ticks, ticks, objective)
    way = random.descend(study.start, study.rate, study.descent_steps, objective)
    yield "random.descent", ("place", "axis"), way
    yield "random.descent_cost", ("place",), random.costs(way, objective)
    yield from _path(plane_of_path(model, path_of(base)), study.side, objective)


def _line(line: Section, changes: np.ndarray, objective: Objective) -> Arrays:
    yield "line.change", ("place",), changes
    yield "line.cost", ("place",), line.costs(changes[:, None], objective)
    yield "line.slope", ("place",), line.slopes(changes[:, None], objective)[:, 0]


def _plane(name: str, plane: Section, first: np.ndarray, second: np.ndarray, objective: Objective) -> Arrays:
    """Yield coordinates along both directions, costs and slopes of a plane; rows go along the second direction."""
    places = np.stack(np.meshgrid(first, second), axis=2)  # (row, column, axis)
    yield f"{name}.first", ("column",), first
    yield f"{name}.second", ("row",), second
    yield f"{name}.cost", ("row", "column"), plane.costs(places, objective)
    yield f"{name}.slope", ("row", "column", "axis"), plane.slopes(places, objective)


def _path(path: PathPlane, side: int, objective: Objective) -> Arrays:
    """Yield the plane of the training's path, a quarter wider on each side than the path, and the path in it."""
    low, high = path.places.min(axis=0), path.places.max(axis=0)
    margin = (high - low) / 4
    first, second = (np.linspace(low[i] - margin[i], high[i] + margin[i], side) for i in (0, 1))
    yield from _plane("path", path.section, first, second, objective)
    yield "path.place", ("snapshot", "axis"), path.places
    yield "path.explained", ("axis",), path.explained
    yield "path.away", ("snapshot",), path.away
