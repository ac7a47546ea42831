"""Contains the task of training a chain of single neurons on the ink of digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from engine.capture.snapshots.recordable import Recordable
from engine.data.mnist import Mnist, load_mnist
from engine.experiments.chain.config import ChainConfig
from engine.experiments.chain.data import Inks
from engine.models.mlp import MLP
from engine.training.batches import Batches
from engine.training.losses import squared_error
from engine.training.optimizers import GradientDescent
from engine.training.task import Fixed, Measured, Task

HALF = 0.5  # an answer above it is taken for a 0


class ChainTask(Task):
    """The task of a chain of neurons; the caller seeds torch's generator of its first weights."""

    metrics = tuple(
        Recordable(f"metric.{name}", (), (), "float64") for name in ("train_loss", "test_loss", "test_accuracy")
    )

    def __init__(self, experiment: ChainConfig, data: Mnist | None = None) -> None:
        """Build data, model and optimizer; `data` is MNIST unless given. Raises `DataError` where there is none."""
        self.experiment: ChainConfig = experiment
        self.data = data or load_mnist()
        self.train, self.test = Inks.of(self.data.train, experiment.ink), Inks.of(self.data.test, experiment.ink)
        self.shown = self.test.positions[: experiment.probes]
        self.probes = torch.from_numpy(self.test.inputs[: experiment.probes])
        self.cost = squared_error
        self.model = MLP((1,) * (experiment.neurons + 1))
        self.optimizer = GradientDescent(self.model.parameters(), experiment.learning_rate)
        inputs, targets = torch.from_numpy(self.train.inputs), torch.from_numpy(self.train.targets)
        self.batches = Batches(inputs, targets, experiment.batch_size, experiment.seed)

    @torch.no_grad()
    def evaluate(self) -> Measured:
        """Measure the model on all 0s and 1s, of the training and of the test images."""
        found = {}
        for name, inks in (("train", self.train), ("test", self.test)):
            outputs = self.model(torch.from_numpy(inks.inputs)).double().numpy()  # (example, 1)
            found[f"metric.{name}_loss"] = float(((outputs - inks.targets) ** 2).mean())
            right = float(((outputs > HALF) == (inks.targets > HALF)).mean())
        return {**found, "metric.test_accuracy": right}

    def origin(self) -> dict[str, Any]:
        """Return the digests of MNIST."""
        return {"data": {"mnist": self.data.digests()}}

    def describe(self, measured: Measured) -> str:
        """Say in a few words how well the model does."""
        return f"test accuracy {measured['metric.test_accuracy']:.1%}"

    def static_arrays(self) -> Mapping[str, Fixed]:
        """Return the ink of the recorded test images, their pictures, and what should be answered."""
        count = self.experiment.probes
        return {
            "probe.input": (("batch", "feature"), self.test.inputs[:count]),
            "probe.picture": (("batch", "height", "width"), self.data.test.inputs[self.shown].astype(np.float32)),
            "probe.target": (("batch", "feature"), self.test.targets[:count]),
        }
