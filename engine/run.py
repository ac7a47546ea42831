"""One training: data, model, optimizer, and their state, from which it can go on."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.batches import Batches
from engine.costs import COSTS, Cost, Score, score, targets_for
from engine.data import Mnist, load_mnist, probe_positions
from engine.experiments import Experiment, ExperimentError
from engine.models.mlp import MLP

TRAIN_SCORED = 10_000  # training images whose accuracy is measured: as many as there are test images


@dataclass(frozen=True)
class Examples:
    """Images (image, 28, 28) with labels (image) and what the cost wants of them."""

    inputs: Tensor
    labels: Tensor
    targets: Tensor

    @classmethod
    def of(cls, inputs: np.ndarray, labels: np.ndarray, loss: str) -> Examples:
        """Wrap arrays; no values are copied."""
        wrapped = torch.from_numpy(labels)
        return cls(torch.from_numpy(inputs), wrapped, targets_for(loss, wrapped))


class Run:
    """An experiment put together: what `fit` trains, and what is measured of it.

    Draws the model's first weights from torch's generator, which the caller seeds.
    """

    def __init__(self, experiment: Experiment, data: Mnist | None = None) -> None:
        """Build it all; `data` is MNIST unless given. Raises `DataError` where there is none."""
        data = data or load_mnist()
        if experiment.batch_size > len(data.train):
            raise ExperimentError(f"batch_size is {experiment.batch_size}, and there are {len(data.train)} images")
        self.experiment = experiment
        self.train = Examples.of(data.train.inputs, data.train.labels, experiment.loss)
        self.test = Examples.of(data.test.inputs, data.test.labels, experiment.loss)
        self.probes = torch.from_numpy(probe_positions(data.test.labels, experiment.probes_per_class))
        self.cost: Cost = COSTS[experiment.loss]
        self.model: nn.Module = MLP(experiment.sizes, experiment.activation, experiment.output)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=experiment.learning_rate)
        self.batches = Batches(self.train.inputs, self.train.targets, experiment.batch_size, experiment.seed)

    def evaluate(self) -> tuple[Score, Score]:
        """Return how the model does on the first 10,000 training images and on all test images."""
        scored = slice(TRAIN_SCORED)
        train, test = self.train, self.test
        return (
            score(self.model, train.inputs[scored], train.labels[scored], train.targets[scored], self.cost),
            score(self.model, test.inputs, test.labels, test.targets, self.cost),
        )

    def pictures(self) -> Mapping[str, np.ndarray]:
        """Return the images that the recording carries along: the probes and the whole test set."""
        inputs, labels = self.test.inputs, self.test.labels
        return {
            "probe.input": inputs[self.probes].numpy(),  # (batch, height, width)
            "probe.label": labels[self.probes].numpy(),  # (batch)
            "test.input": inputs.numpy(),
            "test.label": labels.numpy(),
        }

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
        """Take up the state of a `checkpoint()` and return its step."""
        state = torch.load(io.BytesIO(checkpoint), weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        return int(state["step"])
