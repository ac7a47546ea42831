"""What a function of `tests/evidence` is given: the recordings that a beat was played from, and the official data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.data.mnist import Mnist, load_mnist
from engine.recording import Recording


@dataclass(frozen=True)
class World:
    """The recordings behind a film, by experiment. language: of the film, for what depends on nothing else."""

    recordings: Mapping[str, Recording]

    def __getitem__(self, experiment: str) -> Recording:
        return self.recordings[experiment]

    def read(self, experiment: str, array: str, **selection: Any) -> np.ndarray:
        """Return an array of a recording, or a part of it."""
        return self.recordings[experiment].read(array, **selection)

    @cached_property
    def mnist(self) -> Mnist:
        """MNIST's own files."""
        return load_mnist()


def alike(one: Any, other: Any, tolerance: float = 1e-5) -> bool:
    """Tell whether two values are the same: numbers up to a relative tolerance, lists and mappings entry by entry."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key], tolerance) for key in one)
    if any(part is None or isinstance(part, str) for part in (one, other)):
        return bool(one == other)
    if isinstance(one, list | tuple | np.ndarray) or isinstance(other, list | tuple | np.ndarray):
        if any(isinstance(part, str | Mapping) for part in (*_parts(one), *_parts(other))):
            pairs = zip(_parts(one), _parts(other), strict=False)
            return len(_parts(one)) == len(_parts(other)) and all(alike(a, b, tolerance) for a, b in pairs)
        first, second = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
        largest = float(np.abs(second[np.isfinite(second)]).max(initial=0))
        least = max(1e-9, largest * 2**-23)  # a sum in single precision may cancel, and keeps the error of its parts
        return first.shape == second.shape and np.allclose(first, second, rtol=tolerance, atol=least, equal_nan=True)
    return bool(np.isclose(float(one), float(other), rtol=tolerance, atol=1e-9, equal_nan=True))


def _parts(value: Any) -> list[Any]:
    if isinstance(value, np.ndarray):
        return list(np.atleast_1d(value))
    return list(value) if isinstance(value, list | tuple) else [value]
