"""Overrides settings of the experiments and analyses that a chapter is drawn from: sizes, seed, a picture, a text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from engine.analyses.catalog import ANALYSES, Analysis, find_recordable
from engine.experiments import TrainingConfig, digest_of_picture

R = TypeVar("R", bound=TrainingConfig | Analysis)


@dataclass(frozen=True, eq=False)
class Overrides:
    """A user's settings, which replace those of the same name in every experiment and analysis; None leaves them.

    picture: (28, 28) in [0, 1], the user's own digit, whose activations are recorded besides those of the probes.
    """

    hidden: tuple[int, ...] | None = None
    learning_rate: float | None = None
    seed: int | None = None
    picture: np.ndarray | None = None
    model: str | None = None
    text: str | None = None
    cut: bool | None = None
    layer: int | None = None
    head: int | None = None

    def __bool__(self) -> bool:
        """Tell whether anything is changed."""
        return bool(self.changed)

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the settings that are changed."""
        return tuple(name for name, value in vars(self).items() if value is not None)

    def of(self, recordable: R) -> R:
        """Return an experiment or an analysis with these settings, as far as it has them.

        Raises `ExperimentError` where the result cannot be trained or read.
        """
        changes: dict[str, Any] = {name: getattr(self, name) for name in self.changed if _knows(recordable, name)}
        if "picture" in changes:
            changes["own_image"] = digest_of_picture(changes.pop("picture"))
        return replace(recordable, **changes)

    def useless_for(self, recordable: TrainingConfig | Analysis) -> tuple[str, ...]:
        """Return the names of the changed settings that the experiment or analysis does not have."""
        return tuple(name for name in self.changed if not _knows(recordable, name))

    def without_picture(self) -> Overrides:
        """Return these overrides without the picture, which changes no parameter of a training."""
        return replace(self, picture=None)

    def name_of(self, name: str) -> str:
        """Return the name of an experiment's or analysis's recording: "NAME", or "NAME-" and 8 hex digits.

        The picture is no part of an analysis's name, since the parameters are the same with one and without.
        """
        analysis = ANALYSES.get(name)
        original = find_recordable(analysis.of if analysis and analysis.of else name)
        ours = (self.without_picture() if analysis else self).of(original).config()
        changes = {key: ours[key] for key, value in original.config().items() if ours[key] != value}
        if not changes:
            return name
        return f"{name}-{hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()[:8]}"


def settings_taken(names: Iterable[str]) -> tuple[str, ...]:
    """Return the settings that change some of the experiments and analyses of these names, as `Overrides` calls them.

    An analysis changes with the experiment that it is of, but not with the picture, which it does not see.
    """
    names = tuple(names)
    named, behind = [find_recordable(name) for name in names], recordables_behind(names)
    taken = {"picture": any(_knows(one, "picture") for one in named)}
    for setting in fields(Overrides):
        taken.setdefault(setting.name, any(_knows(one, setting.name) for one in behind))
    return tuple(setting.name for setting in fields(Overrides) if taken[setting.name])


def recordables_behind(names: Iterable[str]) -> list[TrainingConfig | Analysis]:
    """Return the experiments and analyses of these names, and the experiments that the analyses are of."""
    named = [find_recordable(name) for name in names]
    return named + [find_recordable(one.of) for one in named if isinstance(one, Analysis) and one.of]


def _knows(recordable: TrainingConfig | Analysis, name: str) -> bool:
    """Tell whether an experiment or an analysis has the setting that `Overrides` calls by this name."""
    return ("own_image" if name == "picture" else name) in {field.name for field in fields(recordable)}
