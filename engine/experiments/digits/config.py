"""Defines the settings of multi-layer perceptrons that are trained on digits, and the experiments that have them.

They are plain data: neither torch nor anything that draws is imported.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from engine.recording.format.conventions import layer_sizes
from engine.recording.format.kinds import KINDS
from engine.training.config import ExperimentError, TrainingConfig

_CHOICES = {
    "dataset": ("mnist",),
    "activation": ("sigmoid", "relu", "tanh"),
    "output": ("sigmoid", "linear"),
    "loss": ("squared_error", "cross_entropy"),
    "labels": ("true", "shuffled"),
}
MOST_LAYERS, MOST_NEURONS = 8, 1024  # hidden layers, and neurons in each: plain SGD learns nothing through more

SHOWN = 240  # training images, the first ones, of which labels, pictures and answers are recorded


@dataclass(frozen=True)
class DigitsConfig(TrainingConfig):
    """The settings of a multi-layer perceptron that is trained on digits, and of what is recorded of it.

    `activation` is the hidden layers' function, `output` the last layer's. `squared_error` is summed over the
    outputs and averaged over the batch, as C = 1/n Σ Σⱼ (aⱼ − yⱼ)². Training is plain SGD at a constant
    `learning_rate`; `steps` counts updates. `record` takes kinds (`KINDS`) and globs of array names.
    `probes_per_class` test images of each class are the probes whose activations are recorded, and after them the
    user's own picture, whose digest is `own_image`.
    `train_images`: how many of the training images are used, the first ones; None for all. `labels`: "shuffled" gives
    each of them the label of another, drawn from the seed.

    Raises `ExperimentError` where the settings cannot be trained.
    """

    TASK: ClassVar[str] = "engine.experiments.digits.task:DigitsTask"

    name: str
    dataset: str = "mnist"
    hidden: tuple[int, ...] = (16, 16)
    activation: str = "sigmoid"
    output: str = "sigmoid"
    loss: str = "squared_error"
    learning_rate: float = 0.5
    batch_size: int = 32
    train_images: int | None = None
    labels: str = "true"
    steps: int = 18_750  # ten times through the 60,000 training images
    seed: int = 0
    record: tuple[str, ...] = KINDS
    snapshots: int = 256
    probes_per_class: int = 10
    evaluations: int = 64
    own_image: str = ""

    def __post_init__(self) -> None:
        """Check the conditions between several settings, besides those of every training."""
        super().__post_init__()
        self._check_hidden()
        if self.train_images is not None and self.train_images < self.batch_size:
            raise ExperimentError(
                f"train_images must be at least batch_size, {self.batch_size}, not {self.train_images!r}"
            )
        if self.loss == "cross_entropy" and self.output != "linear":
            raise ExperimentError("cross_entropy takes logits: set output to 'linear'")

    def minimums(self) -> dict[str, int]:
        """Return the settings that are whole numbers, with the smallest that each can be."""
        return {**super().minimums(), "probes_per_class": 1}

    def allowed_values(self) -> dict[str, tuple[str, ...]]:
        """Return the settings that are one of a few names, with those names."""
        return _CHOICES

    def _check_hidden(self) -> None:
        if not 1 <= len(self.hidden) <= MOST_LAYERS:
            raise ExperimentError(f"hidden must list 1 to {MOST_LAYERS} layer sizes, not {len(self.hidden)}")
        for size in self.hidden:
            if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= MOST_NEURONS:
                raise ExperimentError(f"hidden must list layer sizes from 1 to {MOST_NEURONS:,}, not {size!r}")

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of neurons from the input to the output, (784, 16, 16, 10) for "digits"."""
        return layer_sizes({"dataset": self.dataset, "hidden": self.hidden})

    @property
    def parameter_count(self) -> int:
        """The number of weights and biases together."""
        return sum(fan_in * fan_out + fan_out for fan_in, fan_out in pairwise(self.sizes))


_BY_HEART: dict[str, Any] = {
    "train_images": 1_000,
    "steps": 20_000,
    "record": ("layer3.bias",),  # of these runs the learning curves are wanted
    "snapshots": 100,
    "evaluations": 100,
}

EXPERIMENTS = (
    DigitsConfig(name="digits"),
    # One thing differs from "digits", the hidden layers' function, so that the two runs can be compared.
    DigitsConfig(name="digits-relu", activation="relu"),
    DigitsConfig(
        name="digits-relu-cross-entropy",
        activation="relu",
        output="linear",
        loss="cross_entropy",
        learning_rate=0.1,
        batch_size=64,
    ),
    # So few images that their labels can be learned by heart, right ones or wrong ones
    DigitsConfig(name="digits-true-labels", **_BY_HEART),
    DigitsConfig(name="digits-shuffled-labels", labels="shuffled", **_BY_HEART),
    # One step looks at all images
    DigitsConfig(name="digits-full-batch", batch_size=60_000, steps=300),
)


def shuffled_order(seed: int, count: int) -> np.ndarray:
    """Return, for each of `count` training images, the position of the one whose label it gets when shuffled."""
    return np.random.default_rng([seed, count]).permutation(count)


def digest_of_picture(pixels: np.ndarray) -> str:
    """Return the digest by which an experiment knows a picture, 16 hex digits over its pixels as float32."""
    return hashlib.sha256(np.ascontiguousarray(pixels, dtype=np.float32).tobytes()).hexdigest()[:16]
