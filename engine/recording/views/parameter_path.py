"""Reads the way that a training took through the space of its parameters, snapshot by snapshot.

Its plane is that of the first two principal components of all snapshots read [1, section 7]. Neither manim nor torch is
imported, so that a film can be composed without them.

[1] Li, Xu, Taylor, Studer, Goldstein, *Visualizing the loss landscape of neural nets*, 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.recording.views.chosen_snapshots import chosen_snapshots

if TYPE_CHECKING:
    from engine.recording import Recording

FEWEST, SNAPSHOTS = 3, 80  # snapshots that make a way, and that are read at most
LARGEST = 1e8  # numbers that are read at most, of all snapshots
_OF_PARAMETERS = ("out", "in")  # a parameter's first axis


@dataclass(frozen=True)
class ParameterPath:
    """The places of a training at its snapshots, in the plane that keeps most of the spread of all of them.

    steps: (snapshot,). places: (snapshot, 2), in units of the parameters; the first axis keeps more and runs from the
    start towards the end, and of the second the place furthest from the middle is above. share: of the spread (the sum
    of squared distances from the mean) that the plane keeps. lengths: of the straight lines from each snapshot to the
    next. straight: the distance from the first to the last. names: of the parameters read. count: how many numbers
    these are, of all that there are. lost: the number of snapshots left out since not all their parameters are finite.
    rows: (snapshot,) their positions along the steps of these arrays.
    """

    steps: np.ndarray
    places: np.ndarray
    share: float
    lengths: np.ndarray
    straight: float
    names: tuple[str, ...]
    count: int
    of: int
    lost: int
    rows: np.ndarray


def is_parameter(recording: Recording, name: str) -> bool:
    """Tell whether an array is a parameter itself at every snapshot, rather than its gradient or a value inside."""
    axes = recording.arrays[name].axes
    return axes[:1] == ("step",) and axes[1:2] in [(one,) for one in _OF_PARAMETERS] and not name.endswith(".gradient")


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


def has_path(recording: Recording) -> bool:
    """Tell whether there are parameters, all of them finite numbers at three snapshots or more."""
    names = parameters_over_time(recording)
    if not names:
        return False
    chosen = chosen_snapshots(recording.steps(names[0]), SNAPSHOTS)
    return int(_finite(recording, names, chosen).sum()) >= FEWEST


def read_parameter_path(recording: Recording) -> ParameterPath:
    """Return the way of all parameters that `parameters_over_time` names, as far as these are finite numbers."""
    names = parameters_over_time(recording)
    steps = recording.steps(names[0])
    chosen = chosen_snapshots(steps, SNAPSHOTS)
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
    return ParameterPath(
        steps=steps[shown],
        places=places,
        share=share,
        lengths=np.diagonal(apart, 1).copy(),
        straight=float(apart[0, -1]),
        names=names,
        count=count,
        of=max(whole, count),
        lost=len(chosen) - len(shown),
        rows=shown,
    )


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
