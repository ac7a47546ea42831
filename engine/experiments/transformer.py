"""Defines the settings that all families of transformers share."""

from __future__ import annotations

from dataclasses import dataclass

from engine.training.config import ExperimentError, TrainingConfig

MOST_WIDTH = 1024  # what trains on one thread within a lifetime


@dataclass(frozen=True)
class TransformerConfig(TrainingConfig):
    """The settings that all transformers have.

    `width` is the length of the residual stream's vectors, which the `heads` of a layer share out among them. Training
    is AdamW; its `learning_rate` is reached after `warmup` updates and falls to a tenth along a cosine.
    """

    width: int = 64
    heads: int = 4
    layers: int = 2
    learning_rate: float = 3e-3
    batch_size: int = 32
    steps: int = 1_000
    warmup: int = 50
    record: tuple[str, ...] = ("pattern",)
    snapshots: int = 100
    evaluations: int = 100

    def __post_init__(self) -> None:
        """Check the conditions between several settings, besides those of every training."""
        super().__post_init__()
        if self.width > MOST_WIDTH or self.width % (2 * self.heads):
            raise ExperimentError(
                f"width must be a multiple of 2 · heads, {2 * self.heads}, of at most {MOST_WIDTH:,}, not {self.width}"
            )

    def minimums(self) -> dict[str, int]:
        """Return the settings that are whole numbers, with the smallest that each can be."""
        return {**super().minimums(), "width": 2, "heads": 1, "layers": 1, "warmup": 0}
