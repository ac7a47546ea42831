"""Defines the settings of recurrent networks that must recall a first token, and the experiments that have them.

They are plain data: neither torch nor anything that draws is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.training.config import ExperimentError, TrainingConfig

MOST_STATE, MOST_LENGTH = 1024, 1024  # what trains on one thread within a lifetime


@dataclass(frozen=True)
class RecallConfig(TrainingConfig):
    """The settings of a recurrent network that must recall the first token of a sequence after many distractors.

    `cell`: "rnn", "lstm" or "gru", with a state of `width` numbers. A sequence has `length` tokens: the first is one of
    `kinds`, the others are of as many kinds that never come first. It is measured on `held_out` sequences that are
    never trained on; one more of each kind is recorded. Training is AdamW; its `learning_rate` is reached after
    `warmup` updates and falls to a tenth along a cosine.

    The cells differ in how far back they can recall a token. The gradient by the state after it goes through `length` −
    1 steps, each of which multiplies it, in the plain cell by little more than half at the beginning (Hochreiter 1991;
    Bengio et al. 1994), so that the distractors outweigh what would have to be learned. LSTM and GRU have a gate that
    keeps the state, and it starts open. Over 20 tokens the plain cell learns the task with some seeds, if late; over 30
    it did with none.
    """

    TASK: ClassVar[str] = "engine.experiments.recall.task:RecallTask"

    cell: str = "lstm"
    kinds: int = 8
    length: int = 30
    embedding: int = 16
    width: int = 64
    learning_rate: float = 2e-3
    batch_size: int = 64
    steps: int = 2_000
    warmup: int = 100
    record: tuple[str, ...] = ("weight", "bias", "gradient", "gradient_norm", "hidden_state", "output")
    snapshots: int = 100
    evaluations: int = 60
    held_out: int = 1_000

    def __post_init__(self) -> None:
        """Check the largest sizes, besides the conditions of every training."""
        super().__post_init__()
        for name, most in (("width", MOST_STATE), ("embedding", MOST_STATE), ("length", MOST_LENGTH)):
            if getattr(self, name) > most:
                raise ExperimentError(f"{name} must be at most {most:,}, not {getattr(self, name):,}")

    def minimums(self) -> dict[str, int]:
        """Return the settings that are whole numbers, with the smallest that each can be."""
        own = {"kinds": 2, "length": 3, "embedding": 1, "width": 1, "warmup": 0, "held_out": 1}
        return {**super().minimums(), **own}

    def allowed_values(self) -> dict[str, tuple[str, ...]]:
        """Return the settings that are one of a few names, with those names."""
        return {"cell": ("rnn", "lstm", "gru")}


# One thing differs between the three, the cell
EXPERIMENTS = tuple(RecallConfig(name=f"recall-{cell}", cell=cell) for cell in ("rnn", "lstm", "gru"))
