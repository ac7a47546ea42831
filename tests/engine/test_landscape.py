"""Sections of the cost are the cost itself, recomputed from scratch; gradients are finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from engine.analyses.cost_surface import (
    Objective,
    Section,
    along_weight,
    costs_of_examples,
    gradient_of,
    model_at,
    parameters_of,
    path_of,
    plane_of_path,
    random_plane,
)
from engine.models.mlp import MLP
from engine.recording import Recording, RecordingError
from engine.training.losses import squared_error, targets_for
from tests.engine.small import small_mnist, train_small


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return train_small(tmp_path_factory.mktemp("landscape") / "digits.zarr")


@pytest.fixture(scope="module")
def objective() -> Objective:
    images = small_mnist().test
    inputs, labels = torch.from_numpy(images.inputs), torch.from_numpy(images.labels)
    return Objective.of(inputs, targets_for("squared_error", labels), "squared_error")


def tiny(seed: int = 0) -> tuple[MLP, Objective]:
    """Return a network of 6-5-4-3 in float64 with a dozen examples."""
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    model = MLP((6, 5, 4, 3)).double()
    for parameter in model.parameters():
        nn.init.normal_(parameter, generator=generator)
    inputs = torch.rand((12, 6), generator=generator, dtype=torch.float64)
    return model, Objective(inputs, torch.rand((12, 3), generator=generator, dtype=torch.float64), squared_error)


def cost_from_scratch(parameters: dict[str, torch.Tensor], objective: Objective) -> float:
    """Compute the cost of a sigmoid network with NumPy alone, in float64."""
    values = objective.inputs.numpy().reshape(len(objective.inputs), -1).astype(np.float64)
    for layer in range(1, len(parameters) // 2 + 1):
        weight, bias = (parameters[f"layer{layer}.{kind}"].numpy().astype(np.float64) for kind in ("weight", "bias"))
        values = 1 / (1 + np.exp(-(values @ weight.T + bias)))
    return float(((values - objective.targets.numpy()) ** 2).sum(axis=1).mean())


def test_the_model_at_a_snapshot_gives_the_recorded_activations(recording: Recording) -> None:
    probes = torch.from_numpy(recording.read("probe.input").copy())
    for step in (0, 7, -1):
        with torch.no_grad():
            outputs = model_at(recording, step)(probes)
        np.testing.assert_allclose(outputs.numpy(), recording.read("layer3.activation", step=step), atol=1e-6)


def test_costs_along_a_weight_are_those_recomputed_there(recording: Recording, objective: Objective) -> None:
    model = model_at(recording, -1)
    line = along_weight(model, "layer2.weight", (3, 5))
    changes = np.linspace(-4, 4, 19)[:, None]
    costs = line.costs(changes, objective)
    for change, cost in zip(changes[:, 0], costs, strict=True):
        parameters = {name: value.clone() for name, value in parameters_of(model).items()}
        parameters["layer2.weight"][3, 5] += change
        assert cost == pytest.approx(cost_from_scratch(parameters, objective), rel=1e-5)


def test_costs_over_a_plane_are_those_recomputed_there(recording: Recording, objective: Objective) -> None:
    plane = random_plane(model_at(recording, -1), seed=3)
    places = np.stack(np.meshgrid(np.linspace(-1, 1, 4), np.linspace(-1, 1, 5)), axis=2)
    costs = plane.costs(places, objective)
    assert costs.shape == (5, 4)
    for place, cost in zip(places.reshape(-1, 2), costs.ravel(), strict=True):
        assert cost == pytest.approx(cost_from_scratch(plane.at(torch.from_numpy(place).float()), objective), rel=1e-5)


def test_a_random_direction_is_as_long_as_each_neuron(recording: Recording) -> None:
    plane = random_plane(model_at(recording, -1), seed=0)
    for layer in ("layer1", "layer2", "layer3"):
        weight, bias = plane.origin[f"{layer}.weight"], plane.origin[f"{layer}.bias"]
        wanted = torch.cat([weight, bias[:, None]], dim=1).norm(dim=1)
        for direction in plane.directions:
            found = torch.cat([direction[f"{layer}.weight"], direction[f"{layer}.bias"][:, None]], dim=1).norm(dim=1)
            torch.testing.assert_close(found, wanted)
    again = random_plane(model_at(recording, -1), seed=0)
    torch.testing.assert_close(again.directions[1]["layer1.weight"], plane.directions[1]["layer1.weight"])


def test_the_gradient_is_that_of_finite_differences() -> None:
    model, objective = tiny()
    gradient = gradient_of(model, objective.inputs, objective.targets, objective.cost)
    step = 1e-6
    for name, parameter in parameters_of(model).items():
        for index in np.ndindex(*parameter.shape):
            line = along_weight(model, name, index)
            low, high = line.costs(np.array([[-step], [step]]), objective)
            assert float(gradient[name][index]) == pytest.approx((high - low) / (2 * step), rel=1e-6, abs=1e-9)
    assert all(parameter.grad is None for parameter in model.parameters())


def test_slopes_of_a_section_are_those_of_finite_differences() -> None:
    model, objective = tiny()
    plane = random_plane(model, seed=1)
    places = np.array([[0.3, -0.2], [0.0, 0.0]])
    step = 1e-6
    for place, slope in zip(places, plane.slopes(places, objective), strict=True):
        for axis in (0, 1):
            either = np.array([place, place])
            either[:, axis] += [-step, step]
            low, high = plane.costs(either, objective)
            assert slope[axis] == pytest.approx((high - low) / (2 * step), rel=1e-5)


def test_the_recorded_gradient_is_that_of_its_batch(recording: Recording) -> None:
    images = small_mnist().train
    order = np.random.default_rng([0, 0]).permutation(len(images.labels))[:32]  # the first batch, as `Batches` cuts it
    labels = torch.from_numpy(images.labels[order])
    targets = targets_for("squared_error", labels)
    found = gradient_of(model_at(recording, 0), torch.from_numpy(images.inputs[order]), targets, squared_error)
    for name, gradient in found.items():
        np.testing.assert_allclose(gradient, recording.read(f"{name}.gradient", step=0), rtol=1e-4, atol=1e-7)


def test_costs_of_examples_average_to_the_cost(recording: Recording, objective: Objective) -> None:
    model = model_at(recording, -1)
    each = costs_of_examples(model, objective.inputs, objective.targets, objective.cost)
    assert each.shape == (300,)
    assert float(each.double().mean()) == pytest.approx(
        cost_from_scratch(dict(parameters_of(model)), objective), rel=1e-5
    )


def test_descent_goes_down_and_stops_where_it_flies_away() -> None:
    model, objective = tiny()
    line = along_weight(model, "layer3.weight", (0, 1))
    way = line.descend([2.0], rate=0.5, steps=20, objective=objective)
    costs = line.costs(way, objective)
    assert way.shape == (21, 1)
    assert (np.diff(costs) < 0).all()
    by_hand = way[0] - 0.5 * line.slopes(way[:1], objective)[0]
    assert way[1] == pytest.approx(by_hand)
    assert len(line.descend([2.0], rate=np.inf, steps=20, objective=objective)) == 1


def test_the_plane_of_a_path_is_that_of_its_main_components(recording: Recording) -> None:
    path = path_of(recording)
    found = plane_of_path(model_at(recording, -1), path)
    flat = np.stack([np.concatenate([v.numpy().ravel() for v in point.values()]) for point in path]).astype(float)
    gram = (flat - flat.mean(0)) @ (flat - flat.mean(0)).T
    variances = np.sort(np.linalg.eigvalsh(gram))[::-1]
    assert found.explained == pytest.approx(variances[:2] / variances.sum(), rel=1e-9)
    assert (found.places**2).sum(axis=1) + found.away**2 == pytest.approx(((flat - flat.mean(0)) ** 2).sum(axis=1))
    nearest = int(found.away.argmin())
    on_plane = found.section.at(torch.from_numpy(found.places[nearest]).float())
    gone = sum(float((on_plane[name] - value).square().sum()) for name, value in path[nearest].items()) ** 0.5
    assert gone == pytest.approx(found.away[nearest], rel=1e-2)


def test_a_plane_needs_a_path(recording: Recording) -> None:
    with pytest.raises(RecordingError, match="a plane needs at least 3 snapshots of the parameters, and there are 1"):
        plane_of_path(model_at(recording, -1), path_of(recording)[:1])


@pytest.mark.parametrize(
    ("name", "index", "message"),
    [
        ("layer9.weight", (0, 0), "there is no parameter 'layer9.weight', only layer1.weight"),
        ("layer2.weight", (16, 0), r"layer2.weight has the shape \(16, 16\): there is no entry \(16, 0\)"),
        ("layer2.bias", (0, 0), r"layer2.bias has the shape \(16,\): there is no entry \(0, 0\)"),
    ],
)
def test_an_entry_that_is_not_there_is_told(name: str, index: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        along_weight(MLP((784, 16, 16, 10)), name, index)


def test_a_section_leaves_its_origin_alone() -> None:
    model, objective = tiny()
    before = {name: value.clone() for name, value in parameters_of(model).items()}
    Section(model, parameters_of(model), [parameters_of(model)]).costs(np.array([[0.5], [1.0]]), objective)
    for name, value in parameters_of(model).items():
        torch.testing.assert_close(value, before[name])
