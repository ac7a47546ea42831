"""Recording a loop of anybody's: that the training is the same, what the recording holds, and what is refused."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.capture.inputs import call
from engine.capture.isolation import preserve_state
from engine.capture.snapshots.schedule import snapshot_steps
from engine.recorder import Recorder, RecorderWarning
from engine.recording import Recording
from renders.commands.listing import recording_lines
from tests.engine.families import FAMILIES, Encoded
from tests.engine.recorder.training_loop import hook_count, trained


@pytest.mark.parametrize("name", FAMILIES)
def test_the_training_is_bit_for_bit_the_same(name: str, tmp_path: Path) -> None:
    alone, losses, generator = trained(FAMILIES[name], None)
    record = ("weight", "bias", "gradient", "activation", "activation_gradient")
    recorded, same, after = trained(FAMILIES[name], tmp_path / "mine", record=record)
    assert losses == same
    assert torch.equal(generator, after)
    for (key, value), other in zip(alone.state_dict().items(), recorded.state_dict().values(), strict=True):
        assert torch.equal(value, other), key
    for one, other in zip(alone.parameters(), recorded.parameters(), strict=True):
        assert (one.grad is None) == (other.grad is None)
        assert one.grad is None or other.grad is None or torch.equal(one.grad, other.grad)
    assert [module.training for module in alone.modules()] == [module.training for module in recorded.modules()]
    assert hook_count(recorded) == 0
    assert Recording.open(tmp_path / "mine.zarr").complete


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_recorded_by_default_is_what_the_model_holds_and_puts_out(name: str, tmp_path: Path) -> None:
    family = FAMILIES[name]
    torch.manual_seed(0)
    model, probe = family.build(), family.inputs(3)
    with Recorder(model, tmp_path / "mine", probe=probe) as recorder:
        pass
    recording = recorder.recording
    for key, parameter in model.named_parameters():
        np.testing.assert_array_equal(recording.read(key, step=-1), parameter.detach().numpy())
        assert (f"{key}.gradient" in recording.arrays) == parameter.requires_grad
    with preserve_state(model):
        output: Any = call(model, probe)
    output = output["scores"] if isinstance(output, dict) else getattr(output, "scores", output)
    np.testing.assert_allclose(recording.read("output", step=-1), output, rtol=1e-4, atol=1e-5)
    structure = recording.structure
    assert structure is not None
    assert structure.parameters == sum(parameter.numel() for parameter in model.parameters())
    assert {flow.source for flow in structure.flow} >= {""} <= {flow.target for flow in structure.flow}


def test_activation_gradients_are_those_of_autograd(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, inputs = nn.Sequential(nn.Linear(4, 6), nn.ReLU(inplace=True), nn.Linear(6, 3)), torch.randn(5, 4)
    model(inputs).sum().backward()
    kept = [parameter.grad for parameter in model.parameters()]
    record, loss = ("activation_gradient",), lambda output: output.square().sum()
    with Recorder(model, tmp_path / "mine", probe=inputs, probe_loss=loss, record=record) as recorder:
        pass
    before = model[0](inputs)
    after = before.relu()
    wanted = torch.autograd.grad(loss(model[2](after)), (before, after))
    for name, gradient in zip("01", wanted, strict=True):
        np.testing.assert_allclose(
            recorder.recording.read(f"{name}.activation_gradient", step=0), gradient, rtol=1e-6, atol=1e-7
        )
    assert all(one is other.grad for one, other in zip(kept, model.parameters(), strict=True))


def test_gradients_that_a_model_takes_itself_are_none_of_the_loss(tmp_path: Path) -> None:
    class Forces(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.energy = nn.Linear(3, 1)

        def forward(self, places: Tensor) -> Tensor:
            with torch.enable_grad():
                places = places.detach().requires_grad_()
                energy = self.energy(places).square()
                slopes: Any = torch.autograd.grad(energy.sum(), places, create_graph=True)
            return -slopes[0]

    torch.manual_seed(0)
    model, places = Forces(), torch.randn(5, 3)
    how: dict[str, Any] = {"record": ("activation_gradient",), "probe_loss": lambda forces: forces.square().sum()}
    with Recorder(model, tmp_path / "mine", probe=places, **how) as recorder:
        pass
    energy, weight = model.energy(places), model.energy.weight
    wanted = 2 * 4 * energy * weight.square().sum()  # of Σ (2·energy·weight)², by the energy
    np.testing.assert_allclose(
        recorder.recording.read("energy.activation_gradient", step=0), wanted.detach(), rtol=1e-5, atol=1e-6
    )
    assert "energy#2.activation_gradient" not in recorder.recording.arrays


def test_gradients_come_with_the_norm_of_the_whole(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = nn.Linear(300, 40)
    with Recorder(model, tmp_path / "mine", record=("gradient",), budget=10_000) as recorder:
        model(torch.randn(8, 300)).square().mean().backward()
        recorder.step()
    recording, gradient = recorder.recording, model.weight.grad
    assert gradient is not None
    rule = recording.config["sampled"]["weight.gradient"]
    assert rule["of"] == [40, 300]
    parts = [slice(None, None, rule["every"].get(axis, 1)) for axis in ("out", "in")]
    np.testing.assert_array_equal(recording.read("weight.gradient", step=1), gradient[parts[0], parts[1]])
    np.testing.assert_allclose(recording.read("weight.gradient_norm"), [np.nan, gradient.norm()], rtol=1e-6)


def test_metrics_have_steps_of_their_own(tmp_path: Path) -> None:
    with Recorder(nn.Linear(2, 2), tmp_path / "mine", every=10) as recorder:
        for step in range(1, 26):
            recorder.step(loss=1 / step, **({"accuracy": torch.tensor(step / 100)} if step % 5 == 0 else {}))
    recording = recorder.recording
    np.testing.assert_array_equal(recording.steps("metric.loss"), np.arange(1, 26))
    np.testing.assert_allclose(recording.read("metric.loss"), 1 / np.arange(1, 26))
    np.testing.assert_array_equal(recording.steps("metric.accuracy"), [5, 10, 15, 20, 25])
    np.testing.assert_array_equal(recording.steps("weight"), [0, 10, 20, 25])  # and the model as it is left


def test_the_same_training_has_the_same_digest(tmp_path: Path) -> None:
    for name in ("one", "other"):
        trained(FAMILIES["dense"], tmp_path / name / "mine")
    digests = {Recording.open(tmp_path / name / "mine.zarr").digest for name in ("one", "other")}
    assert len(digests) == 1


def test_a_million_steps_stay_under_a_gigabyte() -> None:
    count = sum(1 for _ in takewhile(lambda step: step <= 1_000_000, snapshot_steps()))
    metrics = 4 * 16 * 1_000_000  # four numbers for every step, each with the step's own
    assert count < 750
    assert count * 1_000_000 + metrics < 1_000_000_000


def test_a_long_recording_is_as_small_as_it_is_worked_out_to_be(tmp_path: Path) -> None:
    budget, steps = 20_000, 20_000
    with Recorder(nn.Linear(100, 100), tmp_path / "mine", budget=budget) as recorder:
        for _ in range(steps):
            recorder.step(loss=0.5)
    recording = recorder.recording
    snapshots = len(recording.steps("weight"))
    a_row = sum(recording.arrays[name].shape[-1] * 4 for name in ("bias", "bias.gradient"))
    a_row += sum(4 * int(np.prod(recording.arrays[name].shape[1:])) for name in ("weight", "weight.gradient"))
    assert budget / 4 < a_row <= budget
    stored = sum(file.stat().st_size for file in recording.path.rglob("*") if file.is_file())
    assert stored < snapshots * budget + 16 * steps + 200_000


def test_bfloat16_and_autocast(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU()).to(torch.bfloat16)
    with Recorder(model, tmp_path / "half", probe=torch.randn(2, 4, dtype=torch.bfloat16)) as recorder:
        recorder.step()
    np.testing.assert_array_equal(recorder.recording.read("0.weight", step=0), model[0].weight.float().detach())

    def run(out: Path | None) -> dict[str, Tensor]:
        torch.manual_seed(0)
        model, optimizer = nn.Linear(4, 4), None
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with ExitStack() as stack:
            recorder = stack.enter_context(Recorder(model, out, every=1, probe=torch.ones(2, 4))) if out else None
            for _ in range(3):
                optimizer.zero_grad()
                with torch.autocast("cpu", torch.bfloat16):
                    loss = model(torch.randn(3, 4)).square().mean()
                    if recorder:
                        recorder.log(loss=loss.item())
                loss.backward()
                optimizer.step()
                if recorder:
                    with torch.autocast("cpu", torch.bfloat16):  # the probe goes through as the parameters are
                        recorder.step()
        return model.state_dict()

    alone, recorded = run(None), run(tmp_path / "mixed")
    assert all(torch.equal(alone[key], recorded[key]) for key in alone)
    recording = Recording.open(tmp_path / "mixed.zarr")
    wanted = np.ones((2, 4), np.float32) @ recording.read("weight", step=-1).T + recording.read("bias", step=-1)
    np.testing.assert_allclose(recording.read("output", step=-1), wanted, rtol=1e-5)


def test_compiled_models_are_seen_as_they_were_written(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    compiled = torch.compile(model, backend="eager")
    compiled(torch.randn(2, 4))
    recorder = Recorder(compiled, tmp_path / "mine", probe=torch.randn(2, 4))
    with ExitStack() as stack:
        with pytest.warns(RecorderWarning, match="seen as the model runs uncompiled"):
            stack.enter_context(recorder)
        compiled(torch.randn(2, 4)).sum().backward()
        recorder.step()
    assert recorder.recording.config["compiled"] is True
    assert "0.activation" in recorder.recording.arrays
    model.compile(backend="eager")
    call_before = model._compiled_call_impl
    with pytest.warns(RecorderWarning), Recorder(model, tmp_path / "other", probe=torch.randn(2, 4)):
        pass
    assert model._compiled_call_impl is call_before


def test_a_buffer_that_a_pass_changes_is_put_back(tmp_path: Path) -> None:
    class Counting(nn.Linear):
        def __init__(self) -> None:
            super().__init__(2, 2)
            self.register_buffer("calls", torch.zeros(()))

        def forward(self, values: Tensor) -> Tensor:
            self.calls += 1
            return super().forward(values)

    model = Counting()
    with Recorder(model, tmp_path / "mine", probe=torch.randn(1, 2)) as recorder:
        recorder.step()
    assert float(model.calls) == 0


def test_a_loss_that_is_no_number_is_recorded_and_told_of_once(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with Recorder(nn.Linear(2, 2), tmp_path / "mine") as recorder:
            for value in (1.0, float("nan"), float("nan"), 2.0):
                recorder.step(loss=value)
    told = [str(one.message) for one in caught if issubclass(one.category, RecorderWarning)]
    assert told == ["loss became nan at step 2"]
    np.testing.assert_array_equal(recorder.recording.read("metric.loss"), [1, np.nan, np.nan, 2])


def test_the_task_is_told_by_outputs_and_targets(tmp_path: Path) -> None:
    def task(model: nn.Module, probe: Tensor, target: Tensor) -> str:
        with Recorder(model, tmp_path / "mine", probe=probe, target=target, overwrite=True) as recorder:
            pass
        return recorder.recording.config["task"]

    inputs = torch.randn(5, 4)
    assert task(nn.Linear(4, 3), inputs, torch.randint(0, 3, (5,))) == "classification"
    assert task(nn.Linear(4, 3), inputs, torch.randn(5, 3)) == "regression"
    assert task(Encoded(), torch.randint(0, 9, (5, 6)), torch.randint(0, 9, (5, 6))) == "tokens"
    assert task(nn.Linear(4, 3), inputs, torch.randn(5, 2)) == ""


def test_what_was_recorded_in_part_is_told(tmp_path: Path) -> None:
    with Recorder(nn.Linear(300, 40), tmp_path / "mine", budget=10_000) as recorder:
        told = "\n".join(recorder.plan())
    assert "weight: one in 2 along out and one in 8 along in, of 40 × 300" in told
    assert "\nin part weight: one in " in "\n".join(recording_lines(recorder.recording))
