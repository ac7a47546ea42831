"""The catalogue of experiments, from the outside."""

from engine.experiments.catalog import (
    EXPERIMENTS,
    KINDS,
    OWN,
    SHOWN,
    Experiment,
    ExperimentError,
    Training,
    digest_of_picture,
    find_among,
    find_digits,
    find_experiment,
    schedule,
    shuffled_order,
)

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
