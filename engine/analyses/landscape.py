"""Measures the cost along one weight and over planes, and how rare slices with two minima are (`LandscapeAnalysis`).

Lines and descents are computed in double precision, so that small slopes and small differences between minima are
significant; planes, which are only shown, in the precision of the network.
"""

from __future__ import annotations

import numpy as np
import torch

from engine.analyses.catalog import AnalysisResult, Arrays, LandscapeAnalysis
from engine.analyses.cost_surface import (
    Objective,
    PathPlane,
    Section,
    along_weight,
    model_at,
    path_of,
    plane_of_path,
    random_plane,
)
from engine.analyses.of_digits import of_digits
from engine.analyses.slices import barrier, slices_of_first_layer
from engine.data.mnist import Mnist, load_mnist
from engine.recording import Recording
from engine.training.losses import targets_for

FIRST_STEP = 0.2  # of the way to the minimum: the first step of the walk that arrives
FAR = 9.0  # times as high is the rate of the walk that overshoots


def measure_landscape(analysis: LandscapeAnalysis, base: Recording, data: Mnist | None = None) -> AnalysisResult:
    """Return what a landscape comes to. data: MNIST unless given.

    Raises `RecordingError` where the base has fewer than 3 snapshots.
    """
    data = data or load_mnist()
    return of_digits(base, data, _arrays(analysis, base, data))


def _arrays(analysis: LandscapeAnalysis, base: Recording, data: Mnist) -> Arrays:
    loss = base.config["loss"]
    inputs, labels = (torch.from_numpy(part[: analysis.examples]) for part in (data.train.inputs, data.train.labels))
    objective = Objective.of(inputs, targets_for(loss, labels), loss)
    path = plane_of_path(model_at(base, -1), path_of(base))
    model, precise = model_at(base, -1), model_at(base, -1).double()
    name = f"layer{len(base.config['hidden']) + 1}.weight"
    shape = base.arrays[name].shape[1:]  # (out, in)
    entries = [tuple(np.mod(entry, shape).tolist()) for entry in analysis.weights]
    first, second = (along_weight(model, name, entry) for entry in entries)
    pair = Section(model, first.origin, [*first.directions, *second.directions])
    yield "entry", ("direction", "axis"), np.array(entries)
    yield "trained", ("axis",), np.array([float(first.origin[name][entry]) for entry in entries])
    yield from _line(analysis, along_weight(precise, name, entries[0]), objective.double())
    ticks = np.linspace(-analysis.reach, analysis.reach, analysis.side)
    yield from _plane("pair", pair, ticks, ticks, objective)
    random, ticks = random_plane(model, analysis.plane_seed), np.linspace(-1, 1, analysis.side)
    yield from _plane("random", random, ticks, ticks, objective)
    exact = random_plane(precise, analysis.plane_seed)
    way = exact.descend(analysis.start, analysis.rate, analysis.descent_steps, objective.double())
    yield "random.descent", ("place", "axis"), way
    yield "random.descent_cost", ("place",), exact.costs(way, objective.double())
    yield from _path(path, analysis.side, objective)
    yield from _second_minima(analysis, base, objective)


def _line(analysis: LandscapeAnalysis, line: Section, objective: Objective) -> Arrays:
    """Yield the cost along one weight, and two walks on it from the same start.

    The rates follow from the line: the first step of the first walk goes a fifth of the way to the lowest place.
    """
    changes = np.linspace(-analysis.reach, analysis.reach, analysis.points)
    costs, slopes = line.costs(changes[:, None], objective), line.slopes(changes[:, None], objective)[:, 0]
    yield "line.change", ("place",), changes
    yield "line.cost", ("place",), costs
    yield "line.slope", ("place",), slopes
    inset = analysis.points // 10
    start = inset if costs[0] > costs[-1] else analysis.points - 1 - inset
    distance = abs(changes[start] - changes[costs.argmin()])
    rate = FIRST_STEP * distance / max(abs(slopes[start]), 1e-12)
    begin, steps = [float(changes[start])], analysis.walk_steps
    walks = {
        "shrinking": line.descend(begin, rate, steps, objective),
        "far": line.descend(begin, FAR * rate, steps, objective),
    }
    yield "line.rate", ("walk",), np.array([rate, FAR * rate])
    for name, way in walks.items():
        yield f"walk.{name}", ("place",), way[:, 0]
        yield f"walk.{name}_cost", ("place",), line.costs(way, objective)
        yield f"walk.{name}_slope", ("place",), line.slopes(way, objective)[:, 0]


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


def _second_minima(analysis: LandscapeAnalysis, base: Recording, objective: Objective) -> Arrays:
    """Yield how many slices along first-layer weights have a second minimum, and the one with the highest ridge.

    The chosen slice is computed again in more places; where none has a second minimum it has no places.
    """
    model = model_at(base, -1)
    found = slices_of_first_layer(model, objective, analysis.slices, analysis.slice_reach, analysis.slice_points)
    ridges = np.array([barrier(cost, analysis.least_ridge) for cost in found.costs])
    yield "slice.tried", ("count",), np.array([len(ridges)])
    yield "slice.found", ("count",), np.array([int((ridges > 0).sum())])
    best = int(ridges.argmax())
    entry = tuple(found.entries[best].tolist())
    changes = np.linspace(-analysis.slice_reach, analysis.slice_reach, analysis.points)
    line = along_weight(model_at(base, -1).double(), "layer1.weight", entry)
    costs = line.costs(changes[:, None], objective.double())
    there = ridges[best] > 0
    yield "slice.entry", ("axis",), np.array(entry)
    yield "slice.trained", ("axis",), np.array([float(line.origin["layer1.weight"][entry])])
    yield "slice.change", ("place",), changes if there else changes[:0]
    yield "slice.cost", ("place",), costs if there else costs[:0]
