"""The convolutional network: its formula, its gradients, its sizes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.lib.stride_tricks import sliding_window_view
from torch import Tensor

from engine.models.convnet import ConvNet
from tests.engine.models.differences import assert_gradients_are_differences
from tests.engine.small import small_mnist

pytestmark = pytest.mark.usefixtures("one_thread")


def network(channels: tuple[int, int] = (8, 16), side: int = 28) -> ConvNet:
    torch.manual_seed(5)
    model = ConvNet(channels, side)
    for name in ("conv1.bias", "conv2.bias"):  # they start at zero, which would not be tested
        torch.nn.init.normal_(model.get_parameter(name), std=0.1)
    return model


def convolved(maps: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Multiply every 5 × 5 window of all maps with each kernel and add it up."""
    windows = sliding_window_view(maps, (5, 5), axis=(2, 3))  # (batch, in, height, width, 5, 5)
    return np.einsum("bihwyx,oiyx->bohw", windows, weight, optimize=True) + bias[:, None, None]


def pooled(maps: np.ndarray) -> np.ndarray:
    batch, channels, height, width = maps.shape
    return maps.reshape(batch, channels, height // 2, 2, width // 2, 2).max(axis=(3, 5))


def test_the_forward_pass_written_out() -> None:
    """Windows times kernels, what is negative cut off, the largest of four: in NumPy and float64."""
    model = network()
    value = {name: parameter.detach().double().numpy() for name, parameter in model.named_parameters()}
    images = small_mnist().test.inputs[:5]
    maps = images[:, None].astype(np.float64)
    for number in (1, 2):
        maps = pooled(np.maximum(convolved(maps, value[f"conv{number}.weight"], value[f"conv{number}.bias"]), 0))
    logits = maps.reshape(5, -1) @ value["linear.weight"].T + value["linear.bias"]
    np.testing.assert_allclose(model(torch.from_numpy(images)).detach().numpy(), logits, atol=1e-5)


def test_gradients_equal_finite_differences() -> None:
    model = network((2, 3), 16)  # maps of 12, 6, 2 and 1 pixels
    images = torch.from_numpy(small_mnist().train.inputs[:6, 6:22, 6:22]).double()
    labels = torch.from_numpy(small_mnist().train.labels[:6])
    assert_gradients_are_differences(model, lambda: F.cross_entropy(model(images), labels))


def test_sizes_on_the_way() -> None:
    model = network()
    shapes: dict[str, tuple[int, ...]] = {}

    def noted(name: str) -> None:
        def hook(_module: torch.nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
            shapes[name] = tuple(output.shape)

        model.get_submodule(name).register_forward_hook(hook)

    for name, _ in model.named_children():
        noted(name)
    model(torch.zeros(3, 28, 28))
    assert shapes == {
        "conv1": (3, 8, 24, 24),
        "relu1": (3, 8, 24, 24),
        "pool1": (3, 8, 12, 12),
        "conv2": (3, 16, 8, 8),
        "relu2": (3, 16, 8, 8),
        "pool2": (3, 16, 4, 4),
        "linear": (3, 10),
    }
    assert sum(parameter.numel() for parameter in model.parameters()) == 208 + 3_216 + 2_570


def test_first_weights_keep_the_spread_of_what_passes() -> None:
    weight = network().conv2.weight
    assert weight.std().item() == pytest.approx((2 / (8 * 25)) ** 0.5, rel=0.05)  # He et al. 2015, eq. 10
