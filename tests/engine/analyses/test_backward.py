"""The backward pass by hand equals autograd's, and that central differences."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from engine.analyses.cost_surface import gradient_of
from engine.analyses.derivatives.backprop import per_example_gradients
from engine.analyses.derivatives.backward import pass_back, stable_sigmoid
from engine.models.mlp import MLP
from engine.training.losses import squared_error

SIZES = (6, 5, 4, 3)


def layers_of(seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    drawn = np.random.default_rng(seed)
    return [(drawn.normal(size=(out, into)), drawn.normal(size=out)) for into, out in pairwise(SIZES)]


@pytest.mark.parametrize("seed", range(5))
def test_by_hand_it_is_what_autograd_has(seed: int) -> None:
    layers, drawn = layers_of(seed), np.random.default_rng(100 + seed)
    inputs, targets = drawn.normal(size=SIZES[0]), drawn.uniform(size=SIZES[-1])
    weights = [(torch.from_numpy(w).requires_grad_(), torch.from_numpy(b).requires_grad_()) for w, b in layers]
    activations = [torch.from_numpy(inputs).requires_grad_()]
    for weight, bias in weights:
        activations.append(torch.sigmoid(weight @ activations[-1] + bias))
    cost = ((activations[-1] - torch.from_numpy(targets)) ** 2).sum()
    passed = pass_back(layers, inputs, targets)
    for number, (one, (weight, bias)) in enumerate(zip(passed, weights, strict=True)):
        by_weight, by_bias, by_before, by_activation = torch.autograd.grad(
            cost, (weight, bias, activations[number], activations[number + 1]), retain_graph=True
        )
        for own, other in (
            (one.d_weight, by_weight),
            (one.d_bias, by_bias),
            (one.paths.sum(axis=0), by_before),
            (one.wanted, by_activation),
        ):
            assert np.abs(own - other.numpy()).max() <= 1e-12


def test_autograd_is_what_central_differences_have() -> None:
    layers, drawn = layers_of(7), np.random.default_rng(7)
    inputs, targets = drawn.normal(size=SIZES[0]), drawn.uniform(size=SIZES[-1])

    def cost() -> float:
        return float(((pass_back(layers, inputs, targets)[-1].activation - targets) ** 2).sum())

    passed, step = pass_back(layers, inputs, targets), 1e-6
    for (weight, _), one in zip(layers, passed, strict=True):
        for place in np.ndindex(*weight.shape):
            kept = weight[place]
            weight[place] = kept + step
            above = cost()
            weight[place] = kept - step
            below = cost()
            weight[place] = kept
            assert abs((above - below) / (2 * step) - one.d_weight[place]) <= 1e-9


def test_gradients_of_examples_have_the_gradient_of_all_as_their_mean() -> None:
    torch.manual_seed(0)
    model = MLP(SIZES).double()
    inputs, targets = torch.rand(40, SIZES[0]).double(), torch.rand(40, SIZES[-1]).double()
    each = per_example_gradients(model, inputs, targets, squared_error, ("layer3.weight", "layer1.bias"))
    whole = gradient_of(model, inputs, targets, squared_error)
    assert set(each) == {"layer3.weight", "layer1.bias"}
    for name, values in each.items():
        assert values.shape == (40, *whole[name].shape)
        assert float((values.mean(dim=0) - whole[name]).abs().max()) <= 1e-15


def test_sigmoid_holds_far_out() -> None:
    np.testing.assert_allclose(stable_sigmoid(np.array([-800.0, 0.0, 800.0])), [0.0, 0.5, 1.0])
