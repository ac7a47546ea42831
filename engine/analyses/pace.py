"""Measures how far gradient descent comes in the same time, with all images at each step and with few.

Two walks in two weights of a trained network show the way that each takes (`PaceAnalysis`).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from engine.analyses.catalog import AnalysisResult, Arrays, PaceAnalysis
from engine.analyses.cost_surface import Objective, Section, along_weight, model_at
from engine.analyses.of_digits import of_digits
from engine.data.mnist import Mnist, load_mnist
from engine.recording import Recording
from engine.training.batches import Batches
from engine.training.losses import COSTS, targets_for
from engine.training.machine import load, machine
from engine.training.optimizers import GradientDescent


def measure_pace(analysis: PaceAnalysis, base: Recording, data: Mnist | None = None) -> AnalysisResult:
    """Return what the analysis comes to, with the machine that it was timed on. data: MNIST unless given."""
    data = data or load_mnist()
    before = load()
    found = of_digits(base, data, iter(list(_arrays(analysis, base, data))))
    measured_on = {**machine(1), "load": [before, load()], "torch": torch.__version__}
    told = {**found.told, "batch_size": base.config["batch_size"]}
    return found._replace(told=told, origin={**found.origin, "machine": measured_on})


def _arrays(analysis: PaceAnalysis, base: Recording, data: Mnist) -> Arrays:
    loss, size = base.config["loss"], base.config["batch_size"]
    inputs, labels = torch.from_numpy(data.train.inputs), torch.from_numpy(data.train.labels)
    targets = targets_for(loss, labels)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        few = Batches(inputs, targets, size, base.config["seed"])
        yield from _timed(analysis, base, "full", lambda step: (inputs, targets), analysis.full_steps, data)
        yield from _timed(analysis, base, "mini", few, analysis.mini_steps, data)
    finally:
        torch.set_num_threads(threads)
    yield from _walks(analysis, base, Objective.of(inputs[: analysis.examples], targets[: analysis.examples], loss))


def _timed(
    analysis: PaceAnalysis,
    base: Recording,
    way: str,
    batches: Callable[[int], tuple[Tensor, Tensor]],
    steps: int,
    data: Mnist,
) -> Arrays:
    """Yield the seconds of each step, its batch drawn too, from the first weights on, and the cost at times."""
    model, cost = model_at(base, 0), COSTS[base.config["loss"]]
    optimizer = GradientDescent(model.parameters(), base.config["learning_rate"])
    test = torch.from_numpy(data.test.inputs[: analysis.tested])
    wanted = targets_for(base.config["loss"], torch.from_numpy(data.test.labels[: analysis.tested]))
    looked = set(np.unique(np.linspace(0, steps, analysis.looks).round().astype(int)).tolist())
    seconds, costs, at = [], [], []
    for step in range(steps + 1):
        if step in looked:
            with torch.no_grad():
                costs.append(float(cost(model(test), wanted)))
            at.append(step)
        if step == steps:
            break
        begun = time.perf_counter()
        given, target = batches(step)
        optimizer.zero_grad()
        cost(model(given), target).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - begun)
    yield f"{way}.seconds", ("update",), np.array(seconds)
    yield f"{way}.look", ("moment",), np.array(at)
    yield f"{way}.cost", ("moment",), np.array(costs)


def _walks(analysis: PaceAnalysis, base: Recording, objective: Objective) -> Arrays:
    """Yield the descents in two weights of the last layer, all else as trained, with all images and with few.

    `walk.full`, `walk.mini`: (place, axis), the changes of both weights. `plane.cost`: over the plane of both.
    """
    model = model_at(base, -1)
    name = f"layer{len(base.config['hidden']) + 1}.weight"
    shape = base.arrays[name].shape[1:]
    entries = [tuple(int(part) for part in np.mod(entry, shape)) for entry in analysis.weights]
    lines = [along_weight(model, name, entry) for entry in entries]
    section = Section(model, lines[0].origin, [*lines[0].directions, *lines[1].directions])
    yield "walk.full", ("place", "axis"), section.descend(analysis.start, analysis.rate, analysis.walk_steps, objective)
    order = Batches(objective.inputs, objective.targets, base.config["batch_size"], base.config["seed"])
    way = [np.asarray(analysis.start, dtype=np.float64)]
    for step in range(analysis.walk_steps):
        inputs, targets = order(step)
        slope = section.slopes(way[-1][None], Objective(inputs, targets, objective.cost))[0]
        way.append(way[-1] - analysis.rate * slope)
    yield "walk.mini", ("place", "axis"), np.array(way)
    places = np.concatenate([np.array(way), np.zeros((1, 2))])  # and the trained weights themselves
    middle, half = (places.max(axis=0) + places.min(axis=0)) / 2, 0.6 * float(np.ptp(places, axis=0).max())
    ticks = [np.linspace(at - half, at + half, analysis.side) for at in middle]
    grid = np.stack(np.meshgrid(*ticks), axis=-1)
    few = Objective(objective.inputs[: analysis.drawn], objective.targets[: analysis.drawn], objective.cost)
    yield "plane.first", ("first",), ticks[0]
    yield "plane.second", ("second",), ticks[1]
    yield "plane.cost", ("second", "first"), section.costs(grid, few)
    yield "walk.entry", ("direction", "axis"), np.array(entries)
