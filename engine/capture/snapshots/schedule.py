"""Chooses the steps at which a training of unknown length is recorded: dense at first, ever sparser later."""

from __future__ import annotations

from collections.abc import Iterator

STEADY = 64  # snapshots while the number of steps grows e-fold


def snapshot_steps(every: int | None = None) -> Iterator[int]:
    """Yield the steps at which a snapshot is taken, from 0 on, without end.

    every: the distance between them, in steps. Without it the distance is a 64th of the steps made, at least one: a
    thousand steps have 276 snapshots, a million 724.
    """
    step = 0
    while True:
        yield step
        step += every or max(1, step // STEADY)
