"""Turns digits into how much ink they have, and 0s and 1s into what the chain should answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.data.mnist import Images

ZERO, ONE = 0, 1  # the digits that are told apart


@dataclass(frozen=True)
class Inks:
    """The 0s and 1s among images: `positions` (example,) among these, `inputs` (example, 1), `targets` (example, 1)."""

    positions: np.ndarray
    inputs: np.ndarray
    targets: np.ndarray

    @classmethod
    def of(cls, images: Images, ink: float) -> Inks:
        """Return the ink of the 0s and 1s, float32: `ink` times the mean of their pixels, and 1 for a 0, 0 for a 1."""
        positions = np.flatnonzero((images.labels == ZERO) | (images.labels == ONE))
        means = images.inputs[positions].reshape(len(positions), -1).mean(axis=1, dtype=np.float64)
        inputs = (ink * means).astype(np.float32)[:, None]
        return cls(positions, inputs, (images.labels[positions] == ZERO).astype(np.float32)[:, None])
