"""One recorded pass of models of several architectures, against the library that they come from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from transformers import BertConfig, BertModel, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from engine.forward import record_forward
from engine.models.encoder_decoder import EncoderDecoder
from engine.models.transformer import GPT
from engine.recording import Recording, RecordingError

LENGTH = 7


def llama() -> nn.Module:
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=50,
            hidden_size=24,
            intermediate_size=32,
            num_hidden_layers=2,
            num_attention_heads=6,
            num_key_value_heads=2,
            max_position_embeddings=32,
        )
    )


def gpt2() -> nn.Module:
    return GPT2LMHeadModel(GPT2Config(vocab_size=50, n_positions=32, n_embd=24, n_layer=2, n_head=4))


def ours() -> nn.Module:
    return GPT(50, 32, 24, 2, 4)


def bert() -> nn.Module:
    shape = {"hidden_size": 24, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
    return BertModel(BertConfig(vocab_size=50, max_position_embeddings=32, **shape))


# Where each keeps its attention, what that puts out, and the matrix with which it mixes its heads
MODELS = {
    "llama": (llama, "model.layers.{}.self_attn", "model.layers.{}.self_attn.o_proj", True),
    "gpt2": (gpt2, "transformer.h.{}.attn", "transformer.h.{}.attn.c_proj", True),
    "ours": (ours, "blocks.{}.attention", "blocks.{}.attention.output", True),
    "bert": (bert, "encoder.layer.{}.attention.self", "encoder.layer.{}.attention.output.dense", False),
}


def made(kind: str) -> tuple[nn.Module, torch.Tensor]:
    torch.manual_seed(0)
    model = MODELS[kind][0]().eval()
    for parameter in model.parameters():  # as they come, all scores are nearly nought
        nn.init.normal_(parameter, std=0.3)
    return model, torch.randint(0, 50, (2, LENGTH))


def recorded(kind: str, folder: Path, *record: str) -> tuple[Recording, nn.Module, torch.Tensor]:
    model, ids = made(kind)
    names = {"record": record} if record else {}
    return record_forward(model, ids, out=folder / "pass.zarr", **names), model, ids


@pytest.mark.parametrize("kind", [kind for kind in MODELS if kind != "ours"])
def test_patterns_are_the_librarys_own(kind: str, tmp_path: Path) -> None:
    recording, model, ids = recorded(kind, tmp_path)
    model.set_attn_implementation("eager")
    with torch.no_grad():
        theirs = model(ids, output_attentions=True).attentions
    for layer, expected in enumerate(theirs):
        name = MODELS[kind][1].format(layer) + ".pattern"
        assert recording.arrays[name].axes == ("step", "batch", "head", "query", "key")
        pattern = recording.read(name, step=0)
        np.testing.assert_allclose(pattern, expected.numpy(), atol=1e-5)
        np.testing.assert_allclose(pattern.sum(-1), 1, atol=1e-5)
        if MODELS[kind][3]:
            assert (pattern[..., ~np.tri(LENGTH, dtype=bool)] == 0).all()


@pytest.mark.parametrize("kind", MODELS)
def test_what_the_heads_add_up_to_is_the_layers_output(kind: str, tmp_path: Path) -> None:
    _, attention, output, _ = MODELS[kind]
    names = [f"{output.format(layer)}.activation" for layer in range(2)]
    recording, model, _ = recorded(kind, tmp_path, "head_update", "head_output", "value", "pattern", *names)
    for layer, name in enumerate(names):
        path = attention.format(layer)
        added = recording.read(f"{path}.head_update", step=0).sum(axis=1)  # (batch, query, feature)
        bias = getattr(model.get_submodule(output.format(layer)), "bias", None)
        bias = 0 if bias is None else bias.detach().numpy()
        np.testing.assert_allclose(added + bias, recording.read(name, step=0), atol=1e-4)
        value = recording.read(f"{path}.value", step=0)
        pattern = recording.read(f"{path}.pattern", step=0)
        for head in range(pattern.shape[1]):
            group = head * value.shape[1] // pattern.shape[1]
            mixed = pattern[:, head] @ value[:, group]
            np.testing.assert_allclose(mixed, recording.read(f"{path}.head_output", step=0)[:, head], atol=1e-4)


@pytest.mark.parametrize("kind", MODELS)
def test_scores_become_the_pattern(kind: str, tmp_path: Path) -> None:
    recording, _, _ = recorded(kind, tmp_path)
    path = MODELS[kind][1].format(1)
    query, key = (recording.read(f"{path}.{part}", step=0) for part in ("query", "key"))
    score, masked = (recording.read(f"{path}.{part}", step=0) for part in ("score", "masked_score"))
    keys = np.repeat(key, query.shape[1] // key.shape[1], axis=1)
    np.testing.assert_allclose(score, query @ keys.swapaxes(-1, -2) / np.sqrt(query.shape[-1]), rtol=1e-3, atol=1e-3)
    seen = np.isfinite(masked)
    np.testing.assert_allclose(masked[seen], score[seen])
    weights = np.exp(masked - masked.max(-1, keepdims=True))
    pattern = recording.read(f"{path}.pattern", step=0)
    np.testing.assert_allclose(weights / weights.sum(-1, keepdims=True), pattern, atol=1e-5)


def test_the_residual_stream_is_what_the_library_calls_hidden_states(tmp_path: Path) -> None:
    recording, model, ids = recorded("llama", tmp_path)
    with torch.no_grad():
        theirs = model(ids, output_hidden_states=True)
    np.testing.assert_allclose(recording.read("model.embedding", step=0), theirs.hidden_states[0], atol=1e-6)
    np.testing.assert_allclose(recording.read("model.layers.0.residual", step=0), theirs.hidden_states[1], atol=1e-5)
    np.testing.assert_allclose(recording.read("logits", step=0), theirs.logits, atol=1e-4)
    np.testing.assert_array_equal(recording.read("probe.input"), ids)


def test_what_is_not_asked_for_is_not_stored(tmp_path: Path) -> None:
    recording, model, _ = recorded("llama", tmp_path, "model.layers.1.self_attn.pattern")
    assert set(recording.arrays) == {"model.layers.1.self_attn.pattern", "probe.input"}
    assert model.config._attn_implementation != "neuroreel"


def test_an_encoder_and_its_decoder_are_recorded_alike(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = EncoderDecoder((20, 12), (9, 8), width=16, layers=1, heads=2)
    source, target = torch.randint(1, 20, (1, 9)), torch.randint(0, 12, (1, 8))
    recording = record_forward(model, (source, target), out=tmp_path / "pass.zarr")
    shapes = {name: info.shape[-2:] for name, info in recording.arrays.items() if name.endswith(".pattern")}
    assert shapes == {
        "encoder.blocks.0.attention.pattern": (9, 9),
        "decoder.blocks.0.attention.pattern": (8, 8),
        "decoder.blocks.0.cross_attention.pattern": (8, 9),
    }
    assert recording.arrays["encoder.embedding"].shape == (1, 1, 9, 16)
    np.testing.assert_array_equal(recording.read("probe.input.1"), target)
    np.testing.assert_allclose(recording.read("logits", step=0), model(source, target).detach(), atol=1e-5)


def test_padding_is_masked(tmp_path: Path) -> None:
    model, ids = made("bert")
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    inputs = {"input_ids": ids, "attention_mask": mask}
    recording = record_forward(model, inputs, out=tmp_path / "pass.zarr", record=("pattern",))
    pattern = recording.read("encoder.layer.0.attention.self.pattern", step=0)
    assert (pattern[1, :, :, 5:] == 0).all()
    assert (pattern[0] > 0).all()


def test_a_model_without_attention_has_no_pattern(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    with pytest.raises(RecordingError, match="nothing to record matches 'pattern'"):
        record_forward(model, torch.zeros(1, 4), out=tmp_path / "pass.zarr", record=("pattern",))
