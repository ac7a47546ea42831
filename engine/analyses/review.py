"""What a `Review` records: answers, costs of single examples, and a gradient, each of a chosen moment of a training."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from engine.analyses.catalog import Arrays, Review
from engine.analyses.cost_surface import costs_of_examples, gradient_of, model_at
from engine.data.mnist import Mnist
from engine.recording import Recording
from engine.training.losses import COSTS, targets_for

MOMENTS = (0, -1)  # positions along `step`: before the training and after it


def measure_review(study: Review, base: Recording, data: Mnist) -> Arrays:
    """Yield the arrays of a review; the axis `moment` is before the training and after it."""
    loss = base.config["loss"]
    inputs, labels = (torch.from_numpy(part[: study.examples]) for part in (data.train.inputs, data.train.labels))
    targets, cost = targets_for(loss, labels), COSTS[loss]
    models = [model_at(base, moment) for moment in MOMENTS]
    shown = inputs[: study.shown]
    yield "train.input", ("batch", "height", "width"), shown.numpy()
    yield "train.label", ("batch",), labels[: study.shown].numpy()
    yield "train.lit", ("height", "width"), np.count_nonzero(data.train.inputs, axis=0)  # in how many of all images
    yield "train.output", ("moment", "batch", "feature"), np.stack([_answers(model, shown) for model in models])
    costs = [costs_of_examples(model, inputs, targets, cost).numpy() for model in models]
    yield "train.cost", ("moment", "example"), np.stack(costs)
    yield "test.output", ("batch", "feature"), _answers(models[-1], torch.from_numpy(data.test.inputs))
    noise = _noise(study, data.train.inputs.shape[1:])
    yield "noise.input", ("batch", "height", "width"), noise[: study.noise_shown].numpy()
    yield "noise.output", ("batch", "feature"), _answers(models[-1], noise)
    yield from _gradient(study, base, inputs, targets)


def _answers(model: nn.Module, images: Tensor) -> np.ndarray:
    with torch.no_grad():
        answers: np.ndarray = model(images).numpy()
    return answers


def _noise(study: Review, shape: tuple[int, ...]) -> Tensor:
    """Return pictures whose every pixel is drawn from U(0, 1), (noise, height, width)."""
    generator = torch.Generator().manual_seed(study.noise_seed)
    return torch.rand((study.noise, *shape), generator=generator)


def _gradient(study: Review, base: Recording, inputs: Tensor, targets: Tensor) -> Arrays:
    """Yield ∇C of a snapshot on all examples, an array for each of the parameters and shaped like it."""
    model = model_at(base, study.gradient_snapshot)
    gradient = gradient_of(model, inputs, targets, COSTS[base.config["loss"]])
    for name, values in gradient.items():
        yield f"{name}.gradient", ("out", "in")[: values.ndim], values.numpy()
