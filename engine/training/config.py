"""Defines the settings of all trainings: how long, how fast, from which seed, and what to record.

Trainings are plain data: two equal ones train to the same arrays. This file imports neither torch nor anything that
draws, so that training and drawing can both read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, asdict, dataclass, fields
from difflib import get_close_matches
from typing import Any, ClassVar, Self, TypeVar

import numpy as np

T = TypeVar("T")


class ExperimentError(Exception):
    """Raised where an experiment does not exist or cannot be trained; its message is one line for the user."""


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


def evenly(numbers: np.ndarray, count: int) -> np.ndarray:
    """Return `count` of the numbers (n,), or all where there are no more, evenly by position and with both ends."""
    positions = np.linspace(0, len(numbers) - 1, min(count, len(numbers)))
    return numbers[np.round(positions).astype(np.int64)]


@dataclass(frozen=True)
class TrainingConfig:
    """The settings that every training has; a family of models adds its own.

    `steps` counts updates. `record` takes kinds (`KINDS`, and those of `engine.capture.hook_points`) and globs of array
    names. `snapshots` is the number of steps at which the model is recorded (see `schedule`), `evaluations` the number
    of these at which it is measured how well it does, so that there are weights for every measure. Settings with a
    smallest whole number are in `minimums`.

    `TASK` is the class that trains it, "MODULE:CLASS", which is imported when something is trained.

    Raises `ExperimentError` where the settings cannot be trained.
    """

    TASK: ClassVar[str] = ""

    name: str
    _: KW_ONLY
    learning_rate: float
    batch_size: int
    steps: int
    seed: int = 0
    record: tuple[str, ...]
    snapshots: int
    evaluations: int

    def __post_init__(self) -> None:
        """Turn lists (from JSON) into tuples and check every setting."""
        for field in fields(self):
            value = getattr(self, field.name)
            object.__setattr__(self, field.name, tuple(value) if isinstance(value, list) else value)
        for setting, lowest in self.minimums().items():
            value = getattr(self, setting)
            if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
                raise ExperimentError(f"{setting} must be a whole number of at least {lowest}, not {value!r}")
        for setting, choices in self.allowed_values().items():
            if getattr(self, setting) not in choices:
                raise ExperimentError(f"{setting} must be one of {', '.join(choices)}, not {getattr(self, setting)!r}")
        if not 0 < self.learning_rate < float("inf"):
            raise ExperimentError(f"learning_rate must be a positive number, not {self.learning_rate!r}")

    def minimums(self) -> dict[str, int]:
        """Return the settings that are whole numbers, with the smallest that each can be."""
        return {"batch_size": 1, "steps": 1, "seed": 0, "snapshots": 2, "evaluations": 2}

    def allowed_values(self) -> dict[str, tuple[str, ...]]:
        """Return the settings that are one of a few names, with those names."""
        return {}

    @property
    def snapshot_steps(self) -> np.ndarray:
        """Step numbers at which a snapshot of the model is recorded."""
        return schedule(self.steps, self.snapshots)

    @property
    def evaluation_steps(self) -> np.ndarray:
        """Step numbers at which it is measured how well the model does: some of the snapshots', or all."""
        return evenly(self.snapshot_steps, self.evaluations)

    def config(self) -> dict[str, Any]:
        """Return the settings as plain JSON, which `from_config` turns back."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return the experiment of a `config()`; raises `ExperimentError` where settings are missing or unknown."""
        known = {field.name for field in fields(cls)}
        if set(config) != known:
            odd = ", ".join(sorted(set(config) ^ known))
            raise ExperimentError(f"an experiment has the settings {', '.join(sorted(known))}; these differ: {odd}")
        return cls(**config)

    def differences(self, config: Mapping[str, Any]) -> list[str]:
        """Say how the settings of a recorded `config` differ from these, one "setting: theirs, ours" each."""
        ours = self.config()
        return differing_settings(ours, config, [*ours, *(key for key in config if key not in ours)])


def differing_settings(ours: Mapping[str, Any], recorded: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    """Return a line "setting: theirs, ours" for each of the keys whose recorded value differs from ours."""
    return [
        f"{key}: {recorded.get(key, 'absent')} recorded, {ours.get(key, 'absent')} asked for"
        for key in keys
        if recorded.get(key) != ours.get(key)
    ]


def find_among(known: Mapping[str, T], name: str) -> T:
    """Return the entry of that name; raises `ExperimentError`, naming the nearest one, where there is none."""
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
    raise ExperimentError(f"there is no experiment {name!r}; {hint}")
