"""What a user changes of the experiments that a chapter is drawn from: sizes, learning rate, seed, a picture."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.experiments import Experiment, ExperimentError, Training, digest_of_picture, find_experiment
from engine.studies import STUDIES


@dataclass(frozen=True, eq=False)
class Variation:
    """Settings that take the place of every experiment's own; None leaves the experiment's.

    picture: (28, 28) in [0, 1], the user's own digit, whose activations are recorded besides those of the probes.
    """

    hidden: tuple[int, ...] | None = None
    learning_rate: float | None = None
    seed: int | None = None
    picture: np.ndarray | None = None

    def __bool__(self) -> bool:
        """Tell whether anything is changed."""
        return any(value is not None for value in vars(self).values())

    def of(self, experiment: Training) -> Training:
        """Return an experiment with these settings; raises `ExperimentError` for what cannot be trained.

        Sizes and picture are for networks that read digits, and leave others as they are.
        """
        changes: dict[str, Any] = {"learning_rate": self.learning_rate, "seed": self.seed}
        if isinstance(experiment, Experiment):
            changes["hidden"] = self.hidden
            changes["own_image"] = None if self.picture is None else digest_of_picture(self.picture)
        return replace(experiment, **{name: value for name, value in changes.items() if value is not None})

    def require_sense_for(self, experiment: Training) -> None:
        """Raise `ExperimentError` where something is told that an experiment has no use for."""
        told = {"--hidden": self.hidden, "--digit": self.picture}
        useless = [option for option, value in told.items() if value is not None]
        if useless and not isinstance(experiment, Experiment):
            raise ExperimentError(
                f"{' and '.join(useless)} cannot be told of {experiment.name}, which does not read digits: it takes "
                "--steps, --learning-rate and --seed"
            )

    def without_picture(self) -> Variation:
        """Return what it changes of a training's parameters."""
        return replace(self, picture=None)

    def name_of(self, name: str) -> str:
        """Return what the recording of an experiment or study is called: "NAME", or "NAME-" and 8 hex digits.

        A study does not ask for the picture: it is of the parameters, which are the same with one and without.
        """
        study = STUDIES.get(name)
        original = find_experiment(study.of if study else name)
        ours = (self.without_picture() if study else self).of(original).config()
        changes = {key: ours[key] for key, value in original.config().items() if ours[key] != value}
        if not changes:
            return name
        return f"{name}-{hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()[:8]}"
