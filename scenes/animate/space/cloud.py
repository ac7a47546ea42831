"""Reads the probes as points of a hidden space, snapshot by snapshot, seen in one plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenes.animate.space.hidden_space import EVERY_POSITION, LAST_POSITION, MEAN, OUTPUT, TARGETS, Space
from scenes.measures.projection import Projection, principal_plane

if TYPE_CHECKING:
    from engine.recording import Recording

NEAREST, DISTANCE, STRAIGHT, APART = "nearest", "distance", "straight", "apart"
MOST_DOTS = 400
MOST_SNAPSHOTS = 120  # that are looked at
AT_ONCE = 8  # snapshots read at a time


@dataclass(frozen=True)
class Cloud:
    """Points (n, dot, 2) at steps (n,), n snapshots that have finite numbers.

    probes: (dot,) which probe each is. target: (dot,) its class or its number, None if unknown. classes: whether it is
    a class. explained: share of the variance that the plane keeps at the last snapshot. measure: what `scores` (n,)
    are: "nearest", the share of points nearest to the mean of their own class, themselves left out; "distance", how far
    the model's answers are from the targets, in the mean; "straight", the share of the targets' variance that the best
    straight direction in the plane explains; "apart", how far it is from one point to another in the whole space, in
    the mean. features: of the whole space. recorded: of how many probes there are values. stopped: the first step that
    has numbers which are not finite, None if there is none. targets: how many numbers are right for a dot.
    """

    steps: np.ndarray
    points: np.ndarray
    probes: np.ndarray
    target: np.ndarray | None
    classes: bool
    explained: float
    measure: str
    scores: np.ndarray
    features: int
    recorded: int
    stopped: int | None
    targets: int


def read_cloud(recording: Recording, space: Space) -> Cloud:
    """Return the cloud of a space at its snapshots, of very many an even choice, all in the plane of the last."""
    info = recording.arrays[space.layer.array]
    count = info.shape[info.axes.index("batch")]
    each = info.shape[info.axes.index("position")] if space.how == EVERY_POSITION else 1
    apart = -(-count * each // MOST_DOTS)
    chosen = np.arange(count)[::apart]
    stride, positions = strides_of(recording, space.layer.array)
    probes = chosen * stride
    target, classes = _target(recording, space, probes, np.arange(each) * positions)
    rows = np.unique(np.linspace(0, info.shape[0] - 1, min(MOST_SNAPSHOTS, info.shape[0])).round().astype(int))
    steps = recording.steps(space.layer.array)[rows]
    plane, last = _plane(recording, space, rows, apart)
    measure = APART if target is None else NEAREST if classes else STRAIGHT
    if target is not None and measure == NEAREST and not _can_be_nearest(target):
        measure = APART
    points, scores = [], []
    for first in range(0, last + 1, AT_ONCE):
        for vectors in _vectors(recording, space, rows[first : min(first + AT_ONCE, last + 1)], apart):
            places = _flat(plane.of(vectors))
            points.append(places)
            scores.append(_score(vectors, places, target, measure))
    if measure == STRAIGHT and OUTPUT in recording.arrays and target is not None:
        measure = DISTANCE
        scores = _distances(recording, steps[: len(points)], probes, target)
    return Cloud(
        steps[: len(points)],
        np.array(points).reshape(len(points), -1, 2),
        np.repeat(probes, each),
        target,
        classes,
        plane.explained,
        measure,
        np.array(scores),
        plane.axes.shape[1],
        count,
        int(steps[last + 1]) if last + 1 < len(steps) else None,
        _targets(recording),
    )


def _plane(recording: Recording, space: Space, rows: np.ndarray, apart: int) -> tuple[Projection, int]:
    """Return the plane of the last snapshot that goes before any that is not finite, and its place among the rows.

    -1 where already the first is not.
    """
    last = len(rows) - 1
    (vectors,) = _vectors(recording, space, rows[-1:], apart)
    if not np.isfinite(vectors).all():
        finite = [np.isfinite(_vectors(recording, space, rows[at : at + 1], apart)).all() for at in range(len(rows))]
        last = finite.index(False) - 1
        if last < 0:
            return Projection(np.zeros(vectors.shape[1]), np.zeros((1, vectors.shape[1])), 0.0), last
        (vectors,) = _vectors(recording, space, rows[last : last + 1], apart)
    return principal_plane(vectors), last


def _vectors(recording: Recording, space: Space, rows: np.ndarray, apart: int) -> np.ndarray:
    """Return (step, dot, feature) of some snapshots, of every so many-th probe."""
    name = space.layer.array
    select = {"step": rows.tolist(), "batch": slice(None, None, apart)}
    axes = recording.arrays[name].axes
    if space.how == LAST_POSITION:
        select["position"] = -1
        axes = tuple(axis for axis in axes if axis != "position")
    values = space.layer.after(recording.read(name, **select).astype(float))
    if space.how == EVERY_POSITION:
        return values.reshape(len(values), -1, values.shape[-1])
    if space.how == MEAN:
        values = values.mean(axis=tuple(range(3, values.ndim)))
    return values.reshape(len(values), values.shape[1], -1)


def _flat(places: np.ndarray) -> np.ndarray:
    """Return places (dot, 1 or 2) as (dot, 2): a space of one number is a line."""
    return np.pad(places, ((0, 0), (0, 2 - places.shape[1])))


def strides_of(recording: Recording, array: str) -> tuple[int, int]:
    """Return the distances between the probes, and between the positions, that were recorded of an array."""
    every = recording.strides(array)
    return int(every.get("batch", 1)), int(every.get("position", 1))


def _target(
    recording: Recording, space: Space, probes: np.ndarray, positions: np.ndarray
) -> tuple[np.ndarray | None, bool]:
    """Return what is right for each dot, and whether it is a class."""
    name = next((name for name in TARGETS if name in recording.arrays), "")
    if not name:
        return None, False
    values = recording.read(name)
    classes = values.dtype.kind in "iu"
    if probes[-1] >= len(values):
        return None, False
    if space.how == EVERY_POSITION:
        return values[np.ix_(probes, positions)].ravel(), classes
    mine = values[probes].reshape(len(probes), -1)
    return mine[:, -1 if classes else 0], classes


def _targets(recording: Recording) -> int:
    """Return how many numbers are right for each probe; 1 for classes, or where nothing is known."""
    info = next((recording.arrays[name] for name in TARGETS if name in recording.arrays), None)
    return 1 if info is None or info.dtype.kind in "iu" else int(np.prod(info.shape[1:]))


def _can_be_nearest(labels: np.ndarray) -> bool:
    """Tell whether there are two classes, and a class that has two."""
    counts = np.unique(labels, return_counts=True)[1]
    return len(counts) > 1 and bool((counts > 1).any())


def _score(vectors: np.ndarray, places: np.ndarray, target: np.ndarray | None, measure: str) -> float:
    if target is None or measure == APART:
        return mean_distance(vectors)
    return nearest_mean_share(vectors, target) if measure == NEAREST else explained_by_plane(places, target)


def _distances(recording: Recording, steps: np.ndarray, probes: np.ndarray, target: np.ndarray) -> list[float]:
    """Return how far answers are from targets (dot,), in the mean, as they were recorded last up to each step.

    Of those dots whose answer was recorded: where it takes much room, that is only every so many-th.
    """
    places, known = answered(recording, probes)
    rows = np.maximum(np.searchsorted(recording.steps(OUTPUT), steps, side="right") - 1, 0)
    answers = recording.read(OUTPUT, step=rows.tolist())[:, places].reshape(len(rows), len(places), -1)[..., 0]
    return [float(value) for value in np.abs(answers.astype(float) - target[known]).mean(axis=1)]


def answered(recording: Recording, probes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the answers to probes among those recorded, and a mask of the probes that have one."""
    places, between = np.divmod(probes, strides_of(recording, OUTPUT)[0])
    return places[between == 0], between == 0


def mean_distance(vectors: np.ndarray) -> float:
    """Return the mean distance between two of vectors (n, feature), over all pairs; NaN for one vector."""
    count = len(vectors)
    centered = vectors - vectors.mean(axis=0)
    squares = (centered**2).sum(axis=1)
    apart = np.sqrt(np.maximum(squares[:, None] + squares - 2 * centered @ centered.T, 0))
    return float(apart[np.triu_indices(count, 1)].mean()) if count > 1 else float("nan")


def nearest_mean_share(vectors: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of vectors (n, feature) that are nearest to the mean of their own class, (n,) labels.

    Each vector is left out of the mean of its class, and one that is alone in its class is not counted. NaN where none
    is left or there is one class only.
    """
    _, own, counts = np.unique(labels, return_inverse=True, return_counts=True)
    if len(counts) < 2:
        return float("nan")
    members = np.eye(len(counts))[own]  # (n, class)
    centered = vectors - vectors.mean(axis=0)
    means = members.T @ centered / counts[:, None]
    squares = (centered**2).sum(axis=1)[:, None] - 2 * centered @ means.T + (means**2).sum(axis=1)
    rows, many = np.arange(len(own)), counts[own] > 1
    alone = np.where(many, counts[own] / np.maximum(counts[own] - 1, 1), 1.0)
    mine = squares[rows, own] * alone**2  # leaving a vector out moves the mean away from it by this
    squares[rows, own] = np.inf
    return float((mine < squares.min(axis=1))[many].mean()) if many.any() else float("nan")


def explained_by_plane(places: np.ndarray, numbers: np.ndarray) -> float:
    """Return the share of the variance of numbers (n,) that the best straight direction in places (n, 2) explains."""
    known = np.column_stack([np.ones(len(places)), places])
    fitted = known @ np.linalg.lstsq(known, numbers, rcond=None)[0]
    total = float(((numbers - numbers.mean()) ** 2).sum())
    return 1 - float(((numbers - fitted) ** 2).sum()) / total if total else float("nan")
