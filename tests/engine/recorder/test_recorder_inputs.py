"""Probes and parameters of any form: nested, optional, packed, sparse, double, complex."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_sequence

from engine.forward import record_forward
from engine.recorder import Recorder
from engine.recording import Recording, RecordingError

INPUTS = torch.arange(24.0).reshape(6, 4)


class Optional(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, values: Tensor, mask: Tensor | None = None, double: bool = False) -> Tensor:
        out = self.layer(values)
        return (out if mask is None else out * mask) * (2 if double else 1)


class Nested(Optional):
    def forward(self, values: Tensor, others: Any) -> Tensor:  # type: ignore[override]
        return self.layer(values) + others["all"][0] + others["all"][1]


class Listed(Optional):
    def forward(self, parts: list[Tensor]) -> Tensor:  # type: ignore[override]
        return self.layer(torch.stack(list(parts)).sum(0))


class Packed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cells, self.out = nn.GRU(4, 8), nn.Linear(8, 2)

    def forward(self, packed: Any) -> Tensor:
        return self.out(self.cells(packed)[1][-1])


class Graph(Optional):
    def forward(self, values: Tensor, neighbours: Tensor) -> Tensor:  # type: ignore[override]
        return torch.sparse.mm(neighbours, self.layer(values))


class Bags(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.words, self.out = nn.EmbeddingBag(50, 8), nn.Linear(8, 3)

    def forward(self, tokens: Tensor, offsets: Tensor) -> Tensor:
        return self.out(self.words(tokens, offsets))


PACKED = pack_sequence([torch.ones(5, 4), torch.ones(3, 4)])
CASES: dict[str, tuple[nn.Module, Any, tuple[str, ...]]] = {
    "None": (Optional(), (INPUTS, None), ("0",)),
    "a flag by name": (Optional(), {"values": INPUTS, "double": True}, ("values",)),
    "nested": (Nested(), (INPUTS, {"all": (INPUTS, INPUTS)}), ("0", "1.all.0", "1.all.1")),
    "a list": (Listed(), [INPUTS, INPUTS], ("0", "1")),
    "a list in a tuple": (Listed(), ([INPUTS, INPUTS],), ("0.0", "0.1")),
    "packed": (Packed(), PACKED, ("",)),
    "packed in a tuple": (Packed(), (PACKED,), ("0",)),
    "sparse": (Graph(), (INPUTS, torch.eye(6).to_sparse()), ("0", "1")),
    "bags": (Bags(), (torch.arange(20), torch.tensor([0, 5, 9, 15])), ("0", "1")),
}


@pytest.mark.parametrize("case", CASES)
def test_inputs_of_any_form_are_recorded(case: str, tmp_path: Path) -> None:
    model, probe, names = CASES[case]
    with torch.no_grad():
        own = model(**probe) if isinstance(probe, dict) else model(*probe) if type(probe) is tuple else model(probe)
    target = torch.zeros(len(own), dtype=torch.long)
    with Recorder(model, tmp_path / "trained", probe=probe, target=target) as recorder:
        recorder.step(loss=1.0)
    for recording in (recorder.recording, record_forward(model, probe, out=tmp_path / "passed")):
        np.testing.assert_allclose(recording.read("output", step=0), own, atol=1e-6)
        given = {f"probe.input.{name}" if name else "probe.input" for name in names}
        assert {name for name in recording.arrays if name.startswith("probe.input")} == given


def test_a_target_for_another_number_of_probes_is_refused(tmp_path: Path) -> None:
    model, probe, _ = CASES["bags"]
    said = r"what is right for each of 4 probes, and has the shape \(3,\)"
    with pytest.raises(RecordingError, match=said), Recorder(model, tmp_path / "x", probe=probe, target=torch.ones(3)):
        pass
    with (
        pytest.raises(RecordingError, match="the probe must be a tensor"),
        Recorder(model, tmp_path / "x", probe=()),
    ):
        pass


def stepped(model: nn.Module, inputs: Tensor, out: Path) -> Recording:
    """Return the recording of three steps, a gradient at each."""
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with Recorder(model, out, probe=inputs, every=1) as recorder:
        for _ in range(3):
            optimizer.zero_grad()
            loss = model(inputs).abs().square().mean()
            loss.backward()
            optimizer.step()
            recorder.step(loss=loss)
    return recorder.recording


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex64, torch.complex128, torch.bfloat16])
def test_parameters_of_any_precision(dtype: torch.dtype, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = nn.Linear(4, 2, dtype=dtype)
    recording = stepped(model, INPUTS.to(dtype), tmp_path / "trained")
    kept = torch.float32 if dtype == torch.bfloat16 else dtype
    np.testing.assert_array_equal(recording.read("weight", step=-1), model.weight.detach().to(kept))
    assert np.isnan(recording.read("weight.gradient", step=0)).all()
    gradient = model.weight.grad
    assert gradient is not None
    np.testing.assert_array_equal(recording.read("weight.gradient", step=-1), gradient.to(kept))
    norm = float(torch.linalg.vector_norm(gradient.to(kept)))
    assert recording.read("weight.gradient_norm", step=-1) == pytest.approx(norm, rel=1e-3)


def test_gradients_that_are_sparse(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(100, 8, sparse=True), nn.Flatten(), nn.Linear(32, 2))
    recording = stepped(model, torch.randint(100, (8, 4)), tmp_path / "trained")
    words: Any = model[0]
    np.testing.assert_array_equal(recording.read("0.weight.gradient", step=-1), words.weight.grad.to_dense())


def test_modules_of_any_names(tmp_path: Path) -> None:
    torch.manual_seed(0)
    names = ("my head", "größe", "CON", "#2", "a#b", "__", "glue/cola", "100%", "a%2Fb", 'c:\\"d"*?', "e\u2028\x07")
    model = nn.Sequential()
    for name in names:
        model.add_module(name, nn.Linear(4, 4))
    recording = stepped(model, INPUTS, tmp_path / "named")
    for name, parameter in model.named_parameters():
        np.testing.assert_array_equal(recording.read(name, step=-1), parameter.detach())
        np.testing.assert_array_equal(recording.read(f"{name}.gradient", step=-1), parameter.grad)  # type: ignore[arg-type]
    for name in names:
        assert recording.read(f"{name}.activation", step=-1).shape == (len(INPUTS), 4)
    assert "glue%2Fcola.activation" in recording.arrays
    assert recording.structure is not None
