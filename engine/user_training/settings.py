"""Defines the settings of a user's own training. They are plain data: nothing of torch is imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

OPTIMIZERS = ("sgd", "adam", "adamw")
LOSSES = ("cross_entropy", "mse", "l1", "bce")


@dataclass(frozen=True)
class OwnTraining:
    """The settings of a user's own training. model, data: functions, FILE.py:FUNCTION. loss: one of `LOSSES`, a
    function that takes outputs and targets, or "" for what fits the targets. record: kinds and globs; () for the usual
    ones. every: steps between snapshots; None for a distance that grows. probes: the number of examples in every
    snapshot.
    """

    model: str
    data: str
    steps: int = 1_000
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    batch_size: int = 64
    loss: str = ""
    seed: int = 0
    record: tuple[str, ...] = ()
    every: int | None = None
    budget: int = 1_000_000
    probes: int = 64

    @property
    def file(self) -> str:
        """The path of the file that the model is built in."""
        return self.model.rpartition(":")[0]

    @property
    def name(self) -> str:
        """The recording's name unless one is given: that of its file."""
        return Path(self.file).name.removesuffix(".py")
