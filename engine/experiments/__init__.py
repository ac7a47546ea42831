"""The catalogue of experiments, from the outside."""

from engine.experiments.catalog import (
    EXPERIMENTS,
    SHOWN,
    Experiment,
    digest_of_picture,
    find_digits,
    find_experiment,
    shuffled_order,
)
from engine.recording.format.conventions import OWN
from engine.recording.format.kinds import KINDS
from engine.training.config import ExperimentError, Training, find_among, schedule

__all__ = [
    "EXPERIMENTS",
    "KINDS",
    "OWN",
    "SHOWN",
    "Experiment",
    "ExperimentError",
    "Training",
    "digest_of_picture",
    "find_among",
    "find_digits",
    "find_experiment",
    "schedule",
    "shuffled_order",
]
