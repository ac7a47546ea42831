"""The catalogue of experiments: what to train, on what, and what to record of it.

An `Experiment` is plain data: two equal ones train to the same arrays. This file imports neither torch nor
anything that draws, so that both sides of the house can read it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

KINDS = ("weight", "bias", "gradient", "pre_activation", "activation")

_CHOICES = {
    "dataset": ("mnist",),
    "activation": ("sigmoid", "relu", "tanh"),
    "output": ("sigmoid", "linear"),
    "loss": ("squared_error", "cross_entropy"),
    "labels": ("true", "shuffled"),
}
MOST_LAYERS, MOST_NEURONS = 8, 1024  # hidden layers, and neurons in each: plain SGD learns nothing through more

OWN = -1  # the label of a probe that is the user's own picture: nobody has told which digit it is
T = TypeVar("T")

_INPUTS = {"mnist": 28 * 28}
_CLASSES = {"mnist": 10}


class ExperimentError(Exception):
    """An experiment that does not exist, or settings that cannot be trained; one line for the user."""


def schedule(steps: int, count: int) -> np.ndarray:
    """Return about `count` step numbers from 0 to `steps`, both included, dense early and sparse later.

    The gaps grow linearly from one step, so a curve drawn over them resolves the fast beginning of learning.
    Every step is returned if there are no more than `count` of them.
    """
    if steps < count:
        return np.arange(steps + 1)
    order = np.arange(count)
    parabola = np.round(steps * (order / (count - 1)) ** 2).astype(np.int64)
    return np.unique(np.maximum(parabola, order))  # never slower than one step a snapshot


@dataclass(frozen=True)
class Experiment:
    """What is trained and what is recorded of it.

    `activation` is the hidden layers' function, `output` the last layer's. `squared_error` is summed over the
    outputs and averaged over the batch, as C = 1/n Σ Σⱼ (aⱼ − yⱼ)². Training is plain SGD at a constant
    `learning_rate`; `steps` counts updates. `record` takes kinds (`KINDS`) and globs of array names.
    `snapshots` and `evaluations` say how often (see `schedule`); `probes_per_class` test images of each class are
    the probes whose activations are recorded, and after them the user's own picture, whose digest is `own_image`.
    `train_images`: how many of the training images are used, the first ones; None for all. `labels`: "shuffled" gives
    each of them the label of another, drawn from the seed.

    Raises `ExperimentError` for settings that cannot be trained.
    """

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
    evaluations: int = 40
    own_image: str = ""

    def __post_init__(self) -> None:
        """Turn lists (from JSON) into tuples and check every setting."""
        object.__setattr__(self, "hidden", tuple(self.hidden))
        object.__setattr__(self, "record", tuple(self.record))
        for setting, choices in _CHOICES.items():
            if getattr(self, setting) not in choices:
                raise ExperimentError(f"{setting} must be one of {', '.join(choices)}, not {getattr(self, setting)!r}")
        least = {"batch_size": 1, "steps": 1, "seed": 0, "snapshots": 2, "probes_per_class": 1, "evaluations": 2}
        for setting, lowest in least.items():
            value = getattr(self, setting)
            if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
                raise ExperimentError(f"{setting} must be a whole number of at least {lowest}, not {value!r}")
        if not 0 < self.learning_rate < float("inf"):
            raise ExperimentError(f"learning_rate must be a positive number, not {self.learning_rate!r}")
        self._check_hidden()
        if self.train_images is not None and self.train_images < self.batch_size:
            raise ExperimentError(
                f"train_images must be at least batch_size, {self.batch_size}, not {self.train_images!r}"
            )
        if self.loss == "cross_entropy" and self.output != "linear":
            raise ExperimentError("cross_entropy takes logits: set output to 'linear'")

    def _check_hidden(self) -> None:
        if not 1 <= len(self.hidden) <= MOST_LAYERS:
            raise ExperimentError(f"hidden must list 1 to {MOST_LAYERS} layer sizes, not {len(self.hidden)}")
        for size in self.hidden:
            if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= MOST_NEURONS:
                raise ExperimentError(f"hidden must list layer sizes from 1 to {MOST_NEURONS:,}, not {size!r}")

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of neurons from the input to the output, (784, 16, 16, 10) for "digits"."""
        return (_INPUTS[self.dataset], *self.hidden, _CLASSES[self.dataset])

    @property
    def parameter_count(self) -> int:
        """Weights and biases together."""
        return sum(fan_in * fan_out + fan_out for fan_in, fan_out in pairwise(self.sizes))

    @property
    def snapshot_steps(self) -> np.ndarray:
        """Step numbers at which parameters, gradients and probes are recorded."""
        return schedule(self.steps, self.snapshots)

    @property
    def evaluation_steps(self) -> np.ndarray:
        """Step numbers at which accuracies and the test loss are measured."""
        return schedule(self.steps, self.evaluations)

    def config(self) -> dict[str, Any]:
        """Return the settings as plain JSON, which `from_config` turns back."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Experiment:
        """Return the experiment of a `config()`; raise `ExperimentError` where settings are missing or unknown."""
        known = {field.name for field in fields(cls)}
        if set(config) != known:
            odd = ", ".join(sorted(set(config) ^ known))
            raise ExperimentError(f"an experiment has the settings {', '.join(sorted(known))}; these differ: {odd}")
        return cls(**config)

    def differences(self, config: Mapping[str, Any]) -> list[str]:
        """Say how the settings of a recorded `config` differ from these, one "setting: theirs, ours" each."""
        ours = self.config()
        keys = [*ours, *(key for key in config if key not in ours)]
        return [
            f"{key}: {config.get(key, 'absent')} recorded, {ours.get(key, 'absent')} asked for"
            for key in keys
            if config.get(key) != ours.get(key)
        ]


_BY_HEART: dict[str, Any] = {
    "train_images": 1_000,
    "steps": 20_000,
    "record": ("layer3.bias",),  # of these runs the learning curves are wanted
    "snapshots": 2,
    "evaluations": 100,
}

EXPERIMENTS: dict[str, Experiment] = {
    experiment.name: experiment
    for experiment in (
        Experiment(name="digits"),
        # One thing differs from "digits", the hidden layers' function, so that the two runs can be compared.
        Experiment(name="digits-relu", activation="relu"),
        Experiment(
            name="digits-relu-cross-entropy",
            activation="relu",
            output="linear",
            loss="cross_entropy",
            learning_rate=0.1,
            batch_size=64,
        ),
        # So few images that their labels can be learned by heart, right ones or wrong ones
        Experiment(name="digits-true-labels", **_BY_HEART),
        Experiment(name="digits-shuffled-labels", labels="shuffled", **_BY_HEART),
        # One step looks at all images
        Experiment(name="digits-full-batch", batch_size=60_000, steps=300, evaluations=60),
    )
}


def shuffled_order(seed: int, count: int) -> np.ndarray:
    """Return, for each of so many training images, the one whose label it gets where labels are shuffled."""
    return np.random.default_rng([seed, count]).permutation(count)


def digest_of_picture(pixels: np.ndarray) -> str:
    """Return what an experiment calls a picture by, 16 hex digits over its pixels as float32."""
    return hashlib.sha256(np.ascontiguousarray(pixels, dtype=np.float32).tobytes()).hexdigest()[:16]


def find_experiment(name: str) -> Experiment:
    """Return the experiment of that name; raise `ExperimentError` naming the nearest right one."""
    return find_among(EXPERIMENTS, name)


def find_among(known: Mapping[str, T], name: str) -> T:
    """Return the entry of that name; raise `ExperimentError` naming the nearest right one."""
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
    raise ExperimentError(f"there is no experiment {name!r}; {hint}")
