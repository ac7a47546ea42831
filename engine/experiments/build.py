"""Builds the `Task` of an experiment, whose configuration names it."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

from engine.training.config import ExperimentError, TrainingConfig
from engine.training.task import Task

_REFUSED = {"own": "no picture of yours: leave --digit away"}  # what is said where something is not taken, by its name


def build_task(experiment: TrainingConfig, **given: Any) -> Task:
    """Return the task of an experiment. given: what its class takes besides, such as data; None is as good as nothing.

    Raises `DataError` where there is no data, `ExperimentError` where something is given that the task does not take.
    """
    if not experiment.TASK:
        raise ExperimentError(f"nothing trains an experiment of the kind {type(experiment).__name__}")
    module, _, name = experiment.TASK.partition(":")
    task = getattr(import_module(module), name)
    given = {key: value for key, value in given.items() if value is not None}
    for key in given.keys() - inspect.signature(task).parameters.keys():
        raise ExperimentError(f"{experiment.name} takes {_REFUSED.get(key, f'no {key}')}")
    return task(experiment, **given)
