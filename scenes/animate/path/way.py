"""Reads the way that a training took through the space of its parameters, snapshot by snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenes.animate.shared.layers import is_parameter
from scenes.animate.shared.moments import moments

if TYPE_CHECKING:
    from engine.recording import Recording

FEWEST, SNAPSHOTS = 3, 80  # snapshots that make a way, and that are read at most
LOSS = "metric.loss"
LARGEST = 1e8  # numbers that are read at most, of all snapshots


@dataclass(frozen=True)
class ParameterPath:
    """The places of a training at its snapshots, in the plane that keeps most of the spread of all of them.

    steps: (snapshot,). places: (snapshot, 2), in units of the parameters; the first axis keeps more and runs from the
    start towards the end, and of the second the place furthest from the middle is above. share: of the spread (the sum
    of squared distances from the mean) that the plane keeps. lengths: of the straight lines from each snapshot to the
    next. straight: the distance from the first to the last. count: how many parameters, of all that there are. lost:
    the number of snapshots left out since not all their parameters are finite numbers.
    """

    steps: np.ndarray
    places: np.ndarray
    share: float
    lengths: np.ndarray
    straight: float
    count: int
    of: int
    lost: int = 0


def along_the_way(recording: Recording) -> tuple[str, ...]:
    """Return what is read of a training's way: its parameters, and its loss where that was recorded."""
    names = parameters_over_time(recording)
    if not names or _finite(recording, names, moments(recording.steps(names[0]), SNAPSHOTS)).sum() < FEWEST:
        return ()
    return (*names, LOSS) if LOSS in recording.arrays else names


def parameters_over_time(recording: Recording) -> tuple[str, ...]:
    """Return the parameters that were there at all snapshots, three or more; () where they are too many to be read."""
    names = [name for name in recording.arrays if is_parameter(recording, name)]
    if not names:
        return ()
    clocks = {name: recording.steps(name).tolist() for name in names}
    longest = max(clocks.values(), key=len)
    names = [name for name in names if clocks[name] == longest]
    numbers = sum(int(np.prod(recording.arrays[name].shape[1:])) for name in names)
    few = numbers > 1 and numbers * min(len(longest), SNAPSHOTS) <= LARGEST
    return tuple(names) if len(longest) >= FEWEST and few else ()


def read_parameter_path(recording: Recording) -> ParameterPath:
    """Return the way of all parameters that `parameters_over_time` names, as far as these are finite numbers."""
    names = parameters_over_time(recording)
    steps = recording.steps(names[0])
    chosen = moments(steps, SNAPSHOTS)
    shown = chosen[_finite(recording, names, chosen)]
    products = np.zeros((len(shown), len(shown)))
    count = 0
    for name in names:
        values = recording.read(name)[shown].reshape(len(shown), -1).astype(np.float64)
        values -= values[-1:]
        products += values @ values.T
        count += values.shape[1]
    squares = np.diag(products)
    apart = np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * products, 0))
    places, share = _in_plane(products)
    whole = recording.structure.parameters if recording.structure else count
    lengths, lost = np.diagonal(apart, 1).copy(), len(chosen) - len(shown)
    return ParameterPath(steps[shown], places, share, lengths, float(apart[0, -1]), count, max(whole, count), lost)


def _finite(recording: Recording, names: Sequence[str], chosen: np.ndarray) -> np.ndarray:
    """Return at which of the snapshots chosen all parameters are finite numbers, (snapshot,)."""
    found = np.ones(len(chosen), bool)
    for name in names:
        found &= np.isfinite(recording.read(name)[chosen].reshape(len(chosen), -1)).all(axis=1)
    return found


def _in_plane(products: np.ndarray) -> tuple[np.ndarray, float]:
    """Return places (n, 2) in the plane of the first two principal components, and the share that it keeps.

    products: of all places with each other, (n, n).
    """
    centered = products - products.mean(0) - products.mean(1)[:, None] + products.mean()
    sizes, directions = np.linalg.eigh(centered)
    kept = np.maximum(sizes[::-1][:2], 0)
    places = directions[:, ::-1][:, :2] * np.sqrt(kept)
    places[:, 0] *= np.sign(places[-1, 0] - places[0, 0]) or 1.0
    places[:, 1] *= np.sign(places[np.abs(places[:, 1]).argmax(), 1]) or 1.0
    return places, float(kept.sum() / max(np.trace(centered), 1e-300))
