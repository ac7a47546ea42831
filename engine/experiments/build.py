"""Which `Run` puts an experiment together."""

from __future__ import annotations

import numpy as np

from engine.data.mnist import Mnist
from engine.experiments.catalog import Experiment
from engine.experiments.convnet import ConvNetRun
from engine.experiments.dates import DatesRun
from engine.experiments.digits import DigitsRun
from engine.experiments.families import Convolutional, Recall
from engine.experiments.induction import InductionRun
from engine.experiments.language import LanguageRun
from engine.experiments.recall import RecallRun
from engine.experiments.sequences import Dates, Induction, LanguageModel
from engine.training.config import ExperimentError, Training
from engine.training.task import Run


def put_together(experiment: Training, data: Mnist | None = None, own: np.ndarray | None = None) -> Run:
    """Return the run of an experiment; `data` is what runs on digits read, `own` the picture of a `DigitsRun`.

    Raises `DataError` where there is no data, `ExperimentError` where a picture is given to what takes none.
    """
    if isinstance(experiment, Experiment):
        return DigitsRun(experiment, data, own)
    if own is not None:
        raise ExperimentError(f"{experiment.name} takes no picture of yours: leave --digit away")
    if isinstance(experiment, Convolutional):
        return ConvNetRun(experiment, data)
    if isinstance(experiment, Induction):
        return InductionRun(experiment)
    if isinstance(experiment, Dates):
        return DatesRun(experiment)
    if isinstance(experiment, LanguageModel):
        return LanguageRun(experiment)
    if isinstance(experiment, Recall):
        return RecallRun(experiment)
    raise ExperimentError(f"nothing trains an experiment of the kind {type(experiment).__name__}")
