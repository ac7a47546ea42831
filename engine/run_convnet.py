"""The training of a convolutional network on digits."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F

from engine.batches import Batches
from engine.costs import CLASSES, score
from engine.data import Mnist, load_mnist, probe_positions
from engine.family_experiments import Convolutional
from engine.insides import Recordable
from engine.models.convnet import ConvNet
from engine.optimizers import WarmedAdamW
from engine.run import Fixed, Measured, Run
from engine.run_digits import TRAIN_SCORED, Examples
from engine.settings import ExperimentError

AT_ONCE = 500  # images in a pass when it is measured: the maps of more leave the processor's cache


class ConvNetRun(Run):
    """Draws the model's first weights from torch's generator, which the caller seeds."""

    evaluated = tuple(
        Recordable(name, (), (), "float64")
        for name in ("metric.train_accuracy", "metric.test_accuracy", "metric.test_loss")
    )

    def __init__(self, experiment: Convolutional, data: Mnist | None = None) -> None:
        """Build it all; `data` is MNIST unless given.

        Raises `DataError` where there is no data, `ExperimentError` where there is less of it than a batch.
        """
        data = data or load_mnist()
        if experiment.batch_size > len(data.train):
            raise ExperimentError(f"batch_size is {experiment.batch_size}, and there are {len(data.train)} images")
        self.experiment = experiment
        self.train = Examples.of(data.train.inputs, data.train.labels, "cross_entropy")
        self.test = Examples.of(data.test.inputs, data.test.labels, "cross_entropy")
        chosen = torch.from_numpy(probe_positions(data.test.labels, experiment.probes_per_class))
        self.shown, self.probe_labels = self.test.inputs[chosen], self.test.labels[chosen]
        self.probes = self.shown
        self.cost = F.cross_entropy
        self.model = ConvNet(experiment.channels, data.train.inputs.shape[-1], CLASSES)
        self.optimizer = WarmedAdamW(self.model, experiment.learning_rate, experiment.warmup, experiment.steps)
        self.batches = Batches(self.train.inputs, self.train.targets, experiment.batch_size, experiment.seed)

    def evaluate(self) -> Measured:
        """Measure the model on the first 10,000 training images and on all test images."""
        scored = slice(TRAIN_SCORED)
        inputs, labels = self.train.inputs[scored], self.train.labels[scored]
        on_train = score(self.model, inputs, labels, labels, self.cost, AT_ONCE)
        on_test = score(self.model, self.test.inputs, self.test.labels, self.test.targets, self.cost, AT_ONCE)
        return {
            "metric.train_accuracy": on_train.accuracy,
            "metric.test_accuracy": on_test.accuracy,
            "metric.test_loss": on_test.loss,
        }

    def describe(self, measured: Measured) -> str:
        """Say in a few words how well it does."""
        return f"test accuracy {measured['metric.test_accuracy']:.1%}"

    def fixed(self) -> Mapping[str, Fixed]:
        """Return the images whose feature maps are recorded, and their labels."""
        return {
            "probe.input": (("batch", "height", "width"), self.shown.numpy()),
            "probe.target": (("batch",), self.probe_labels.numpy()),
        }
