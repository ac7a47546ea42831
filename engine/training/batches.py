"""Draws mini-batches in a seeded order."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


class Batches:
    """The training set shuffled anew for each time through, cut into batches; a rest too small for one is left out.

    A batch depends on the seed and the step alone, so a training that goes on after a kill needs no memory of
    the order.
    """

    def __init__(self, inputs: Tensor, targets: Tensor, batch_size: int, seed: int) -> None:
        """Cut `inputs` (example, …) and `targets` (example, …) alike."""
        self._inputs = inputs
        self._targets = targets
        self._size = min(batch_size, len(inputs))
        self._per_epoch = len(inputs) // self._size
        self._seed = seed
        self._epoch = -1
        self._order = torch.empty(0, dtype=torch.int64)

    def __call__(self, step: int) -> tuple[Tensor, Tensor]:
        """Return inputs (batch, …) and targets (batch, …) of the update after `step` updates."""
        chosen = self.positions(step)
        return self._inputs.index_select(0, chosen), self._targets.index_select(0, chosen)

    def positions(self, step: int) -> Tensor:
        """Return the positions of that batch's examples in the training set, (batch)."""
        epoch, batch = divmod(step, self._per_epoch)
        if epoch != self._epoch:
            order = np.random.default_rng([self._seed, epoch]).permutation(len(self._inputs))
            self._epoch, self._order = epoch, torch.from_numpy(order)
        return self._order[batch * self._size : (batch + 1) * self._size]
