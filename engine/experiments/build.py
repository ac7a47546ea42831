"""Builds the `Task` of an experiment."""

from __future__ import annotations

import numpy as np

from engine.data.mnist import Mnist
from engine.experiments.catalog import DigitsConfig
from engine.experiments.convnet import ConvNetTask
from engine.experiments.dates import DatesTask
from engine.experiments.digits import DigitsTask
from engine.experiments.families import ConvNetConfig, RecallConfig
from engine.experiments.induction import InductionTask
from engine.experiments.language import LanguageModelTask
from engine.experiments.recall import RecallTask
from engine.experiments.sequences import DatesConfig, InductionConfig, LanguageModelConfig
from engine.training.config import ExperimentError, TrainingConfig
from engine.training.task import Task


def build_task(experiment: TrainingConfig, data: Mnist | None = None, own: np.ndarray | None = None) -> Task:
    """Return the task of an experiment. data: MNIST unless given. own: the user's picture (28, 28) for a `DigitsTask`.

    Raises `DataError` where there is no data, `ExperimentError` where a picture is given to what takes none.
    """
    if isinstance(experiment, DigitsConfig):
        return DigitsTask(experiment, data, own)
    if own is not None:
        raise ExperimentError(f"{experiment.name} takes no picture of yours: leave --digit away")
    if isinstance(experiment, ConvNetConfig):
        return ConvNetTask(experiment, data)
    if isinstance(experiment, InductionConfig):
        return InductionTask(experiment)
    if isinstance(experiment, DatesConfig):
        return DatesTask(experiment)
    if isinstance(experiment, LanguageModelConfig):
        return LanguageModelTask(experiment)
    if isinstance(experiment, RecallConfig):
        return RecallTask(experiment)
    raise ExperimentError(f"nothing trains an experiment of the kind {type(experiment).__name__}")
