"""What a user says of the training of a model of their own. Plain data: nothing of torch is imported."""

from __future__ import annotations

from dataclasses import dataclass

OPTIMIZERS = ("sgd", "adam", "adamw")
LOSSES = ("cross_entropy", "mse", "l1", "bce")


@dataclass(frozen=True)
class OwnTraining:
    """model, data: functions, FILE.py:FUNCTION. loss: one of `LOSSES`, a function that takes outputs and targets, or
    "" for what fits the targets. record: kinds and globs; () for the usual ones. every: steps between snapshots; None
    for a distance that grows. probes: how many examples are looked at in every snapshot.
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
    def name(self) -> str:
        """What the recording is called unless it is told: the file that the model is built in."""
        return self.model.rpartition(":")[0].rpartition("/")[2].removesuffix(".py")
