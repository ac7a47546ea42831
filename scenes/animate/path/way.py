"""Reads the way that a training took through the space of its parameters, snapshot by snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenes.animate.shared.layers import is_parameter
from scenes.animate.shared.moments import moments

if TYPE_CHECKING:
    from engine.recording import Recording

FEWEST, SNAPSHOTS = 3, 80  # snapshots that make a way, and that are read at most
LOSS = "metric.loss"
LARGEST = 4e8  # numbers that are read at most, of all snapshots


@dataclass(frozen=True)
class ParameterPath:
    """The places of a training at its snapshots, in the plane that keeps most of the spread of all of them.

    steps: (snapshot,). places: (snapshot, 2), in units of the parameters; the first axis keeps more and runs from the
    start towards the end, and of the second the place furthest from the middle is above. share: of the spread (the sum
    of squared distances from the mean) that the plane keeps. lengths: of the straight lines from each snapshot to the
    next. straight: the distance from the first to the last. count: how many parameters, of all that there are.
    """

    steps: np.ndarray
    places: np.ndarray
    share: float
    lengths: np.ndarray
    straight: float
    count: int
    of: int


def along_the_way(recording: Recording) -> tuple[str, ...]:
    """Return what is read of a training's way: its parameters, and its loss where that was recorded."""
    names = parameters_over_time(recording)
    return (*names, LOSS) if names and LOSS in recording.arrays else names


def parameters_over_time(recording: Recording) -> tuple[str, ...]:
    """Return the parameters that were there at all snapshots, three or more; () where they are too many to be read."""
    names = [name for name in recording.arrays if is_parameter(recording, name)]
    if not names:
        return ()
    clocks = {name: recording.steps(name).tolist() for name in names}
    longest = max(clocks.values(), key=len)
    names = [name for name in names if clocks[name] == longest]
    numbers = sum(int(np.prod(recording.arrays[name].shape[1:])) for name in names)
    few = numbers * min(len(longest), SNAPSHOTS) <= LARGEST
    return tuple(names) if len(longest) >= FEWEST and few else ()


def read_parameter_path(recording: Recording) -> ParameterPath:
    """Return the way of all parameters that `parameters_over_time` names."""
    names = parameters_over_time(recording)
    steps = recording.steps(names[0])
    shown = moments(steps, SNAPSHOTS)
    products = np.zeros((len(shown), len(shown)))
    count = 0
    for name in names:
        values = recording.read(name)[shown].reshape(len(shown), -1).astype(np.float64)
        values = np.nan_to_num(values - values[-1])
        products += values @ values.T
        count += values.shape[1]
    squares = np.diag(products)
    apart = np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * products, 0))
    centered = products - products.mean(0) - products.mean(1)[:, None] + products.mean()
    sizes, directions = np.linalg.eigh(centered)
    kept = np.maximum(sizes[::-1][:2], 0)
    places = directions[:, ::-1][:, :2] * np.sqrt(kept)
    places[:, 0] *= np.sign(places[-1, 0] - places[0, 0]) or 1.0
    places[:, 1] *= np.sign(places[np.abs(places[:, 1]).argmax(), 1]) or 1.0
    whole = recording.structure.parameters if recording.structure else count
    share = float(kept.sum() / max(np.trace(centered), 1e-300))
    lengths = np.diagonal(apart, 1).copy()
    return ParameterPath(steps[shown], places, share, lengths, float(apart[0, -1]), count, max(whole, count))
