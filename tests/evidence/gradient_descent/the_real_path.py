"""The path of the training and its plane, by a singular value decomposition of the weights at all snapshots."""

from __future__ import annotations

import numpy as np

from tests.evidence.gradient_descent.landscapes import ANALYSIS, NAMES, Images, examples_of, parameters_of, trained
from tests.evidence.networks import answers_of
from tests.evidence.world import World


def examples(world: World) -> object:
    return examples_of(world)


def spread(world: World) -> object:
    _, strengths, _ = _decomposed(world)
    shares = strengths**2 / (strengths**2).sum()
    return {
        "directions": parameters_of(world),
        "drawn": 2,
        "shares": shares[:2].tolist(),
        "together": shares[0] + shares[1],
        "next": shares[2],
    }


def kept(world: World) -> object:
    steps = world["digits"].steps(NAMES[0]).tolist()
    return {"places": len(steps), "early": sum(2 * step <= steps[-1] for step in steps) / len(steps)}


def halves(world: World) -> object:
    digits, places = world["digits"], _places(world)
    snapshots = digits.steps(NAMES[0]).tolist()
    away = {step: float(np.hypot(*(place - places[0]))) for step, place in zip(snapshots, places, strict=True)}
    steps = digits.steps("metric.test_accuracy").tolist()
    middle = next(step for step in steps[1:] if away[step] >= away[steps[-1]] / 2)
    costs = [_cost(world, snapshots.index(step)) for step in (steps[0], middle, steps[-1])]
    return {
        "steps": [middle - steps[0], steps[-1] - middle],
        "fell": [costs[0] - costs[1], costs[1] - costs[2]],
        "share": away[middle] / away[steps[-1]],
        "before": away[steps[steps.index(middle) - 1]] / away[steps[-1]],
    }


def end(world: World) -> object:
    """The plane is a quarter wider on each side than the path in it."""
    mean, _, components = _decomposed(world)
    places, images, side = _places(world), Images(world), world[ANALYSIS].config["side"]
    low, high = places.min(axis=0), places.max(axis=0)
    margin = (high - low) / 4
    ticks = [np.linspace(low[axis] - margin[axis], high[axis] + margin[axis], side) for axis in (0, 1)]
    corners = [mean + x * components[0] + y * components[1] for x in ticks[0] for y in ticks[1]]
    ground = [images.cost(_as_parameters(world, corner)) for corner in corners]
    return {"start": _cost(world, 0), "end": _cost(world, -1), "lowest": min(ground), "highest": max(ground)}


def across(world: World) -> float:
    places = _places(world)
    return float(np.hypot(*(places[-1] - places[0])))


def _decomposed(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the mean of the path, (parameter,), its strengths, (component,), and its components."""
    path = _path(world)
    mean = path.mean(axis=0)
    _, strengths, components = np.linalg.svd(path - mean, full_matrices=False)
    return mean, strengths, components


def _path(world: World) -> np.ndarray:
    """Return all parameters at all snapshots, (snapshot, parameter)."""
    parts = [world.read("digits", name).astype(float) for name in NAMES]
    return np.concatenate([part.reshape(len(part), -1) for part in parts], axis=1)


def _places(world: World) -> np.ndarray:
    mean, _, components = _decomposed(world)
    return (_path(world) - mean) @ components[:2].T


def _as_parameters(world: World, flat: np.ndarray) -> dict[str, np.ndarray]:
    shapes = {name: values.shape for name, values in trained(world).items()}
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes.values()])
    parts = np.split(flat, ends[:-1])
    return {name: part.reshape(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}


def _cost(world: World, snapshot: int) -> float:
    """Return the cost of all training images at a snapshot."""
    train = world.mnist.train
    outputs = answers_of(world, train.inputs, step=snapshot)
    return float((outputs**2).sum(axis=1).mean() - 2 * outputs[np.arange(len(outputs)), train.labels].mean() + 1)
