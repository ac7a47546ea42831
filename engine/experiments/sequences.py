"""Defines the settings of transformers: a language model, a search for induction heads, a translator of dates.

Like all experiments they are plain data, and neither torch nor anything that draws is imported.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.training.config import ExperimentError, TrainingConfig

MOST_WIDTH, MOST_CONTEXT = 1024, 1024  # what trains on one thread within a lifetime


@dataclass(frozen=True)
class Transformer(TrainingConfig):
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


@dataclass(frozen=True)
class InductionConfig(Transformer):
    """The settings of a transformer of attention alone that reads repeated random tokens.

    A sequence of `context` tokens repeats its beginning, whose length is drawn for each sequence, from `shortest` to
    half of it; no token stands in a beginning twice. `probes` sequences are recorded, and `held_out` more are measured
    on, all of exactly two copies.
    """

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


@dataclass(frozen=True)
class DatesConfig(Transformer):
    """The settings of an encoder-decoder transformer that translates dates of many languages and forms into ISO 8601.

    Days from `first_year` to `last_year`; a share of one in `unseen_every` is never trained on. `layers` are those of
    the encoder, and as many of the decoder. `probes` unseen dates are recorded, the exact matches measured on `tested`.
    """

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


@dataclass(frozen=True)
class LanguageModelConfig(Transformer):
    """The settings of a transformer that predicts Shakespeare's plays a character at a time.

    `context` characters are seen at once. `scored` excerpts of as many characters are measured of the training's and of
    the validation's part. At each evaluation a text of `sample_length` characters is sampled that begins with `prompt`;
    `probe` is the text on which the model is recorded.
    """

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
