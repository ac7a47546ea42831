"""Which `Run` puts an experiment together."""

from __future__ import annotations

import numpy as np

from engine.data import Mnist
from engine.experiments import Experiment
from engine.family_experiments import Convolutional, Recall
from engine.run import Run
from engine.run_convnet import ConvNetRun
from engine.run_dates import DatesRun
from engine.run_digits import DigitsRun
from engine.run_induction import InductionRun
from engine.run_language import LanguageRun
from engine.run_recall import RecallRun
from engine.sequence_experiments import Dates, Induction, LanguageModel
from engine.settings import ExperimentError, Training


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
