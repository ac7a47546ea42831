"""Defines the settings of a convolutional network that is trained on digits, and the experiments that have them.

They are plain data: neither torch nor anything that draws is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.training.config import ExperimentError, TrainingConfig

MOST_CHANNELS = 256  # what trains on one thread within a lifetime


@dataclass(frozen=True)
class ConvNetConfig(TrainingConfig):
    """The settings of a convolutional network that is trained on digits.

    `channels`: the numbers of kernels in its two convolutions. Training is AdamW; its `learning_rate` is reached after
    `warmup` updates and falls to a tenth along a cosine. The feature maps of `probes_per_class` test images of each
    class are recorded.
    """

    TASK: ClassVar[str] = "engine.experiments.convnet.task:ConvNetTask"

    channels: tuple[int, ...] = (8, 16)
    learning_rate: float = 4e-3
    batch_size: int = 64
    steps: int = 3_748  # four times through the 60,000 training images
    warmup: int = 100
    record: tuple[str, ...] = ("weight", "bias", "gradient", "gradient_norm", "activation", "output")
    snapshots: int = 100
    evaluations: int = 16
    probes_per_class: int = 1

    def __post_init__(self) -> None:
        """Check the numbers of kernels, besides the conditions of every training."""
        super().__post_init__()
        right = [type(count) is int and 1 <= count <= MOST_CHANNELS for count in self.channels]
        if right != [True, True]:
            raise ExperimentError(
                f"channels must list two whole numbers from 1 to {MOST_CHANNELS}, not {self.channels!r}"
            )

    def minimums(self) -> dict[str, int]:
        """Return the settings that are whole numbers, with the smallest that each can be."""
        return {**super().minimums(), "warmup": 0, "probes_per_class": 1}


EXPERIMENTS = (ConvNetConfig(name="digits-cnn"),)
