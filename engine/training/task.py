"""Defines the task of a training: data, model, optimizer, and their state, from which it can be resumed."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.capture.inputs import Inputs
from engine.capture.snapshots.recordable import Recordable
from engine.capture.snapshots.snapshotter import Snapshotter
from engine.training.config import TrainingConfig
from engine.training.losses import Cost
from engine.training.optimizers import Optimizer

Measured = Mapping[str, float | np.ndarray]  # what an evaluation comes to, by the names of the recorded arrays
Fixed = tuple[tuple[str, ...], np.ndarray]  # axes and values


class Task(ABC):
    """The training of an experiment: what `fit` trains, and what is measured of it. Each family of models has its own.

    batches: a function that returns inputs and targets of the update after `step` others. metrics: the values of an
    evaluation. extra_values: the values of a snapshot besides those that the snapshotter takes. packages: the packages
    whose versions the numbers depend on, besides those of every training.
    """

    experiment: TrainingConfig
    model: nn.Module
    probes: Inputs
    cost: Cost
    optimizer: Optimizer
    batches: Callable[[int], tuple[Tensor | tuple[Tensor, ...], Tensor]]
    metrics: tuple[Recordable, ...]
    extra_values: tuple[Recordable, ...] = ()
    packages: tuple[str, ...] = ()

    @abstractmethod
    def evaluate(self) -> Measured:
        """Measure how well the model does."""

    @abstractmethod
    def describe(self, measured: Measured) -> str:
        """Say in a few words how well the model does."""

    @abstractmethod
    def static_arrays(self) -> Mapping[str, Fixed]:
        """Return the recorded arrays that do not change, the probes among them, with their axes."""

    def origin(self) -> dict[str, Any]:
        """Return the data it reads, `{"data": {data set: {file or part: SHA-256}}}`; {} where it makes all of it."""
        return {}

    def generator(self, *purpose: int) -> np.random.Generator:
        """Return a random generator for a purpose, which follows from the experiment's seed and the purpose alone."""
        return np.random.default_rng([self.experiment.seed, *purpose])

    def snapshot(self, snapshotter: Snapshotter) -> Mapping[str, np.ndarray]:
        """Return the values of a snapshot, by name."""
        return snapshotter.snapshot()

    def checkpoint(self, step: int) -> bytes:
        """Return the state before the update of `step`: model, optimizer, generator."""
        state = {
            "step": step,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "random": torch.get_rng_state(),
        }
        written = io.BytesIO()
        torch.save(state, written)
        return written.getvalue()

    def restore(self, checkpoint: bytes) -> int:
        """Restore the state of a `checkpoint()` and return its step."""
        state = torch.load(io.BytesIO(checkpoint), weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        return int(state["step"])
