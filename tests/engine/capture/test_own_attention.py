"""Attention that takes more than masks is recorded as the model computes it, or is told to be unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from engine.forward import record_forward
from engine.recorder import Recorder

SIZES = {
    "vocab_size": 32,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 64,
    "head_dim": 8,
}
IDS = torch.randint(3, 32, (2, 12), generator=torch.Generator().manual_seed(0))


def strengthened(model: nn.Module, part: str) -> nn.Module:
    """Return a model with parameters as large as those of a trained one where their name has a part."""
    torch.manual_seed(1)
    for name, parameter in model.named_parameters():
        if part in name:
            nn.init.normal_(parameter, std=1.0)
    return model


def t5() -> tuple[nn.Module, dict[str, Tensor]]:
    config = transformers.T5Config(
        vocab_size=32, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, decoder_start_token_id=0
    )
    model = strengthened(transformers.T5ForConditionalGeneration(config), "relative_attention_bias")
    return model, {"input_ids": IDS, "decoder_input_ids": IDS[:, :7]}


def gemma2() -> tuple[nn.Module, dict[str, Tensor]]:
    config = transformers.Gemma2Config(**SIZES, attn_logit_softcapping=1.0, sliding_window=4)
    return strengthened(transformers.Gemma2ForCausalLM(config), "_proj"), {"input_ids": IDS}


def gpt_oss() -> tuple[nn.Module, dict[str, Tensor]]:
    config = transformers.GptOssConfig(**SIZES, num_local_experts=4, num_experts_per_tok=2, sliding_window=4)
    return strengthened(transformers.GptOssForCausalLM(config), "sinks"), {"input_ids": IDS}


@pytest.mark.parametrize(
    ("build", "dtype"),
    [
        (t5, torch.float32),
        (t5, torch.float64),
        (gemma2, torch.float32),
        (gemma2, torch.float64),
        (gpt_oss, torch.float32),
    ],
)
def test_patterns_and_outputs_are_those_of_the_model(
    build: Callable[[], tuple[nn.Module, dict[str, Tensor]]], dtype: torch.dtype, tmp_path: Path
) -> None:
    model, inputs = build()
    model.eval().to(dtype)
    model.set_attn_implementation("eager")  # type: ignore[operator]
    with torch.no_grad():
        own: Any = model(**inputs, output_attentions=True)
    seen = record_forward(model, inputs, out=tmp_path / "seen", record=("pattern", "output"))
    tolerance = 5e-6 if dtype == torch.float32 else 1e-10
    assert "unseen" not in seen.config
    np.testing.assert_allclose(seen.read("output", step=0), own.logits, atol=tolerance * float(own.logits.abs().max()))
    patterns = [name for name in seen.arrays if name.endswith(".pattern")]
    theirs = [*(own.get("encoder_attentions") or ()), *(own.get("attentions") or own.get("decoder_attentions"))]
    stacks = [name for name in patterns if "EncDec" not in name]
    assert len(stacks) == len(theirs) > 1
    for name, pattern in zip(sorted(stacks, key=lambda one: ("decoder" in one, one)), theirs, strict=True):
        np.testing.assert_allclose(seen.read(name, step=0), pattern, atol=tolerance)


@pytest.mark.parametrize("implementation", ["eager", "sdpa"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_model_goes_on_by_its_own_implementation(implementation: str, dtype: torch.dtype, tmp_path: Path) -> None:
    """Queries that may look nowhere, as at padding on the left, are where implementations do not agree."""
    torch.manual_seed(0)
    config = transformers.LlamaConfig(**SIZES, attn_implementation=implementation)
    model = strengthened(transformers.LlamaForCausalLM(config), "_proj").eval().to(dtype)
    mask = torch.ones_like(IDS)
    mask[1, :4] = 0
    inputs = {"input_ids": IDS, "attention_mask": mask}
    with torch.no_grad():
        own = model(**inputs).logits
    seen = record_forward(model, inputs, out=tmp_path / "seen", record=("pattern", "key", "output"))
    assert "unseen" not in seen.config and config._attn_implementation == implementation
    assert (seen.read("output", step=0) == own.float().numpy()).all()
    rows = seen.read("model.layers.1.self_attn.pattern", step=0).sum(-1)
    np.testing.assert_allclose(rows[1, :, :4], 0 if implementation == "sdpa" else 1, atol=1e-2)
    np.testing.assert_allclose(rows[1, :, 4:], 1, atol=1e-2)
    assert seen.read("model.layers.1.self_attn.key", step=0).shape == (2, 2, 12, 8)


def test_large_scores_are_rounded_and_seen_all_the_same(tmp_path: Path) -> None:
    """A bias of keys is added to all scores of a query alike, and leaves less of their digits, by each way others."""
    encoder = transformers.BertModel(transformers.BertConfig(**SIZES), add_pooling_layer=False)
    strengthened(encoder, "query")
    for layer in encoder.encoder.layer:
        nn.init.normal_(layer.attention.self.key.bias, std=1000.0)
    with sdpa_kernel(SDPBackend.MATH):
        seen = record_forward(encoder.eval(), IDS, out=tmp_path / "seen", record=("score",))
    assert np.abs(seen.read("encoder.layer.1.attention.self.score", step=0)).max() > 1000
    assert "unseen" not in seen.config


@pytest.mark.parametrize("implementation", ["eager", "sdpa"])
def test_a_model_within_a_model(implementation: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = transformers.BertConfig(**SIZES, attn_implementation=implementation)
    encoder = transformers.BertModel(config, add_pooling_layer=False)
    seen = record_forward(encoder.eval(), IDS, out=tmp_path / "alone", record=("pattern",))
    within = record_forward(Within(encoder).eval(), IDS, out=tmp_path / "within", record=("pattern",))
    assert "unseen" not in within.config
    for name in ("encoder.layer.0.attention.self.pattern", "encoder.layer.1.attention.self.pattern"):
        assert (seen.read(name, step=0) == within.read(f"encoder.{name}", step=0)).all()


class Within(nn.Module):
    """A model of somebody's own with an encoder in it."""

    def __init__(self, encoder: transformers.BertModel) -> None:
        super().__init__()
        self.encoder, self.head = encoder, nn.Linear(32, 3)

    def forward(self, ids: Tensor) -> Tensor:
        return self.head(self.encoder(ids).last_hidden_state)


class Strange(nn.Module):
    """Attention that adds what no argument tells of: its output is not that of its queries, keys and values."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Linear(8, 24)

    def forward(self, values: Tensor) -> Tensor:
        query, key, value = self.mix(values).unflatten(-1, (3, 2, 4)).permute(2, 0, 3, 1, 4)
        attended = nn.functional.scaled_dot_product_attention(query, key, value, dropout_p=0.9)
        return attended.transpose(1, 2).flatten(2)


def test_attention_that_comes_to_something_else_is_left_alone_and_told(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, inputs = nn.Sequential(nn.Linear(8, 8), Strange()), torch.randn(2, 5, 8)
    with Recorder(model, tmp_path / "strange", probe=inputs) as recorder:
        lines = recorder.plan()
    assert lines[-1] == "Strange computes its attention where it cannot be seen: no pattern of 1"
    assert recorder.recording.config["unseen"] == {"1": "Strange"}
    assert not [name for name in recorder.recording.arrays if name.endswith("pattern")]
    assert "1.mix.activation" in recorder.recording.arrays


def test_attention_that_goes_no_way_of_ours_is_told_by_class(tmp_path: Path) -> None:
    config = transformers.BloomConfig(vocab_size=32, hidden_size=32, n_layer=5, n_head=4)
    model = transformers.BloomForCausalLM(config).eval()
    with torch.no_grad():
        own = model(IDS).logits
    with Recorder(model, tmp_path / "bloom", probe=IDS) as recorder:
        (line,) = [line for line in recorder.plan() if "cannot be seen" in line]
    first = "transformer.h.0.self_attention, transformer.h.1.self_attention, transformer.h.2.self_attention"
    assert line == f"BloomAttention computes its attention where it cannot be seen: no pattern of {first} and 2 more"
    assert set(recorder.recording.config["unseen"].values()) == {"BloomAttention"}
    np.testing.assert_allclose(recorder.recording.read("output", step=0), own, atol=1e-6)


class Adapted(nn.Module):
    """A projection with an adapter beside it, whose `weight` is the projection's alone, as libraries have it."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base_layer = base
        self.down, self.up = nn.Linear(base.in_features, 2, bias=False), nn.Linear(2, base.out_features, bias=False)

    @property
    def weight(self) -> Tensor:
        return self.base_layer.weight

    def forward(self, values: Tensor) -> Tensor:
        return self.base_layer(values) + self.up(self.down(values))


class AdaptedWithin(nn.Linear):
    """The same as a kind of `nn.Linear`."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__(base.in_features, base.out_features, bias=False)
        self.down, self.up = (
            nn.Parameter(torch.randn(2, base.in_features)),
            nn.Parameter(torch.randn(base.out_features, 2)),
        )

    def forward(self, values: Tensor) -> Tensor:
        return super().forward(values) + values @ self.down.T @ self.up.T


class Packed(nn.Module):
    """A projection whose matrix is no parameter."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.register_buffer("packed", (base.weight.detach() * 100).to(torch.int8))

    def forward(self, values: Tensor) -> Tensor:
        return nn.functional.linear(values, self.packed.float() / 100)


def weight_normed(base: nn.Linear) -> nn.Module:
    return nn.utils.parametrizations.weight_norm(base)


@pytest.mark.parametrize("wrap", [None, Adapted, AdaptedWithin, Packed, weight_normed])
def test_what_heads_add_adds_up_to_what_the_layer_puts_out(
    wrap: Callable[[nn.Linear], nn.Module] | None, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    sizes = {**SIZES, "num_hidden_layers": 1, "hidden_size": 16, "head_dim": 4}
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**sizes)).eval()
    attention = model.model.layers[0].self_attn
    if wrap:
        attention.o_proj = wrap(attention.o_proj)
    kept: list[Tensor] = []
    handle = attention.register_forward_hook(lambda module, inputs, output: kept.append(output[0].detach()))
    with torch.no_grad():
        model(IDS)
    handle.remove()
    seen = record_forward(model, IDS, out=tmp_path / "seen", record=("head_update", "activation"))
    added = seen.read("model.layers.0.self_attn.head_update", step=0).sum(axis=1)
    np.testing.assert_allclose(added, kept[0], atol=2e-5 * float(kept[0].abs().max()) + 1e-6)
    assert seen.read("model.layers.0.self_attn.o_proj.activation", step=0).shape == (2, 12, 16)


class Own(nn.Module):
    """Attention by PyTorch's function, with a projection behind it, written by hand."""

    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.mix, self.out, self.heads = nn.Linear(size, 3 * size), nn.Linear(size, size), heads

    def forward(self, values: Tensor) -> Tensor:
        query, key, value = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in self.mix(values).chunk(3, -1)
        )
        attended = nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.out(attended.transpose(1, 2).flatten(2))


@pytest.mark.parametrize("seed", range(4))
def test_rounding_does_not_decide_whether_updates_are_recorded(seed: int, tmp_path: Path) -> None:
    torch.manual_seed(seed)
    model, inputs = nn.Sequential(Own(64, 8)), torch.randn(2, 64, 64)
    seen = record_forward(model, inputs, out=tmp_path / "seen", record=("head_update", "output"))
    bias = model[0].out.bias.detach().numpy()  # type: ignore[union-attr]
    added = seen.read("0.head_update", step=0).sum(axis=1) + bias
    np.testing.assert_allclose(added, seen.read("output", step=0), atol=1e-5)


def test_a_parametrised_projection_of_multihead_attention(tmp_path: Path) -> None:
    torch.manual_seed(0)
    attention = nn.MultiheadAttention(8, 2, batch_first=True, bias=False)
    nn.utils.parametrizations.weight_norm(attention.out_proj)
    inputs = torch.randn(3, 5, 8)
    with torch.no_grad():
        own = attention(inputs, inputs, inputs)[0]
    seen = record_forward(attention, (inputs, inputs, inputs), out=tmp_path / "seen", record=("head_update", "pattern"))
    np.testing.assert_allclose(seen.read("head_update", step=0).sum(axis=1), own, atol=1e-6)


def test_an_encoder_with_padding_is_recorded_part_by_part(tmp_path: Path) -> None:
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    model = nn.TransformerEncoder(layer, 2).eval()
    inputs = {
        "src": torch.randn(2, 5, 8),
        "src_key_padding_mask": torch.tensor([[False] * 5, [False] * 3 + [True] * 2]),
    }
    with Recorder(model, tmp_path / "padded", probe=inputs) as recorder:
        recorder.step(loss=1.0)
    pattern = recorder.recording.read("layers.1.self_attn.pattern", step=-1)
    assert (pattern[1, :, :, 3:] == 0).all() and pattern.sum(-1) == pytest.approx(1)
