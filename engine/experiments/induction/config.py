"""Defines the settings of transformers in which induction heads form, and the experiments that have them.

They are plain data: neither torch nor anything that draws is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.experiments.transformer import TransformerConfig
from engine.training.config import ExperimentError


@dataclass(frozen=True)
class InductionConfig(TransformerConfig):
    """The settings of a transformer of attention alone that reads repeated random tokens.

    A sequence of `context` tokens repeats its beginning, whose length is drawn for each sequence, from `shortest` to
    half of it; no token stands in a beginning twice. `probes` sequences are recorded, and `held_out` more are measured
    on, all of exactly two copies.
    """

    TASK: ClassVar[str] = "engine.experiments.induction.task:InductionTask"

    vocabulary: int = 52
    context: int = 48
    shortest: int = 8
    probes: int = 2
    held_out: int = 64

    def __post_init__(self) -> None:
        """Check the conditions between several settings, besides those of every transformer."""
        super().__post_init__()
        if self.context % 2 or not self.shortest <= self.context // 2 <= self.vocabulary:
            raise ExperimentError(
                f"context must be even, from 2 · shortest, {2 * self.shortest}, to 2 · vocabulary, "
                f"{2 * self.vocabulary}, not {self.context}"
            )

    def minimums(self) -> dict[str, int]:
        """Return the settings that are whole numbers, with the smallest that each can be."""
        return {**super().minimums(), "vocabulary": 2, "context": 4, "shortest": 1, "probes": 1, "held_out": 1}


EXPERIMENTS = (InductionConfig(name="induction"),)
