"""Models that change while they learn: what comes begins an array, what goes ends one, and each is told once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune

from engine.recorder import Recorder, RecorderWarning
from engine.recording import Recording

STEPS, CHANGED = 6, 3  # the change comes before this step
INPUTS = torch.randn(16, 4, generator=torch.Generator().manual_seed(0))
Weights = dict[str, Tensor]


def trained(
    path: Path, model: nn.Module, changes: Mapping[int, Callable[[], object]], budget: int = 1_000_000
) -> tuple[Recording, list[str], list[Weights]]:
    """Train a model that changes before some steps; return the recording, the warnings, the parameters after each."""
    passed: list[Weights] = [{name: one.detach().clone() for name, one in model.named_parameters()}]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", RecorderWarning)
        with Recorder(model, path, probe=INPUTS[:8], every=1, budget=budget) as recorder:
            for step in range(1, STEPS + 1):
                changes.get(step, lambda: None)()
                own = [one for one in model.parameters() if one.requires_grad]
                torch.autograd.backward(model(INPUTS).square().mean())
                torch.optim.SGD(own, lr=0.1).step()
                recorder.step(loss=1.0)
                passed.append({name: one.detach().clone() for name, one in model.named_parameters()})
                model.zero_grad()
    lines = [str(one.message) for one in told if issubclass(one.category, RecorderWarning)]
    return recorder.recording, lines, passed


def check(recording: Recording, array: str, parameter: str, passed: list[Weights]) -> None:
    """Look that an array holds a parameter at just those steps at which that had its shape."""
    shape = recording.arrays[array].shape[1:]
    there = [step for step, weights in enumerate(passed) if parameter in weights and weights[parameter].shape == shape]
    assert recording.steps(array).tolist() == there
    for row, step in enumerate(there):
        np.testing.assert_array_equal(recording.read(array, step=row), passed[step][parameter])


def net() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 2))


def test_a_new_head_begins_arrays_of_its_own(tmp_path: Path) -> None:
    model = net()
    recording, lines, passed = trained(
        tmp_path / "head", model, {CHANGED: lambda: model.__setitem__(2, nn.Linear(5, 3))}
    )
    assert lines == [
        f"at step {CHANGED} 2.{name} has the shape {new}, and had {old}: what is recorded of it begins anew"
        for name, new, old in (("weight", (3, 5), (2, 5)), ("bias", (3,), (2,)))
    ]
    check(recording, "2.weight", "2.weight", passed)
    check(recording, f"2.weight@{CHANGED}", "2.weight", passed)
    assert recording.arrays[f"2@{CHANGED}.activation"].shape == (4, 8, 3)
    assert recording.arrays[f"output@{CHANGED}"].shape == (4, 8, 3)
    assert np.isfinite(recording.read(f"2.weight@{CHANGED}.gradient")).all()
    assert recording.steps("2.activation").tolist() == recording.steps("output").tolist() == [0, 1, 2]
    assert np.isfinite(recording.read("0.activation")).all()
    np.testing.assert_array_equal(
        recording.read(f"output@{CHANGED}", step=-1), recording.read(f"2@{CHANGED}.activation", step=-1)
    )


def test_what_comes_back_in_its_first_shape_goes_on_in_its_array(tmp_path: Path) -> None:
    model = net()
    changes = {2: lambda: model.__setitem__(2, nn.Linear(5, 3)), 4: lambda: model.__setitem__(2, nn.Linear(5, 2))}
    recording, _, passed = trained(tmp_path / "back", model, changes)
    check(recording, "2.weight", "2.weight", passed)
    check(recording, "2.weight@2", "2.weight", passed)
    assert recording.steps("2.activation").tolist() == recording.steps("2.weight").tolist() == [0, 1, 4, 5, 6]
    np.testing.assert_array_equal(recording.as_xarray("2.weight").sel(step=4), passed[4]["2.weight"])
    assert not [name for name in recording.arrays if "@4" in name]


def test_a_layer_that_is_unfrozen_begins_its_gradient(tmp_path: Path) -> None:
    model = net()
    model[0].requires_grad_(False)
    recording, lines, _ = trained(tmp_path / "unfrozen", model, {CHANGED: lambda: model[0].requires_grad_(True)})
    assert lines == [
        f"at step {CHANGED} 0.{name} may learn from now on: what is recorded of its gradient begins"
        for name in ("weight", "bias")
    ]
    for name in ("0.weight.gradient", "0.bias.gradient", "0.weight.gradient_norm"):
        assert recording.steps(name).tolist() == [3, 4, 5, 6]
        assert np.isfinite(recording.read(name)).all() and recording.read(name).any()


@pytest.mark.parametrize(
    ("change", "new", "gone"),
    [
        (lambda model: prune.l1_unstructured(model[0], "weight", 0.5), "0.weight_orig", "0.weight"),
        (lambda model: parametrizations.weight_norm(model[0]), "0.parametrizations.weight.original1", "0.weight"),
        (lambda model: model.append(nn.Linear(2, 2)), "3.weight", ""),
        (lambda model: model.load_state_dict(net().state_dict(), assign=True), "", ""),
    ],
    ids=["pruned", "weight norm", "a layer more", "assigned"],
)
def test_parameters_that_come_and_go(
    change: Callable[[nn.Module], object], new: str, gone: str, tmp_path: Path
) -> None:
    model = net()
    recording, lines, passed = trained(tmp_path / "other", model, {CHANGED: lambda: change(model)})
    known = [name for name in passed[-1] if name in recording.arrays and not name.endswith("bias")]
    assert {"2.weight"} <= set(known) and (not new or new in known)
    for name in (*known, *([gone] if gone else [])):
        check(recording, name, name, passed)
    assert any(f" {new} is a new parameter" in line for line in lines) == bool(new)
    assert any(f" {gone} is no parameter of the model any more" in line for line in lines) == bool(gone)
    if new:
        assert recording.steps(new).tolist() == [3, 4, 5, 6]


def test_a_probe_that_no_longer_fits_is_told_and_the_parameters_go_on(tmp_path: Path) -> None:
    model = net()
    path = tmp_path / "unlike"
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", RecorderWarning)
        with Recorder(model, path, probe=INPUTS[:8], every=1) as recorder:
            for step in range(1, 5):
                if step == 2:
                    model[0] = nn.Linear(6, 5)
                if step == 4:
                    model[0] = nn.Linear(4, 5)
                recorder.step(loss=1.0)
    recording = recorder.recording
    assert sum("the probe could not pass" in str(one.message) for one in told) == 1
    assert recording.steps("0.weight@2").tolist() == [2, 3] and recording.steps("0.weight").tolist() == [0, 1, 4]
    assert recording.steps("output").tolist() == recording.steps("1.activation").tolist() == [0, 1, 4]
    assert np.isfinite(recording.read("output")).all()
    assert recording.steps("2.weight").tolist() == [0, 1, 2, 3, 4]


def test_what_begins_may_take_the_budget_anew(tmp_path: Path) -> None:
    model = net()
    recording, _, passed = trained(
        tmp_path / "budget", model, {CHANGED: lambda: model.append(nn.Linear(2, 500))}, budget=1_000
    )
    every = recording.strides("3.weight")
    assert every and recording.sampled("3.weight") == {"of": [500, 2], "every": every}
    now = passed[-1]["3.weight"][:: every.get("out", 1), :: every.get("in", 1)]
    np.testing.assert_array_equal(recording.read("3.weight", step=-1), now)
