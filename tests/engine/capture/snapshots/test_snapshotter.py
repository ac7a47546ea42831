"""Hooks on any module: names, axes, values, and that nothing of them is left."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.capture.snapshots.snapshotter import Snapshotter
from engine.models.mlp import MLP
from engine.recording import RecordingError
from engine.training.losses import squared_error, targets_for
from tests.engine.small import small_mnist


def network() -> MLP:
    torch.manual_seed(3)
    return MLP((784, 16, 16, 10))


def probes(count: int = 7) -> Tensor:
    return torch.from_numpy(small_mnist().test.inputs[:count])


def names(model: nn.Module, inputs: Tensor, *record: str) -> list[str]:
    return [value.name for value in Snapshotter(model, inputs, record).values]


class Squash(nn.Module):
    """An activation function of a user's own."""

    def forward(self, values: Tensor) -> Tensor:
        return values / (1 + values.abs())


class Owner(nn.Linear):
    """A layer with dropout and a function of its own."""

    def __init__(self) -> None:
        super().__init__(4, 3)
        self.dropout = nn.Dropout(0.5)
        self.function = Squash()

    def forward(self, values: Tensor) -> Tensor:
        return self.function(self.dropout(super().forward(values)))


def test_what_the_default_kinds_record_of_the_mlp() -> None:
    snapshotter = Snapshotter(network(), probes())
    axes = {value.name: (value.axes, value.shape) for value in snapshotter.values}
    expected: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {}
    for layer, (fan_in, fan_out) in {"layer1": (784, 16), "layer2": (16, 16), "layer3": (16, 10)}.items():
        for suffix in ("", ".gradient"):
            expected[f"{layer}.weight{suffix}"] = (("out", "in"), (fan_out, fan_in))
            expected[f"{layer}.bias{suffix}"] = (("out",), (fan_out,))
        for kind in ("pre_activation", "activation"):
            expected[f"{layer}.{kind}"] = (("batch", "feature"), (7, fan_out))
    assert axes == expected


def test_values_are_those_of_the_formula() -> None:
    model = network()
    images, labels = probes(), torch.from_numpy(small_mnist().test.labels[:7])
    squared_error(model(images), targets_for("squared_error", labels)).backward()
    taken = Snapshotter(model, images).snapshot()
    before = images.reshape(7, 784).numpy()
    for layer in ("layer1", "layer2", "layer3"):
        z = before @ taken[f"{layer}.weight"].T + taken[f"{layer}.bias"]
        np.testing.assert_allclose(taken[f"{layer}.pre_activation"], z, atol=1e-5)
        np.testing.assert_allclose(taken[f"{layer}.activation"], 1 / (1 + np.exp(-z)), atol=1e-6)
        before = taken[f"{layer}.activation"]
        gradient = model.get_parameter(f"{layer}.weight").grad
        assert gradient is not None
        np.testing.assert_array_equal(taken[f"{layer}.weight.gradient"], gradient.numpy())


def test_a_snapshot_does_not_change_when_the_model_does() -> None:
    model = network()
    taken = Snapshotter(model, probes()).snapshot()
    kept = copy.deepcopy(taken)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1)
    for name, values in taken.items():
        np.testing.assert_array_equal(values, kept[name])


def test_the_model_is_left_as_it_was() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.Dropout(0.5), nn.BatchNorm1d(8), nn.ReLU(inplace=True))
    model[3].eval()
    model(probes()).sum().backward()
    modes = [module.training for module in model.modules()]
    state = copy.deepcopy(model.state_dict())
    gradients = [parameter.grad.clone() for parameter in model.parameters() if parameter.grad is not None]
    generator = torch.get_rng_state()
    Snapshotter(model, probes()).snapshot()
    assert [module.training for module in model.modules()] == modes
    assert all(torch.equal(state[key], value) for key, value in model.state_dict().items())
    now = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    assert all(torch.equal(one, other) for one, other in zip(now, gradients, strict=True))
    assert torch.equal(torch.get_rng_state(), generator)
    assert hook_count(model) == 0


def test_no_hook_is_left_when_the_pass_fails() -> None:
    model = network()
    with pytest.raises(RuntimeError):
        Snapshotter(model, torch.zeros(2, 5))
    assert hook_count(model) == 0
    assert model.training


def test_a_function_with_an_owner_is_named_after_it() -> None:
    model = nn.Sequential(Owner())
    inputs = torch.randn(5, 4)
    # in the order in which they come about
    assert names(model, inputs, "*activation") == ["0.dropout.activation", "0.pre_activation", "0.activation"]
    taken = Snapshotter(model, inputs, ("*activation",)).snapshot()
    z = taken["0.pre_activation"]
    np.testing.assert_allclose(taken["0.activation"], z / (1 + np.abs(z)), rtol=1e-6)


def test_a_function_without_an_owner_has_its_own_name() -> None:
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(inplace=True), nn.Linear(3, 2))
    inputs = torch.randn(5, 4)
    assert names(model, inputs, "pre_activation") == ["1.pre_activation"]
    assert names(model, inputs, "activation") == ["0.activation", "1.activation", "2.activation"]
    taken = Snapshotter(model, inputs, ("pre_activation", "activation")).snapshot()
    assert taken["1.pre_activation"].min() < 0  # as it was before it was changed in place
    np.testing.assert_array_equal(taken["1.activation"], np.maximum(taken["1.pre_activation"], 0))


def test_axes_of_sequences_and_pictures() -> None:
    sequence = Snapshotter(nn.Sequential(nn.Linear(4, 3)), torch.randn(2, 6, 4), ("activation",))
    assert sequence.values[0].axes == ("batch", "position", "feature")
    picture = Snapshotter(nn.Sequential(nn.Conv2d(1, 3, 3)), torch.randn(2, 1, 8, 8), ("activation", "weight"))
    assert [value.axes for value in picture.values] == [
        ("out", "in", "height", "width"),
        ("batch", "channel", "height", "width"),
    ]


def test_kinds_and_globs_choose_in_the_models_order() -> None:
    assert names(network(), probes(), "layer3.activation", "bias", "layer1.w*") == [
        "layer1.weight",
        "layer1.weight.gradient",
        "layer1.weight.gradient_norm",
        "layer1.bias",
        "layer2.bias",
        "layer3.bias",
        "layer3.activation",
    ]


def test_a_name_that_matches_nothing_lists_what_there_is() -> None:
    with pytest.raises(RecordingError) as raised:
        Snapshotter(network(), probes(), ("weight", "layer4.*"))
    said = str(raised.value)
    assert "nothing to record matches 'layer4.*'" in said
    assert "layer3.bias.gradient" in said
    assert "pre_activation" in said
    with pytest.raises(RecordingError, match="did you mean 'activation'"):
        Snapshotter(network(), probes(), ("activations",))


def test_the_calls_of_a_module_are_one_array() -> None:
    shared = nn.ReLU()
    model = nn.Sequential(nn.Linear(4, 4), shared, nn.Linear(4, 4), shared)
    inputs = torch.randn(2, 4)
    assert names(model, inputs, "pre_activation") == ["1.pre_activation"]
    taken = Snapshotter(model, inputs, ("1*activation", "output")).snapshot()
    assert taken["1.activation"].shape == (2, 2, 4)
    np.testing.assert_array_equal(taken["1.activation"][1], taken["output"])
    assert (taken["1.activation"][1] != taken["1.activation"][0]).any()


def test_a_gradient_that_is_not_there_yet_is_no_number() -> None:
    taken = Snapshotter(network(), probes(), ("gradient", "gradient_norm")).snapshot()
    assert all(np.isnan(values).all() for values in taken.values())


def hook_count(model: nn.Module) -> int:
    return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in model.modules())
