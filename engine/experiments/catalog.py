"""Contains the catalogue of experiments: what to train, on what, and what to record of it.

An experiment is plain data: two equal ones train to the same arrays. This file imports neither torch nor anything that
draws, so that training and drawing can both read it.
"""

from __future__ import annotations

from importlib import import_module

from engine.experiments.digits.config import DigitsConfig
from engine.training.config import TrainingConfig, find_among

# The folders of the families of experiments, in the order in which they are listed; see `FAMILY/config.py`
FAMILIES = ("digits", "chain", "induction", "dates", "language_model", "convnet", "recall")

EXPERIMENTS: dict[str, TrainingConfig] = {
    experiment.name: experiment
    for family in FAMILIES
    for experiment in import_module(f"engine.experiments.{family}.config").EXPERIMENTS
}


def find_digits(name: str) -> DigitsConfig:
    """Return the experiment on digits of that name; raises `ExperimentError` where there is none."""
    return find_among({key: one for key, one in EXPERIMENTS.items() if isinstance(one, DigitsConfig)}, name)


def find_experiment(name: str) -> TrainingConfig:
    """Return the experiment of that name; raises `ExperimentError`, naming the nearest one, where there is none."""
    return find_among(EXPERIMENTS, name)
