"""Trainings that take a second: "digits" with few steps on a few hundred real images.

For tests and benchmarks of any part: `train_small(tmp_path / "small.zarr")` gives a complete recording.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.data.mnist import Images, Mnist, load_mnist
from engine.experiments import EXPERIMENTS, DigitsConfig
from engine.recording import Recording


@lru_cache
def small_mnist(train: int = 600, test: int = 300) -> Mnist:
    """Return the first images of MNIST's training and test sets."""
    whole = load_mnist()
    return Mnist(
        Images(whole.train.inputs[:train], whole.train.labels[:train]),
        Images(whole.test.inputs[:test], whole.test.labels[:test]),
    )


def small_experiment(name: str = "digits", **changes: Any) -> DigitsConfig:
    """Return an experiment of the catalogue cut to 120 steps, 20 snapshots, 6 evaluations and 2 probes a digit."""
    settings = {"steps": 120, "snapshots": 20, "evaluations": 6, "probes_per_class": 2, **changes}
    original = EXPERIMENTS[name]
    assert isinstance(original, DigitsConfig)
    return replace(original, **settings)


def train_small(out: Path, name: str = "digits", **changes: Any) -> Recording:
    """Train a small experiment on the small data and return its recording."""
    from engine.train import train

    return train(small_experiment(name, **changes), out, data=small_mnist())
