"""Contains the task of training a multi-layer perceptron on digits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.capture.snapshots.recordable import Recordable
from engine.data.mnist import Mnist, load_mnist, probe_positions
from engine.experiments.digits.config import SHOWN, DigitsConfig, digest_of_picture, shuffled_order
from engine.models.mlp import MLP
from engine.recording.format.conventions import USER_PROBE_LABEL
from engine.training.batches import Batches
from engine.training.config import ExperimentError
from engine.training.losses import COSTS, score, targets_for
from engine.training.optimizers import GradientDescent
from engine.training.task import Fixed, Measured, Task


@dataclass(frozen=True)
class Examples:
    """Images (image, 28, 28) with labels (image) and the targets of the cost."""

    inputs: Tensor
    labels: Tensor
    targets: Tensor

    @classmethod
    def of(cls, inputs: np.ndarray, labels: np.ndarray, loss: str) -> Examples:
        """Wrap arrays; no values are copied."""
        wrapped = torch.from_numpy(labels)
        return cls(torch.from_numpy(inputs), wrapped, targets_for(loss, wrapped))


def _probes(experiment: DigitsConfig, data: Mnist, own: np.ndarray | None) -> tuple[Tensor, Tensor]:
    """Return the pictures whose activations are recorded, (batch, 28, 28), and their labels.

    The user's own picture has the label `USER_PROBE_LABEL`.
    """
    positions = probe_positions(data.test.labels, experiment.probes_per_class)
    inputs, labels = data.test.inputs[positions], data.test.labels[positions]
    if own is not None:
        inputs = np.concatenate([inputs, own[None].astype(inputs.dtype)])
        labels = np.append(labels, USER_PROBE_LABEL)
    return torch.from_numpy(inputs), torch.from_numpy(labels)


class DigitsTask(Task):
    """The task of a multi-layer perceptron on digits; the caller seeds torch's generator of its first weights."""

    at_once = 2_000  # images in a pass when the model is measured: as many as the processor's cache holds
    metrics = tuple(
        Recordable(f"metric.{name}", (), (), "float64")
        for name in ("train_accuracy", "train_loss", "test_accuracy", "test_loss")
    )

    def __init__(self, experiment: DigitsConfig, data: Mnist | None = None, own: np.ndarray | None = None) -> None:
        """Build data, model and optimizer; `data` is MNIST unless given, `own` a picture (28, 28) that is probed last.

        Raises `DataError` where there is no data, `ExperimentError` where the picture is not that of the experiment.
        """
        data = data or load_mnist()
        if experiment.batch_size > len(data.train):
            raise ExperimentError(f"batch_size is {experiment.batch_size}, and there are {len(data.train)} images")
        if experiment.own_image != (digest_of_picture(own) if own is not None else ""):
            raise ExperimentError("the picture to be probed is not the one that own_image names")
        self.experiment, self.data = experiment, data
        chosen = slice(experiment.train_images)
        inputs, labels = data.train.inputs[chosen], data.train.labels[chosen]
        shuffled = experiment.labels == "shuffled"
        self.label_images = shuffled_order(experiment.seed, len(labels)) if shuffled else np.arange(len(labels))
        self.train = Examples.of(inputs, labels[self.label_images], experiment.loss)
        self.test = Examples.of(data.test.inputs, data.test.labels, experiment.loss)
        self.shown, self.probe_labels = _probes(experiment, data, own)
        self.probes = self.shown
        self.cost = COSTS[experiment.loss]
        self.model = MLP(experiment.sizes, experiment.activation, experiment.output)
        self.optimizer = GradientDescent(self.model.parameters(), experiment.learning_rate)
        self.batches = Batches(self.train.inputs, self.train.targets, experiment.batch_size, experiment.seed)

    def evaluate(self) -> Measured:
        """Measure the model on the whole training set, with the labels that it trains on, and on the whole test set."""
        on_train, on_test = (
            score(self.model, images.inputs, images.labels, images.targets, self.cost, self.at_once)
            for images in (self.train, self.test)
        )
        return {
            "metric.train_accuracy": on_train.accuracy,
            "metric.train_loss": on_train.loss,
            "metric.test_accuracy": on_test.accuracy,
            "metric.test_loss": on_test.loss,
        }

    def origin(self) -> dict[str, Any]:
        """Return the digests of MNIST."""
        return {"data": {"mnist": self.data.digests()}}

    def describe(self, measured: Measured) -> str:
        """Say in a few words how well the model does."""
        return f"test accuracy {measured['metric.test_accuracy']:.1%}"

    def static_arrays(self) -> Mapping[str, Fixed]:
        """Return the recording's fixed arrays: the probes, the whole test set, and the first labels trained on.

        `train.label_image`: the training image whose label each of these is, another one where they are shuffled.
        """
        pictures = ("batch", "height", "width")
        return {
            "probe.input": (pictures, self.shown.numpy()),
            "probe.label": (("batch",), self.probe_labels.numpy()),
            "train.label": (("batch",), self.train.labels[:SHOWN].numpy()),
            "train.label_image": (("batch",), self.label_images[:SHOWN]),
            "test.input": (pictures, self.test.inputs.numpy()),
            "test.label": (("batch",), self.test.labels.numpy()),
        }
