"""Exports the catalogue of experiments."""

from engine.experiments.catalog import EXPERIMENTS, find_digits, find_experiment
from engine.experiments.digits.config import SHOWN, DigitsConfig, digest_of_picture, shuffled_order
from engine.recording.format.conventions import USER_PROBE_LABEL
from engine.recording.format.kinds import KINDS
from engine.training.config import ExperimentError, TrainingConfig, find_among, schedule

Experiment = DigitsConfig  # as users' own scripts may call it

__all__ = [
    "EXPERIMENTS",
    "KINDS",
    "SHOWN",
    "USER_PROBE_LABEL",
    "DigitsConfig",
    "Experiment",
    "ExperimentError",
    "TrainingConfig",
    "digest_of_picture",
    "find_among",
    "find_digits",
    "find_experiment",
    "schedule",
    "shuffled_order",
]
