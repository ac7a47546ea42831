"""Measures the backward pass of a network on digits for one image, and checks its gradient (`GradientAnalysis`)."""

from __future__ import annotations

import numpy as np
import torch

from engine.analyses.catalog import AnalysisResult, Arrays, GradientAnalysis
from engine.analyses.cost_surface import Objective, gradient_of, model_at
from engine.analyses.derivatives.backward import Layer, pass_back, weights_and_biases
from engine.analyses.derivatives.moment import moment_of
from engine.analyses.of_digits import of_digits
from engine.data.mnist import Mnist, load_mnist
from engine.recording import Recording, RecordingError
from engine.training.losses import COSTS, targets_for

ENOUGH = 0.6  # of the test images right: the moment of the image that is looked at


def measure_gradient(analysis: GradientAnalysis, base: Recording, data: Mnist | None = None) -> AnalysisResult:
    """Return what the analysis comes to. data: MNIST unless given.

    The moment is the first evaluation at which six in ten test images are right, else the last; the image the first
    training image that is then answered wrongly, else the first of all.
    """
    data = data or load_mnist()
    require_sigmoids(base)
    step, reached, accuracy = moment_of(base, ENOUGH)
    found = of_digits(base, data, _arrays(analysis, base, data, step))
    return found._replace(told={**found.told, "moment_step": step, "reached": reached, "accuracy": accuracy})


def require_sigmoids(base: Recording) -> None:
    """Raise `RecordingError` where a network is not one of sigmoids with the squared error, as the pass by hand is."""
    config = base.config
    if (config["activation"], config["output"], config["loss"]) != ("sigmoid", "sigmoid", "squared_error"):
        raise RecordingError(
            f"{base.path} is no network of sigmoids with the squared error: record {config['name']} so"
        )


def _arrays(analysis: GradientAnalysis, base: Recording, data: Mnist, step: int) -> Arrays:
    model = model_at(base, base.steps("layer1.weight").tolist().index(step)).double()
    inputs = torch.from_numpy(data.train.inputs[: analysis.examples]).double()
    labels = torch.from_numpy(data.train.labels[: analysis.examples])
    with torch.no_grad():
        answers = model(inputs).argmax(1)
    wrong = np.flatnonzero((answers != labels).numpy())
    image = int(wrong[0]) if len(wrong) else 0
    targets = targets_for(base.config["loss"], labels).double()
    layers = weights_and_biases(model)
    passed = pass_back(layers, inputs[image].numpy(), targets[image].numpy())
    yield "example.picture", ("height", "width"), data.train.inputs[image].astype(np.float32)
    yield "example.label", ("feature",), labels[[image]].numpy()
    yield "example.target", ("out",), targets[image].numpy()
    last = passed[-1]
    yield "before", ("in",), last.before
    yield "weight", ("out", "in"), layers[-1][0]
    for name in ("z", "activation", "wanted", "delta"):
        yield name, ("out",), getattr(last, name)
    yield "path", ("out", "in"), last.paths
    yield "path.sum", ("in",), last.paths.sum(axis=0)
    yield "autograd.before", ("in",), _autograd_before(layers[-1], last.before, targets[image].numpy())
    yield from _check(analysis, base, inputs[: analysis.checked], targets[: analysis.checked])


def _by_hand(layers: list[Layer], inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the mean over examples of the derivatives by all parameters, (parameter,)."""
    found = []
    for one, target in zip(inputs, targets, strict=True):
        parts = [part for layer in pass_back(layers, one, target) for part in (layer.d_weight.ravel(), layer.d_bias)]
        found.append(np.concatenate(parts))
    return np.mean(found, axis=0)


def _autograd_before(layer: Layer, before: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return ∂C₀ by the activations before the last layer, (in,), as autograd computes it."""
    values = torch.from_numpy(before.copy()).requires_grad_()
    weight, bias = map(torch.from_numpy, layer)
    cost = ((torch.sigmoid(weight @ values + bias) - torch.from_numpy(targets)) ** 2).sum()
    (found,) = torch.autograd.grad(cost, values)
    by_before: np.ndarray = found.numpy()
    return by_before


def _check(analysis: GradientAnalysis, base: Recording, inputs: torch.Tensor, targets: torch.Tensor) -> Arrays:
    """Yield ∇C before the first step, its central differences, and the largest error for other steps h.

    ∇C is the mean of the passes by hand, in double precision. All parameters in one row, (parameter,), layer by layer,
    weights before biases; for the other steps those of the last layer alone.
    """
    model, cost = model_at(base, 0).double(), COSTS[base.config["loss"]]
    objective = Objective(inputs, targets, cost)
    analytic = _by_hand(weights_and_biases(model), inputs.numpy(), targets.numpy())
    autograd = np.concatenate([part.numpy().ravel() for part in gradient_of(model, inputs, targets, cost).values()])
    numeric = _differences(model, objective, analysis.step, range(len(analytic)))
    yield "check.analytic", ("parameter",), analytic
    yield "check.autograd", ("parameter",), autograd
    yield "check.numeric", ("parameter",), numeric
    last = sum(parameter.numel() for parameter in list(model.children())[-1].parameters())
    those = range(len(analytic) - last, len(analytic))
    errors = [np.abs(_differences(model, objective, step, those) - analytic[those.start :]).max() for step in _STEPS]
    yield "check.step", ("size",), np.array(_STEPS)
    yield "check.error", ("size",), np.array(errors)


_STEPS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)


@torch.no_grad()
def _differences(model: torch.nn.Module, objective: Objective, step: float, which: range) -> np.ndarray:
    """Return (C(θ + h) − C(θ − h)) / 2h for each of some parameters, counted through all, (parameter,)."""
    found, first = [], 0
    for parameter in model.parameters():
        flat = parameter.view(-1)
        for place in range(flat.numel()):
            if first + place not in which:
                continue
            kept, costs = float(flat[place]), []
            for by in (step, -step):
                flat[place] = kept + by
                costs.append(float(objective.cost(model(objective.inputs), objective.targets)))
            flat[place] = kept
            found.append((costs[0] - costs[1]) / (2 * step))
        first += flat.numel()
    return np.array(found)
