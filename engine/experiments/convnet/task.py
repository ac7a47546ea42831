"""Contains the task of training a convolutional network on digits."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F

from engine.data.mnist import Mnist, load_mnist, probe_positions
from engine.experiments.convnet.config import ConvNetConfig
from engine.experiments.digits.task import DigitsTask, Examples
from engine.models.convnet import ConvNet
from engine.training.batches import Batches
from engine.training.config import ExperimentError
from engine.training.losses import CLASSES
from engine.training.optimizers import WarmedAdamW
from engine.training.task import Fixed


class ConvNetTask(DigitsTask):
    """The task of a convolutional network on digits; the caller seeds torch's generator of its first weights."""

    at_once = 500  # the maps of more leave the processor's cache

    def __init__(self, experiment: ConvNetConfig, data: Mnist | None = None) -> None:
        """Build data, model and optimizer; `data` is MNIST unless given.

        Raises `DataError` where there is no data, `ExperimentError` where there is less of it than a batch.
        """
        data = data or load_mnist()
        if experiment.batch_size > len(data.train):
            raise ExperimentError(f"batch_size is {experiment.batch_size}, and there are {len(data.train)} images")
        self.experiment, self.data = experiment, data
        self.train = Examples.of(data.train.inputs, data.train.labels, "cross_entropy")
        self.test = Examples.of(data.test.inputs, data.test.labels, "cross_entropy")
        chosen = torch.from_numpy(probe_positions(data.test.labels, experiment.probes_per_class))
        self.shown, self.probe_labels = self.test.inputs[chosen], self.test.labels[chosen]
        self.probes = self.shown
        self.cost = F.cross_entropy
        self.model = ConvNet(experiment.channels, data.train.inputs.shape[-1], CLASSES)
        self.optimizer = WarmedAdamW(self.model, experiment.learning_rate, experiment.warmup, experiment.steps)
        self.batches = Batches(self.train.inputs, self.train.targets, experiment.batch_size, experiment.seed)

    def static_arrays(self) -> Mapping[str, Fixed]:
        """Return the images whose feature maps are recorded, and their labels."""
        return {
            "probe.input": (("batch", "height", "width"), self.shown.numpy()),
            "probe.target": (("batch",), self.probe_labels.numpy()),
        }
