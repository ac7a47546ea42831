"""Recording a loop of anybody's: that the training is the same, what the recording holds, and what is refused."""

from __future__ import annotations

import errno
import time
import warnings
from contextlib import ExitStack
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.capture.isolation import preserve_state
from engine.capture.schedule import snapshot_steps
from engine.capture.snapshotter import call
from engine.recorder import Recorder, RecorderWarning
from engine.recording import Recording, RecordingError
from engine.recording.format.header import read_header
from engine.recording.format.layout import unfinished_path
from engine.recording.writing.locking import finish
from renders.commands.listing import recording_lines
from tests.engine.families import FAMILIES, Encoded, Family
from tests.engine.recording.damaged.headers import edit_header

STEPS = 7


def hook_count(model: nn.Module) -> int:
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    hooks = sum(len(getattr(module, kind)) for module in model.modules() for kind in kinds)
    return hooks + sum(len(parameter._backward_hooks or ()) for parameter in model.parameters())


def trained(family: Family, out: Path | None, **how: Any) -> tuple[nn.Module, list[float], Tensor]:
    """Train for some steps, recorded or not; return the model, the losses, and the generator's state at the end."""
    torch.manual_seed(0)
    model = family.build()
    model.train()
    optimizer = torch.optim.AdamW([one for one in model.parameters() if one.requires_grad], lr=1e-2)
    losses = []
    with ExitStack() as stack:
        recorder = None
        if out:
            with torch.random.fork_rng():  # the probe is no part of the training
                probe = family.inputs(3)
            recorder = stack.enter_context(Recorder(model, out, every=2, probe=probe, probe_loss=family.loss, **how))
        for step in range(STEPS):
            loss = family.loss(call(model, family.inputs(4 if step % 2 else 2)))  # batches of changing lengths
            loss.backward()
            if step % 2:  # gradients are summed over two batches
                optimizer.step()
            if recorder:
                recorder.step(loss=loss.item())
            if step % 2:
                optimizer.zero_grad()
            losses.append(loss.item())
    return model, losses, torch.get_rng_state()


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


def test_hidden_states_and_patterns_have_their_axes(tmp_path: Path) -> None:
    def arrays(name: str) -> dict[str, tuple[tuple[str, ...], tuple[int, ...]]]:
        trained(FAMILIES[name], tmp_path / name)
        recording = Recording.open(tmp_path / f"{name}.zarr")
        return {key: (info.axes[1:], info.shape[1:]) for key, info in recording.arrays.items()}

    states = ("batch", "position", "feature")
    assert arrays("lstm")["rnn.hidden_state"] == (states, (3, 5, 8))
    assert arrays("gru cells")["cell.hidden_state"] == (states, (3, 6, 5))
    scores = ("batch", "head", "query", "key")
    assert arrays("attention")["attention.pattern"] == (scores, (3, 2, 5, 5))
    assert arrays("own attention")["pattern"] == (scores, (3, 2, 5, 5))
    assert arrays("encoder")["encoder.layers.1.self_attn.pattern"] == (scores, (3, 2, 6, 6))
    two_sided = arrays("transformer")
    assert two_sided["transformer.decoder.layers.0.multihead_attn.pattern"] == (scores, (3, 2, 4, 6))
    assert two_sided["transformer.encoder.activation"][0] == ("position", "batch", "feature")
    assert arrays("line")["0.activation"][0] == ("batch", "channel", "position")


def test_the_states_of_cells_are_those_of_the_layer(tmp_path: Path) -> None:
    torch.manual_seed(0)
    layer, cell = nn.LSTM(4, 5, batch_first=True), nn.LSTMCell(4, 5)
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        getattr(cell, name).data = getattr(layer, f"{name}_l0").data
    from tests.engine.families import Cells

    model, inputs = Cells(nn.LSTMCell), torch.randn(3, 6, 4)
    model.cell = cell
    with Recorder(model, tmp_path / "mine", probe=inputs, record=("hidden_state", "cell_state")) as recorder:
        pass
    states, (_, last) = layer(inputs)
    read = recorder.recording.read
    np.testing.assert_allclose(read("cell.hidden_state", step=0), states.detach(), atol=1e-6)
    np.testing.assert_allclose(read("cell.cell_state", step=0)[:, -1], last[0].detach(), atol=1e-6)


def attention_weights(attention: nn.MultiheadAttention, inputs: tuple[Tensor, ...], **masks: Any) -> Tensor:
    with preserve_state(attention):
        return attention(*inputs, need_weights=True, average_attn_weights=False, **masks)[1]


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("extra", [{}, {"add_bias_kv": True}, {"add_zero_attn": True}, {"kdim": 5, "vdim": 7}])
def test_patterns_of_multihead_attention_are_its_own(batch_first: bool, extra: Any, tmp_path: Path) -> None:
    torch.manual_seed(0)
    attention = nn.MultiheadAttention(8, 2, batch_first=batch_first, **extra)
    sizes = (8, extra.get("kdim", 8), extra.get("vdim", 8))
    inputs = tuple(torch.randn(3, 5, size) for size in sizes)
    inputs = inputs if batch_first else tuple(values.transpose(0, 1) for values in inputs)
    mask = torch.ones(5, 5, dtype=torch.bool).triu(1)
    padding = torch.zeros(3, 5, dtype=torch.bool)
    padding[1, 3:] = True
    for number, masks in enumerate(({}, {"attn_mask": mask}, {"attn_mask": mask, "key_padding_mask": padding})):

        class Model(nn.Module):
            def __init__(self, masks: Any) -> None:
                super().__init__()
                self.attention, self.masks = attention, masks

            def forward(self, *values: Tensor) -> Tensor:
                return self.attention(*values, need_weights=False, **self.masks)[0]

        with Recorder(Model(masks), tmp_path / str(number), probe=inputs, record=("pattern",)) as recorder:
            pass
        seen = recorder.recording.read("attention.pattern", step=0)
        np.testing.assert_allclose(seen, attention_weights(attention, inputs, **masks), atol=1e-5)
        np.testing.assert_allclose(seen.sum(-1), 1, atol=1e-5)


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


def test_an_interrupted_training_leaves_a_complete_recording(tmp_path: Path) -> None:
    def train(recorder: Recorder) -> None:
        with recorder:
            recorder.step(loss=1.0)
            raise KeyboardInterrupt

    model = nn.Linear(2, 2)
    recorder = Recorder(model, tmp_path / "mine", every=1)
    with pytest.raises(KeyboardInterrupt):
        train(recorder)
    assert recorder.recording.complete
    assert recorder.recording.wall["stopped_by"] == "KeyboardInterrupt"
    assert hook_count(model) == 0


def test_a_loss_that_is_no_number_is_recorded_and_told_of_once(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with Recorder(nn.Linear(2, 2), tmp_path / "mine") as recorder:
            for value in (1.0, float("nan"), float("nan"), 2.0):
                recorder.step(loss=value)
    told = [str(one.message) for one in caught if issubclass(one.category, RecorderWarning)]
    assert told == ["loss became nan at step 2"]
    np.testing.assert_array_equal(recorder.recording.read("metric.loss"), [1, np.nan, np.nan, 2])


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def wait_for_a_commit(path: Path) -> None:
    """Return when something counts of the recording that is being written in a thread of its own."""
    until = time.monotonic() + 30
    while not read_header(unfinished_path(path)).checkpoint and time.monotonic() < until:
        time.sleep(0.02)


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_full_disk(goes_on: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = nn.Linear(2, 2)
    recorder = Recorder(model, tmp_path / "mine", every=1, on_error="continue" if goes_on else "raise")
    steps = 0
    with ExitStack() as stack:
        if goes_on:
            stack.enter_context(pytest.warns(RecorderWarning, match="nothing is recorded after step"))
        else:
            stack.enter_context(pytest.raises(RecordingError, match="No space left"))
        with recorder:
            for steps in range(1, 301):
                if steps == 70:
                    wait_for_a_commit(tmp_path / "mine.zarr")
                    monkeypatch.setattr("engine.recording.writing.row_buffer.write_chunk", full_disk)
                recorder.step(loss=float(steps))
    assert steps == 300 or not goes_on
    monkeypatch.undo()
    left = Recording.open(tmp_path / "mine.zarr")
    assert not left.complete
    assert len(left.read("weight")) == len(left.steps("weight")) >= 1


def test_what_cannot_be_recorded_is_refused_in_one_line(tmp_path: Path) -> None:
    model, out = nn.Linear(2, 2), tmp_path / "mine"

    def refused(*pieces: str, **how: Any) -> None:
        chosen = how.pop("model", model)
        with pytest.raises(RecordingError) as raised, Recorder(chosen, out, **how):
            pass
        said = str(raised.value)
        assert "\n" not in said
        assert all(piece in said for piece in pieces), said
        assert not list(tmp_path.glob("mine*"))

    refused("no parameters", model=nn.ReLU())
    refused("takes a torch.nn.Module, not int", model=3)
    refused("lazy modules", model=nn.LazyLinear(3))
    refused("activation is what a probe makes", "probe=inputs", record=("activation",))
    refused("nothing to record matches 'weigth'", "did you mean 'weight'", record=("weigth",))
    refused('write record=("weight",)', record="weight")
    refused("every must be a whole number", every=0)
    refused("budget must be a number of bytes", budget=-1)
    refused("(3, 5) float32", "does not go through Linear", probe=torch.zeros(3, 5))
    refused("is on meta and the model on cpu", probe=torch.zeros(3, 2, device="meta"))
    refused("each of 3 probes", "(4,)", probe=torch.zeros(3, 2), target=torch.zeros(4))
    refused("the probe must be a tensor", probe=7)


def test_numbers_that_are_several_are_refused(tmp_path: Path) -> None:
    with Recorder(nn.Linear(2, 2), tmp_path / "mine") as recorder:
        with pytest.raises(RecordingError, match=r"loss must be one number for each step, not of shape \(3,\)"):
            recorder.step(loss=torch.zeros(3))
        with pytest.raises(RecordingError, match="accuracy must be one number"):
            recorder.step(accuracy="much")  # type: ignore[arg-type]


def test_nothing_is_overwritten_unless_asked_for(tmp_path: Path) -> None:
    def record(**how: Any) -> None:
        with Recorder(nn.Linear(2, 2), tmp_path / "mine", **how):
            pass

    record()
    with pytest.raises(RecordingError, match="overwrite=True"):
        record()
    record(overwrite=True)
    (tmp_path / "mine.zarr").rename(tmp_path / "mine.unfinished.zarr")  # killed when it was complete
    with pytest.raises(RecordingError, match=r"mine\.zarr is there already"):
        record()
    (tmp_path / "mine.zarr").rename(tmp_path / "mine.unfinished.zarr")
    edit_header(tmp_path / "mine.unfinished.zarr", complete=False, digest="", checkpoint="checkpoint-0000000001.pt")
    with pytest.raises(RecordingError, match="was killed"):
        record()
    (tmp_path / "theirs.zarr").mkdir()
    (tmp_path / "theirs.zarr" / "thesis.txt").write_text("years of work")
    with pytest.raises(RecordingError, match="is not a recording"), Recorder(nn.Linear(2, 2), tmp_path / "theirs"):
        pass


def test_two_cannot_write_the_same_recording(tmp_path: Path) -> None:
    with (
        Recorder(nn.Linear(2, 2), tmp_path / "mine"),
        pytest.raises(RecordingError, match="another training is writing"),
        Recorder(nn.Linear(2, 2), tmp_path / "mine", overwrite=True),
    ):
        pass


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


def test_attention_of_a_users_own_is_seen_with_every_kind_of_mask(tmp_path: Path) -> None:
    torch.manual_seed(0)
    query, key, value = torch.randn(3, 2, 5, 4), torch.randn(3, 2, 6, 4), torch.randn(3, 2, 6, 4)
    allowed = torch.rand(5, 6) > 0.3
    allowed[:, 0] = True
    added = torch.randn(3, 1, 5, 6).masked_fill(~allowed, -torch.inf)

    class Model(nn.Module):
        def __init__(self, masks: dict[str, Any]) -> None:
            super().__init__()
            self.scale, self.masks = nn.Parameter(torch.ones(())), masks

        def forward(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            return F.scaled_dot_product_attention(query, key, value, **self.masks) * self.scale

    ways = ({}, {"attn_mask": allowed}, {"attn_mask": added}, {"is_causal": True, "scale": 0.3})
    for number, masks in enumerate(ways):
        probe = (query, key, value)
        with Recorder(Model(masks), tmp_path / str(number), probe=probe, record=("pattern", "value")) as recorder:
            pass
        read = recorder.recording.read
        np.testing.assert_allclose(read("pattern", step=0) @ read("value", step=0), read("output", step=0), atol=1e-5)
        np.testing.assert_allclose(read("pattern", step=0).sum(-1), 1, atol=1e-5)


def test_what_was_recorded_in_part_is_told(tmp_path: Path) -> None:
    with Recorder(nn.Linear(300, 40), tmp_path / "mine", budget=10_000) as recorder:
        told = "\n".join(recorder.plan())
    assert "weight: one in 2 along out and one in 8 along in, of 40 × 300" in told
    assert "\nin part weight: one in " in "\n".join(recording_lines(recorder.recording))


def test_what_a_kill_leaves_is_no_older_than_the_last_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.recorder.COMMIT_SECONDS", 0.0)
    recorder = Recorder(nn.Linear(2, 2), tmp_path / "mine", every=1_000)
    recorder.__enter__()
    for _ in range(20):  # far from the next snapshot
        recorder.step(loss=1.0)
    assert recorder._writer is not None
    recorder._writer._queue.wait()  # the disk has caught up
    recorder._stack.close()  # as if the process were gone: nothing is completed
    left = Recording.open(tmp_path / "mine.zarr")
    assert not left.complete
    assert len(left.read("metric.loss")) >= 10
    finish(tmp_path / "mine.zarr")
    assert Recording.open(tmp_path / "mine.zarr").complete


def test_after_the_block_nothing_more_is_recorded(tmp_path: Path) -> None:
    with Recorder(nn.Linear(2, 2), tmp_path / "mine") as recorder:
        recorder.step(loss=1.0)
    digest = recorder.recording.digest
    recorder.step(loss=2.0)
    assert not recorder.writes
    assert recorder.recording.digest == digest
