"""Computes a network's answers, costs of single examples and a gradient, each at a chosen moment (`ReviewAnalysis`)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from engine.analyses.catalog import AnalysisResult, Arrays, ReviewAnalysis
from engine.analyses.cost_surface import costs_of_examples, gradient_of, model_at
from engine.analyses.of_digits import of_digits
from engine.data.mnist import Mnist, load_mnist
from engine.recording import Recording
from engine.training.losses import COSTS, targets_for

MOMENTS = (0, -1)  # positions along `step`: before the training and after it


def measure_review(analysis: ReviewAnalysis, base: Recording, data: Mnist | None = None) -> AnalysisResult:
    """Return what a review comes to; the axis `moment` of its arrays is before the training and after it.

    data: MNIST unless given.
    """
    data = data or load_mnist()
    return of_digits(base, data, _arrays(analysis, base, data))


def _arrays(analysis: ReviewAnalysis, base: Recording, data: Mnist) -> Arrays:
    loss = base.config["loss"]
    inputs, labels = (torch.from_numpy(part[: analysis.examples]) for part in (data.train.inputs, data.train.labels))
    targets, cost = targets_for(loss, labels), COSTS[loss]
    models = [model_at(base, moment) for moment in MOMENTS]
    shown = inputs[: analysis.shown]
    yield "train.input", ("batch", "height", "width"), shown.numpy()
    yield "train.label", ("batch",), labels[: analysis.shown].numpy()
    yield "train.lit", ("height", "width"), np.count_nonzero(data.train.inputs, axis=0)  # in how many of all images
    yield "train.output", ("moment", "batch", "feature"), np.stack([_answers(model, shown) for model in models])
    costs = [costs_of_examples(model, inputs, targets, cost).numpy() for model in models]
    yield "train.cost", ("moment", "example"), np.stack(costs)
    yield "test.output", ("batch", "feature"), _answers(models[-1], torch.from_numpy(data.test.inputs))
    noise = _noise(analysis, data.train.inputs.shape[1:])
    yield "noise.input", ("batch", "height", "width"), noise[: analysis.noise_shown].numpy()
    yield "noise.output", ("batch", "feature"), _answers(models[-1], noise)
    yield from _gradient(analysis, base, inputs, targets)


def _answers(model: nn.Module, images: Tensor) -> np.ndarray:
    with torch.no_grad():
        answers: np.ndarray = model(images).numpy()
    return answers


def _noise(analysis: ReviewAnalysis, shape: tuple[int, ...]) -> Tensor:
    """Return pictures whose every pixel is drawn from U(0, 1), (noise, height, width)."""
    generator = torch.Generator().manual_seed(analysis.noise_seed)
    return torch.rand((analysis.noise, *shape), generator=generator)


def _gradient(analysis: ReviewAnalysis, base: Recording, inputs: Tensor, targets: Tensor) -> Arrays:
    """Yield ∇C of a snapshot on all examples, an array for each of the parameters and shaped like it."""
    model = model_at(base, analysis.gradient_snapshot)
    gradient = gradient_of(model, inputs, targets, COSTS[base.config["loss"]])
    for name, values in gradient.items():
        yield f"{name}.gradient", ("out", "in")[: values.ndim], values.numpy()
