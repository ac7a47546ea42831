"""How well a network does, measured part by part, is how well it does on the whole."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.data.mnist import load_mnist
from engine.experiments import EXPERIMENTS, DigitsConfig
from engine.experiments.digits.task import DigitsTask
from engine.training.losses import score
from tests.engine.small import small_experiment, small_mnist


def cost_of(run: DigitsTask, images: np.ndarray, labels: np.ndarray) -> float:
    """Return the cost of all images in double precision."""
    logits = run.model.double()(torch.from_numpy(images).double()).detach().numpy()
    if run.experiment.loss == "squared_error":
        return float(((logits - np.eye(10)[labels]) ** 2).sum(axis=1).mean())
    return float((np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels]).mean())


@pytest.mark.parametrize("name", ["digits", "digits-relu-cross-entropy"])
def test_digits_are_measured_on_all_images(name: str) -> None:
    experiment, mnist = EXPERIMENTS[name], load_mnist()
    assert isinstance(experiment, DigitsConfig)
    torch.manual_seed(0)
    run = DigitsTask(experiment, mnist)
    measured = run.evaluate()
    for part, images, count in (("train", mnist.train, 60_000), ("test", mnist.test, 10_000)):
        with torch.no_grad():
            answers = run.model(torch.from_numpy(images.inputs)).argmax(1).numpy()
        right = int((answers == images.labels).sum())
        assert measured[f"metric.{part}_accuracy"] * count == pytest.approx(right, abs=1e-6)
    for part, images in (("train", mnist.train), ("test", mnist.test)):
        assert measured[f"metric.{part}_loss"] == pytest.approx(cost_of(run, images.inputs, images.labels), rel=1e-6)


@pytest.mark.parametrize("labels", ["true", "shuffled"])
def test_a_run_on_few_images_is_measured_on_these_and_their_labels(labels: str) -> None:
    run = DigitsTask(small_experiment(train_images=150, labels=labels), small_mnist())
    measured = run.evaluate()
    inputs, given = run.train.inputs.numpy(), run.train.labels.numpy()
    assert len(inputs) == 150
    assert measured["metric.train_accuracy"] == (run.model(run.train.inputs).argmax(1).numpy() == given).mean()
    assert measured["metric.train_loss"] == pytest.approx(cost_of(run, inputs, given), rel=1e-6)


@pytest.mark.parametrize("at_once", [1, 7, 300, 1000])
def test_how_many_are_measured_at_once_does_not_matter(at_once: int) -> None:
    run = DigitsTask(small_experiment(), small_mnist())
    parts = run.test.inputs, run.test.labels, run.test.targets
    whole, cut = score(run.model, *parts, run.cost), score(run.model, *parts, run.cost, at_once)
    assert cut.accuracy == whole.accuracy
    assert cut.loss == pytest.approx(whole.loss, rel=1e-6)
    assert run.model.training
