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
from engine.experiments import OWN, Experiment, ExperimentError, digest_of_picture, shuffled_order
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


def _probes(experiment: Experiment, data: Mnist, own: np.ndarray | None) -> tuple[Tensor, Tensor]:
    """Return the pictures whose activations are recorded, (batch, 28, 28), and their labels, `OWN` for the user's."""
    positions = probe_positions(data.test.labels, experiment.probes_per_class)
    inputs, labels = data.test.inputs[positions], data.test.labels[positions]
    if own is not None:
        inputs = np.concatenate([inputs, own[None].astype(inputs.dtype)])
        labels = np.append(labels, OWN)
    return torch.from_numpy(inputs), torch.from_numpy(labels)


class Run:
    """An experiment put together: what `fit` trains, and what is measured of it.

    Draws the model's first weights from torch's generator, which the caller seeds.
    """

    def __init__(self, experiment: Experiment, data: Mnist | None = None, own: np.ndarray | None = None) -> None:
        """Build it all; `data` is MNIST unless given, `own` a picture (28, 28) that is probed last.

        Raises `DataError` where there is no data, `ExperimentError` where the picture is not that of the experiment.
        """
        data = data or load_mnist()
        if experiment.batch_size > len(data.train):
            raise ExperimentError(f"batch_size is {experiment.batch_size}, and there are {len(data.train)} images")
        if experiment.own_image != (digest_of_picture(own) if own is not None else ""):
            raise ExperimentError("the picture to be probed is not the one that own_image names")
        self.experiment = experiment
        chosen = slice(experiment.train_images)
        inputs, labels = data.train.inputs[chosen], data.train.labels[chosen]
        if experiment.labels == "shuffled":
            labels = labels[shuffled_order(experiment.seed, len(labels))]
        self.train = Examples.of(inputs, labels, experiment.loss)
        self.test = Examples.of(data.test.inputs, data.test.labels, experiment.loss)
        self.probes, self.probe_labels = _probes(experiment, data, own)
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
        return {
            "probe.input": self.probes.numpy(),  # (batch, height, width)
            "probe.label": self.probe_labels.numpy(),  # (batch)
            "test.input": self.test.inputs.numpy(),
            "test.label": self.test.labels.numpy(),
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
