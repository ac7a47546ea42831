"""Defines the settings of a language model that predicts characters, and the experiments that have them.

They are plain data: neither torch nor anything that draws is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.experiments.transformer import TransformerConfig
from engine.training.config import ExperimentError

MOST_CONTEXT = 1024  # characters: what trains on one thread within a lifetime


@dataclass(frozen=True)
class LanguageModelConfig(TransformerConfig):
    """The settings of a transformer that predicts Shakespeare's plays a character at a time.

    `context` characters are seen at once. `scored` excerpts of as many characters are measured of the training's and of
    the validation's part. At each evaluation a text of `sample_length` characters is sampled that begins with `prompt`;
    `probe` is the text on which the model is recorded.
    """

    TASK: ClassVar[str] = "engine.experiments.language_model.task:LanguageModelTask"

    width: int = 96
    heads: int = 6
    layers: int = 3
    learning_rate: float = 3e-3
    steps: int = 1_300
    warmup: int = 100
    record: tuple[str, ...] = (
        "pattern",
        "embedding",
        "embedding.token.weight",
        "gradient_norm",
        "residual",
        "output",
    )
    snapshots: int = 64
    evaluations: int = 20
    context: int = 64
    scored: int = 256
    prompt: str = "ROMEO\n"
    sample_length: int = 200
    probe: str = "But, soft! what light through yonder window breaks?\nIt is the ea"

    def __post_init__(self) -> None:
        """Check the conditions between several settings, besides those of every transformer."""
        super().__post_init__()
        if self.context > MOST_CONTEXT:
            raise ExperimentError(f"context must be at most {MOST_CONTEXT:,}, not {self.context:,}")
        if not 1 <= len(self.prompt) <= self.sample_length:
            raise ExperimentError(f"prompt must have 1 to sample_length, {self.sample_length}, characters")
        if not 1 <= len(self.probe) <= self.context:
            raise ExperimentError(f"probe must have 1 to context, {self.context}, characters, not {len(self.probe)}")

    def minimums(self) -> dict[str, int]:
        """Return the settings that are whole numbers, with the smallest that each can be."""
        return {**super().minimums(), "context": 2, "scored": 1, "sample_length": 1}


EXPERIMENTS = (LanguageModelConfig(name="shakespeare"),)
