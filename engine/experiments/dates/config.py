"""Defines the settings of a translator of dates, and the experiments that have them.

They are plain data: neither torch nor anything that draws is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.experiments.transformer import TransformerConfig
from engine.training.config import ExperimentError


@dataclass(frozen=True)
class DatesConfig(TransformerConfig):
    """The settings of an encoder-decoder transformer that translates dates of many languages and forms into ISO 8601.

    Days from `first_year` to `last_year`; a share of one in `unseen_every` is never trained on. `layers` are those of
    the encoder, and as many of the decoder. `probes` unseen dates are recorded, the exact matches measured on `tested`.
    """

    TASK: ClassVar[str] = "engine.experiments.dates.task:DatesTask"

    learning_rate: float = 3e-3
    batch_size: int = 64
    steps: int = 1_000
    warmup: int = 100
    record: tuple[str, ...] = ("decoder.blocks.*.cross_attention.pattern",)
    snapshots: int = 24
    evaluations: int = 24
    first_year: int = 1900
    last_year: int = 2099
    unseen_every: int = 10
    probes: int = 12
    tested: int = 500

    def __post_init__(self) -> None:
        """Check the conditions between several settings, besides those of every transformer."""
        super().__post_init__()
        if not 1000 <= self.first_year <= self.last_year <= 9999:
            raise ExperimentError(
                f"first_year and last_year must be years of four digits in order, not {self.first_year} "
                f"and {self.last_year}"
            )

    def minimums(self) -> dict[str, int]:
        """Return the settings that are whole numbers, with the smallest that each can be."""
        own = {"first_year": 1000, "last_year": 1000, "unseen_every": 2, "probes": 1, "tested": 1}
        return {**super().minimums(), **own}


EXPERIMENTS = (DatesConfig(name="dates"),)
