"""The way of a training, by a singular value decomposition of its recorded parameters themselves."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.evidence.world import World

SNAPSHOTS = 80


def plane(world: World) -> object:
    points = _points(world)
    apart = points - points.mean(axis=0)
    left, sizes, _ = np.linalg.svd(apart, full_matrices=False)
    places = left[:, :2] * sizes[:2]
    if places[-1, 0] < places[0, 0]:
        places[:, 0] = -places[:, 0]
    if places[np.abs(places[:, 1]).argmax(), 1] < 0:
        places[:, 1] = -places[:, 1]
    share = float((sizes[:2] ** 2).sum() / (sizes**2).sum())
    count = world["film"].structure.parameters
    told = {"places": places.tolist(), "share": share, "count": points.shape[1], "of": count}
    return {**told, "snapshots": len(points), "lost": len(_snapshots(world)) - len(points)}


def ways(world: World) -> object:
    points = _points(world)
    long = sum(float(np.linalg.norm(after - before)) for before, after in pairwise(points))
    straight = float(np.linalg.norm(points[-1] - points[0]))
    return {"long": long, "straight": straight, "times": long / straight}


def surface(world: World) -> object:
    loss = world.read("film", "surface.loss")[-1]
    up, across = loss.shape
    ends = {"low": float(loss.min()), "high": float(loss.max())}
    return {**ends, "across": across, "up": up, "places": across * up}


def _points(world: World) -> np.ndarray:
    """Return those snapshots whose parameters are all finite numbers, (snapshot, parameter)."""
    snapshots = _snapshots(world)
    return np.stack([snapshot for snapshot in snapshots if np.isfinite(snapshot).all()])


def _snapshots(world: World) -> np.ndarray:
    """Return all parameters that are there all the time, (snapshot, parameter)."""
    recording = world["film"]
    stepped = [
        name for name, info in recording.arrays.items() if info.axes[:1] == ("step",) and "batch" not in info.axes
    ]
    others = ("metric.", "surface.", "probe.")
    names = [name for name in stepped if not name.startswith(others) and "gradient" not in name]
    most = max(len(recording.steps(name)) for name in names)
    assert most <= SNAPSHOTS
    whole = [world.read("film", name) for name in names if len(recording.steps(name)) == most]
    return np.concatenate([values.reshape(most, -1) for values in whole], axis=1).astype(float)
