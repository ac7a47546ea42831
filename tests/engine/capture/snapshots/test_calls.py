"""The calls of one module are one array: along an axis of calls, or of a recurrent module along the positions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.capture.snapshots.snapshotter import Snapshotter
from engine.forward import record_forward
from engine.recording import RecordingError


class Looped(nn.Module):
    """One layer and its function, called again and again, on ever fewer examples where it is told so."""

    def __init__(self, times: int, fewer: int = 0) -> None:
        super().__init__()
        self.layer, self.function, self.times, self.fewer = nn.Linear(4, 4), nn.Tanh(), times, fewer

    def forward(self, x: Tensor) -> Tensor:
        for time in range(self.times):
            kept = len(x) - self.fewer * (time > 0)
            x = torch.cat([self.function(self.layer(x[:kept])), x[kept:]])
        return x


class Stepping(nn.Module):
    """A recurrent module that is called for one position after the other, on the first few at once."""

    def __init__(self, inner: nn.Module, prompt: int = 1) -> None:
        super().__init__()
        self.inner, self.prompt = inner, prompt

    def forward(self, x: Tensor) -> Tensor:
        starts = [0, *range(self.prompt, x.shape[1])]
        outputs, state = [], None
        for start, end in zip(starts, [*starts[1:], x.shape[1]], strict=True):
            if isinstance(self.inner, nn.RNNCellBase):
                state = self.inner(x[:, start], state)
                outputs.append((state[0] if isinstance(state, tuple) else state).unsqueeze(1))
            else:
                output, state = self.inner(x[:, start:end], state)
                outputs.append(output)
        return torch.cat(outputs, 1)


class OverScales(nn.Module):
    """One convolution for pictures of several sizes, and for a single one of them without a batch."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Conv2d(1, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        sizes = [self.head(x[:, :, ::step, ::step]) for step in (1, 2, 4)]
        return torch.cat([one.flatten(1) for one in (*sizes, self.head(x[0])[None])][:3], 1)


def inputs(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_calls_lie_along_an_axis(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, x = Looped(3), inputs(5, 4)
    recording = record_forward(model, x, out=tmp_path / "looped", record=("activation", "pre_activation"))
    assert recording.arrays["layer.activation"].axes == ("step", "call", "batch", "feature")
    for number in range(3):
        z = model.layer(x).detach()
        np.testing.assert_allclose(recording.read("layer.activation", step=0, call=number), z, atol=1e-6)
        np.testing.assert_array_equal(
            recording.read("function.pre_activation", call=number), recording.read("layer.activation", call=number)
        )
        x = torch.tanh(z)
        np.testing.assert_allclose(recording.read(f"function#{number + 1}.activation", step=0), x, atol=1e-6)
    assert recording.calls("layer.activation") == [f"layer#{number}.activation" for number in (1, 2, 3)]
    assert recording.arrays["layer#2.activation"].shape == (1, 5, 4)
    assert "layer#4.activation" not in recording.arrays
    with pytest.raises(RecordingError, match="no array 'layer#4"):
        recording.read("layer#4.activation")
    assert recording.reads[-1].array == "function.activation" and recording.reads[-1].selection["call"] == 2


def test_a_batch_that_shrinks(tmp_path: Path) -> None:
    model, x = Looped(3, fewer=2), inputs(5, 4)
    recording = record_forward(model, x, out=tmp_path / "shrinking", record=("activation",))
    assert recording.arrays["layer.activation"].shape == (1, 3, 5, 4)
    assert recording.config["calls"]["layer.activation"] == {"shapes": [[5, 4], [3, 4], [3, 4]]}
    stored = recording.read("layer.activation", step=0)
    assert np.isnan(stored[1:, 3:]).all() and np.isfinite(stored[1:, :3]).all() and np.isfinite(stored[0]).all()
    np.testing.assert_array_equal(recording.read("layer#2.activation", step=0), stored[1, :3])
    np.testing.assert_array_equal(recording.read("layer#2.activation", step=0, batch=[-1]), stored[1, 2:3])
    with pytest.raises(RecordingError, match="has 3 positions along batch"):
        recording.read("layer#2.activation", batch=3)


@pytest.mark.parametrize("prompt", [1, 4])
@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_a_recurrent_module_that_is_called_once_a_token(kind: type[nn.RNNBase], prompt: int, tmp_path: Path) -> None:
    torch.manual_seed(0)
    inner, x = kind(4, 3, batch_first=True), inputs(2, 9, 4)
    recording = record_forward(Stepping(inner, prompt), x, out=tmp_path / "stepping")
    assert recording.arrays["inner.hidden_state"].axes == ("step", "batch", "position", "feature")
    at_once = inner(x)[0].detach()
    np.testing.assert_allclose(recording.read("inner.hidden_state", step=0), at_once, atol=1e-6)


@pytest.mark.parametrize(("kind", "states"), [(nn.LSTMCell, 2), (nn.GRUCell, 1), (nn.RNNCell, 1)])
def test_a_cell_at_many_positions_is_few_arrays(kind: type[nn.RNNCellBase], states: int, tmp_path: Path) -> None:
    torch.manual_seed(0)
    inner, x = kind(4, 3), inputs(2, 300, 4)
    recording = record_forward(Stepping(inner), x, out=tmp_path / "cell")
    assert len(recording.arrays) == states + 2  # output, probe.input
    assert len(list((tmp_path / "cell.zarr").rglob("*"))) < 60
    hidden = recording.read("inner.hidden_state", step=0)
    np.testing.assert_array_equal(hidden, recording.read("output", step=0))
    asked = record_forward(Stepping(inner), x, out=tmp_path / "asked", record=("activation",))
    np.testing.assert_array_equal(hidden, asked.read("inner.activation", step=0).transpose(1, 0, 2))


def test_calls_of_other_sizes_and_of_another_number_of_axes(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, x = OverScales(), inputs(2, 1, 8, 8)
    recording = record_forward(model, x, out=tmp_path / "scales", record=("activation",))
    assert recording.config["calls"]["head.activation"] == {"shapes": [[2, 2, 8, 8], [2, 2, 4, 4], [2, 2, 2, 2]]}
    for number, step in enumerate((1, 2, 4), 1):
        np.testing.assert_allclose(
            recording.read(f"head#{number}.activation", step=0), model.head(x[:, :, ::step, ::step]).detach(), atol=1e-6
        )
    assert recording.config["calls"]["head#4.activation"] == {"numbers": [4]}
    np.testing.assert_allclose(recording.read("head#4.activation", step=0), model.head(x[0]).detach(), atol=1e-6)


def test_gradients_belong_to_their_calls() -> None:
    torch.manual_seed(0)
    model, x = Looped(3), inputs(5, 4)
    taken = Snapshotter(model, x, ("activation_gradient",), loss=lambda output: output.square().sum()).snapshot()
    outputs = [x]
    for _ in range(3):
        outputs.append(torch.tanh(model.layer(outputs[-1])))
        outputs[-1].retain_grad()
    outputs[-1].square().sum().backward()
    expected = [output.grad for output in outputs[1:]]
    for number, gradient in enumerate(expected):
        np.testing.assert_allclose(taken["function.activation_gradient"][number], gradient, atol=1e-6)


def test_every_so_many_calls_and_positions_where_there_is_no_room_for_all() -> None:
    torch.manual_seed(0)
    model, x = Stepping(nn.LSTMCell(4, 3)), inputs(2, 30, 4)
    snapshotter = Snapshotter(model, x, ("hidden_state", "activation"))
    whole = snapshotter.snapshot()
    parts = {"inner.activation": (4, 1, 2), "inner.hidden_state": (1, 5, 1)}
    snapshotter.take_parts({name: tuple(slice(None, None, k) for k in each) for name, each in parts.items()})
    taken = snapshotter.snapshot()
    assert {value.name: value.shape for value in snapshotter.values} == {k: v.shape for k, v in taken.items()}
    np.testing.assert_array_equal(taken["inner.activation"], whole["inner.activation"][::4, :, ::2])
    np.testing.assert_array_equal(taken["inner.hidden_state"], whole["inner.hidden_state"][:, ::5])


def test_fewer_calls_than_at_first_and_more() -> None:
    model, x = Looped(3), inputs(5, 4)
    snapshotter = Snapshotter(model, x, ("activation",))
    model.times = 2
    fewer = snapshotter.snapshot()["layer.activation"]
    assert np.isnan(fewer[2]).all() and np.isfinite(fewer[:2]).all()
    model.times = 5
    assert snapshotter.snapshot()["layer.activation"].shape == (3, 5, 4)
