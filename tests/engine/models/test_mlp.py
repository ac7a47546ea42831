"""The network: its formula, its gradients, its first weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from engine.models.mlp import MLP
from engine.training.losses import COSTS, squared_error, targets_for
from tests.engine.small import small_mnist

NETWORKS = [
    pytest.param("sigmoid", "sigmoid", "squared_error", id="digits"),
    pytest.param("relu", "sigmoid", "squared_error", id="digits-relu"),
    pytest.param("relu", "linear", "cross_entropy", id="digits-relu-cross-entropy"),
    pytest.param("tanh", "linear", "cross_entropy", id="tanh"),
]


def network(activation: str = "sigmoid", output: str = "sigmoid") -> MLP:
    torch.manual_seed(5)
    return MLP((784, 16, 16, 10), activation, output)


@pytest.mark.parametrize(("activation", "output", "loss"), NETWORKS)
def test_gradients_equal_finite_differences(activation: str, output: str, loss: str) -> None:
    """Central differences in float64, h = 1e-6, at twenty entries of every parameter."""
    model = network(activation, output).double()
    images = torch.from_numpy(small_mnist().train.inputs[:8]).double()
    targets = targets_for(loss, torch.from_numpy(small_mnist().train.labels[:8]))
    targets = targets.double() if targets.is_floating_point() else targets
    cost = COSTS[loss]
    cost(model(images), targets).backward()
    random = np.random.default_rng(1)
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        flat, gradient = parameter.detach().view(-1), parameter.grad.view(-1)
        lit = np.flatnonzero(gradient.numpy())  # pixels that are black everywhere have no gradient to compare
        for entry in random.choice(lit, min(20, len(lit)), replace=False):
            before, h = flat[entry].item(), 1e-6
            costs = []
            for nudge in (h, -h):
                flat[entry] = before + nudge
                costs.append(cost(model(images), targets).item())
            flat[entry] = before
            difference = (costs[0] - costs[1]) / (2 * h)
            assert difference == pytest.approx(gradient[entry].item(), rel=1e-5, abs=1e-9), (name, entry)


def test_the_forward_pass_written_out() -> None:
    """a = σ(W a + b), layer by layer, in NumPy and float64."""
    model = network()
    nn.init.normal_(model.get_parameter("layer2.bias"))  # biases start at zero, which would not be tested
    images = small_mnist().test.inputs[:5]
    values = images.reshape(5, 784).astype(np.float64)
    for layer in (1, 2, 3):
        weight, bias = (
            model.get_parameter(f"layer{layer}.{kind}").detach().double().numpy() for kind in ("weight", "bias")
        )
        values = 1 / (1 + np.exp(-(values @ weight.T + bias)))
    np.testing.assert_allclose(model(torch.from_numpy(images)).detach().numpy(), values, atol=1e-6)


def test_squared_error_sums_over_outputs_and_averages_over_examples() -> None:
    outputs = torch.tensor([[0.5, 0.0], [1.0, 1.0]])
    wanted = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    assert squared_error(outputs, wanted).item() == (0.25 + 2) / 2


def test_names_and_first_weights() -> None:
    model = network()
    assert [name for name, _ in model.named_parameters()] == [
        f"layer{layer}.{kind}" for layer in (1, 2, 3) for kind in ("weight", "bias")
    ]
    weight = model.get_parameter("layer1.weight")
    limit = (6 / (784 + 16)) ** 0.5  # Glorot and Bengio 2010, eq. 16
    assert weight.shape == (16, 784)
    assert weight.abs().max().item() == pytest.approx(limit, rel=0.01)
    assert not model.get_parameter("layer1.bias").any()
