"""Parts that hide what they compute: scripted, checkpointed, mapped over a batch. The rest is recorded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from engine.capture.tracing.module_graph import trace_module_graph
from engine.recorder import Recorder
from engine.recording import RecordingError

INPUTS = torch.randn(8, 4, generator=torch.Generator().manual_seed(0))


def plain() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("how", ["scripted", "traced", "a part"])
def test_what_is_scripted_is_named_and_the_rest_recorded(how: str, tmp_path: Path) -> None:
    model: nn.Module = plain()
    if how == "a part":
        model = nn.Sequential(torch.jit.script(model), nn.Linear(2, 2))
    else:
        model = torch.jit.script(model) if how == "scripted" else torch.jit.trace(model, INPUTS)  # type: ignore[assignment]
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with Recorder(model, tmp_path / "scripted", probe=INPUTS, every=1) as recorder:
        (line,) = [line for line in recorder.plan() if "is scripted" in line]
        for _ in range(2):
            optimizer.zero_grad()
            loss = model(INPUTS).square().mean()
            loss.backward()
            optimizer.step()
            recorder.step(loss=loss)
    where = "0" if how == "a part" else "the model"
    assert line.endswith(f"nothing inside of {where} is recorded but parameters and gradients")
    recording = recorder.recording
    assert list(recording.config["scripted"]) == ["0" if how == "a part" else ""]
    assert "unseen" not in recording.config, "that is attention alone"
    with torch.no_grad():
        np.testing.assert_allclose(recording.read("output", step=-1), model(INPUTS), atol=1e-6)
    for name, parameter in model.named_parameters():
        np.testing.assert_array_equal(recording.read(name, step=-1), parameter.detach())
        np.testing.assert_array_equal(recording.read(f"{name}.gradient", step=-1), parameter.grad)
    inside = [name for name in recording.arrays if name.endswith(".activation")]
    assert inside == (["1.activation"] if how == "a part" else [])


class Checkpointed(nn.Module):
    """A block whose values are computed again on the way back."""

    def __init__(self, reentrant: bool) -> None:
        super().__init__()
        self.into, self.block, self.out = nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 1)
        self.reentrant = reentrant

    def forward(self, values: Tensor) -> Tensor:
        return self.out(checkpoint(self.block, self.into(values), use_reentrant=self.reentrant))


def test_what_is_computed_again_on_the_way_back_is_no_second_call(tmp_path: Path) -> None:
    kinds = ("activation", "activation_gradient")
    how = {"probe": INPUTS, "record": kinds, "probe_loss": lambda output: output.square().mean()}
    with Recorder(Checkpointed(reentrant=False), tmp_path / "mine", **how) as recorder:  # type: ignore[arg-type]
        recorder.step(loss=1.0)
    arrays = {name for name in recorder.recording.arrays if name.startswith("block")}
    assert arrays == {"block.activation", "block.activation_gradient"}
    said = "no gradient of activations can be recorded of this model"
    with (
        pytest.raises(RecordingError, match=said),
        Recorder(Checkpointed(reentrant=True), tmp_path / "other", **how),  # type: ignore[arg-type]
    ):
        pass


class Mapped(nn.Module):
    """A network that is called for each row by itself, which PyTorch maps over the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.row = nn.Linear(4, 2)

    def forward(self, values: Tensor) -> Tensor:
        return torch.vmap(self.row)(values)


def test_what_is_mapped_over_a_batch_is_left_out(tmp_path: Path) -> None:
    model = Mapped()
    with Recorder(model, tmp_path / "mapped", probe=INPUTS) as recorder:
        recorder.step(loss=1.0)
    with torch.no_grad():
        np.testing.assert_allclose(recorder.recording.read("output", step=-1), model(INPUTS), atol=1e-6)
    assert "row.weight" in recorder.recording.arrays and "row.activation" not in recorder.recording.arrays
    assert recorder.recording.config["mapped"] == {"row": "Linear"}
    line = "Linear is called by torch.vmap: nothing inside of row is recorded but parameters and gradients"
    assert line in recorder.plan()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_ways_lead_through_what_is_scripted() -> None:
    part = torch.jit.script(plain())
    model = nn.Sequential(nn.Linear(4, 4), part, nn.Linear(2, 2))
    structure = trace_module_graph(model, INPUTS)
    assert [(flow.source, flow.target) for flow in structure.flow] == [("", "0"), ("0", "1"), ("1", "2"), ("2", "")]
    (closed,) = [module for module in structure.modules if module.path == "1"]
    assert (closed.kind, closed.leaf, closed.output) == ("Sequential", True, (8, 2))
    assert closed.parameters == sum(parameter.numel() for parameter in part.parameters())
    assert model[1] is part
    assert structure.parameters == sum(parameter.numel() for parameter in model.parameters())


class Asking(nn.Module):
    """Asks its scripted part for what it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.part = torch.jit.script(plain())

    def forward(self, values: Tensor) -> Tensor:
        return self.part(values) * self.part[0].weight.mean()  # type: ignore[index]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_asked_of_a_scripted_part_is_there() -> None:
    model = Asking()
    assert trace_module_graph(model, INPUTS).flow[-1].source == "part"
