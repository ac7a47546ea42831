"""The catalogue of experiments: what to train, on what, and what to record of it.

An `Experiment` is plain data: two equal ones train to the same arrays. This file imports neither torch nor
anything that draws, so that both sides of the house can read it.
"""

from __future__ import annotations

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
}
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
    the probes whose activations are recorded.

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
    steps: int = 18_750  # ten times through the 60,000 training images
    seed: int = 0
    record: tuple[str, ...] = KINDS
    snapshots: int = 256
    probes_per_class: int = 10
    evaluations: int = 40

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
        if not all(isinstance(size, int) and size > 0 for size in self.hidden):
            raise ExperimentError(f"hidden must list layer sizes of at least 1, not {self.hidden!r}")
        if self.loss == "cross_entropy" and self.output != "linear":
            raise ExperimentError("cross_entropy takes logits: set output to 'linear'")

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
    )
}


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
