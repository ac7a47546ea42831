"""Measures the derivatives of a chain of single neurons for one example, and for all (`ChainAnalysis`)."""

from __future__ import annotations

import numpy as np
import torch
from torch.func import grad, vmap

from engine.analyses.catalog import AnalysisResult, Arrays, ChainAnalysis
from engine.analyses.derivatives.backward import Layer, pass_back, stable_sigmoid
from engine.analyses.derivatives.moment import moment_of
from engine.data.mnist import Mnist, load_mnist
from engine.experiments.chain.config import ChainConfig
from engine.experiments.chain.data import Inks
from engine.recording import Recording

ENOUGH = 0.9  # of the test images right: the moment that is looked at


def measure_chain(analysis: ChainAnalysis, base: Recording, data: Mnist | None = None) -> AnalysisResult:
    """Return what the analysis of a chain comes to. data: MNIST unless given.

    The moment is the first evaluation at which nine in ten test images are right, else the last one; the example the
    training image of a 0 whose cost then is the median of them.
    """
    data = data or load_mnist()
    step, reached, accuracy = moment_of(base, ENOUGH)
    told = {"step": step, "reached": reached, "accuracy": accuracy, "seed": base.config["seed"]}
    return AnalysisResult(told, {"data": {"mnist": data.digests()}}, _arrays(analysis, base, data, step))


def _arrays(analysis: ChainAnalysis, base: Recording, data: Mnist, step: int) -> Arrays:
    config = ChainConfig.from_config(base.config)
    layers = _layers_at(base, config.neurons, step)
    inks = Inks.of(data.train, config.ink)
    inputs, targets = inks.inputs[:, 0].astype(np.float64), inks.targets[:, 0].astype(np.float64)
    costs = (_answers(layers, inputs) - targets) ** 2
    zeros = np.flatnonzero(targets == 1)
    example = int(zeros[np.argsort(costs[zeros], kind="stable")[len(zeros) // 2]])
    x, y = inputs[example], targets[example]
    yield "example.picture", ("height", "width"), data.train.inputs[inks.positions[example]].astype(np.float32)
    yield "example.input", ("feature",), np.array([x])
    yield "example.target", ("feature",), np.array([y])
    yield "example.cost", ("feature",), costs[[example]]
    yield "weight", ("layer",), np.array([float(weight[0, 0]) for weight, _ in layers])
    yield "bias", ("layer",), np.array([float(bias[0]) for _, bias in layers])
    passed = pass_back(layers, np.array([x]), np.array([y]))
    for name in ("z", "activation", "slope", "wanted", "delta", "d_weight", "d_bias"):
        yield name, ("layer",), np.array([float(np.ravel(getattr(one, name))[0]) for one in passed])
    yield from _by_autograd(layers, x, y)
    yield from _along_last_weight(analysis, layers, x, y)
    yield "all.target", ("example",), targets
    yield "all.d_weight", ("example",), _last_derivatives(layers, inputs, targets)


def _layers_at(base: Recording, count: int, step: int) -> list[Layer]:
    """Return the weights and biases at a recorded step, float64."""
    at = base.steps("layer1.weight").tolist().index(step)
    names = [f"layer{number}" for number in range(1, count + 1)]
    read = [[base.read(f"{name}.{kind}", step=at).astype(np.float64) for kind in ("weight", "bias")] for name in names]
    return [(weight, bias) for weight, bias in read]


def _answers(layers: list[Layer], inputs: np.ndarray) -> np.ndarray:
    values = inputs[:, None]
    for weight, bias in layers:
        values = stable_sigmoid(values @ weight.T + bias)
    return values[:, 0]


def _cost(parameters: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return C₀ of one example. parameters: (layer, 2), of each its weight and its bias."""
    value = x
    for number in range(len(parameters)):
        value = torch.sigmoid(parameters[number, 0] * value + parameters[number, 1])
    return (value - y) ** 2


def _stacked(layers: list[Layer]) -> torch.Tensor:
    return torch.tensor([[float(weight[0, 0]), float(bias[0])] for weight, bias in layers], dtype=torch.float64)


def _by_autograd(layers: list[Layer], x: float, y: float) -> Arrays:
    """Yield the same derivatives of C₀ by weights and biases as autograd computes them, (layer,) each."""
    found = grad(_cost)(_stacked(layers), torch.tensor(x), torch.tensor(y)).numpy()
    yield "autograd.d_weight", ("layer",), found[:, 0]
    yield "autograd.d_bias", ("layer",), found[:, 1]


def _along_last_weight(analysis: ChainAnalysis, layers: list[Layer], x: float, y: float) -> Arrays:
    """Yield z, a of the last neuron and C₀ while its weight is changed, (place,) each, computed anew at every place."""
    change = np.linspace(-analysis.reach, analysis.reach, analysis.points)
    weight, bias = layers[-1]
    passes = [pass_back([*layers[:-1], (weight + by, bias)], np.array([x]), np.array([y]))[-1] for by in change]
    yield "line.change", ("place",), change
    yield "line.z", ("place",), np.array([float(one.z[0]) for one in passes])
    yield "line.activation", ("place",), np.array([float(one.activation[0]) for one in passes])
    yield "line.cost", ("place",), np.array([float((one.activation[0] - y) ** 2) for one in passes])


def _last_derivatives(layers: list[Layer], inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return ∂C_k/∂w of the last weight for every example, (example,), by autograd."""
    each = vmap(grad(_cost), in_dims=(None, 0, 0))
    found: np.ndarray = each(_stacked(layers), torch.from_numpy(inputs), torch.from_numpy(targets))[:, -1, 0].numpy()
    return found
