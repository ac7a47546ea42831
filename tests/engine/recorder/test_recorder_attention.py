"""Patterns of attention and hidden states, as the recorder sees them: their axes, their masks, their values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.capture.isolation import preserve_state
from engine.recorder import Recorder
from engine.recording import Recording
from tests.engine.families import FAMILIES
from tests.engine.recorder.training_loop import trained


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
