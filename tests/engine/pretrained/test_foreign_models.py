"""Models from somebody else are data: nothing of them runs, none of their weights is made up, and faults are told."""

from __future__ import annotations

import io
import resource
import shutil
import socket
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertModel,
    GPT2Config,
    GPT2LMHeadModel,
    MixtralConfig,
    MixtralForCausalLM,
    PreTrainedModel,
)

from engine.data.mnist import DataError
from engine.pretrained import foreign as foreign_model
from engine.pretrained import loading as pretrained
from engine.pretrained.folder import look_into
from engine.pretrained.loading import LanguageModel, load_pretrained
from tests.engine.pretrained.foreign_folders import SPOILT
from tests.engine.pretrained.spoiling import (
    MARK,
    WEIGHTS,
    Spoil,
    both,
    changed,
    code,
    config,
    pickled,
    sharded,
    weights,
)

LONGEST = 5.0  # seconds of computing, to be told what is wrong
MOST_MEMORY = 200 * 1024  # KiB


@pytest.fixture
def folder(saved_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved_model, tmp_path / "model"))


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have whoever asks be told yes, and whoever calls somebody be caught."""

    def caught(*told: object, **more: object) -> None:
        raise AssertionError(f"the network was asked for {told}")

    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n" * 20))
    monkeypatch.setattr(socket, "getaddrinfo", caught)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.mark.parametrize("kind", SPOILT)
def test_what_is_wrong_with_a_folder_is_told_in_a_line(
    folder: Path, kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spoil, said = SPOILT[kind]
    spoil(folder)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(DataError, match=said) as caught:
        load_pretrained(str(folder))
    assert time.process_time() - began < LONGEST
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY
    assert str(caught.value).isprintable(), "it is one line, and nothing of the folder rules the terminal"
    assert len(str(caught.value)) < 700
    assert caught.value.__cause__ is None
    assert not (tmp_path / MARK).exists(), "code of the folder ran"
    assert capfd.readouterr() == ("", ""), "nothing else is said, and nothing asked"


def test_most_kinds_of_faults_are_tried() -> None:
    assert len(SPOILT) > 60


# What is as it should be ----------------------------------------------------------------------------------------------


def held_by(folder: Path) -> dict[str, torch.Tensor]:
    return {
        name: values for file in folder.glob("*.safetensors") for name, values in load_file(file).items()
    }  # fmt: skip


def loaded_twice(name: str) -> tuple[LanguageModel, LanguageModel]:
    """Return a model that was read from its files two times."""
    first = load_pretrained(name)
    pretrained._load.cache_clear()
    return first, load_pretrained(name)


def assert_from_files(folder: Path, prefix: str = "") -> LanguageModel:
    """Assert that every weight of a model is the one in its files, and return the model."""
    first, second = loaded_twice(str(folder))
    held = held_by(folder)
    for name, values in first.network.named_parameters():
        torch.testing.assert_close(values.detach(), held[prefix + name].float(), rtol=0, atol=0)
    again = second.network.state_dict()
    assert all(torch.equal(values, again[name]) for name, values in first.network.state_dict().items())
    assert first.source.sha256 == second.source.sha256
    return first


PLAIN: dict[str, Spoil] = {
    "as it was saved": lambda folder: None,
    "in two files": sharded(),
    "in bfloat16": weights(lambda held: held.update({name: values.bfloat16() for name, values in held.items()})),
    "in float16": weights(lambda held: held.update({name: values.half() for name, values in held.items()})),
    "in float64": weights(lambda held: held.update({name: values.double() for name, values in held.items()})),
    "one vector each for both ends": both(
        config(tie_word_embeddings=True), weights(lambda held: held.pop("lm_head.weight"))
    ),
    "with tables of before": weights(
        lambda held: held.update({"model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(3)})
    ),
    "a pickle beside it": pickled("pytorch_model.bin"),
    "code beside it": code("modeling_llama.py"),
    "its own way to generate": code("custom_generate/generate.py"),
    "parts of a training beside it": both(
        pickled(".metadata"),
        lambda folder: shutil.copy(folder / WEIGHTS, folder / "shard-00001-model-00001-of-00001.safetensors"),
    ),
    "attention from the hub": config(attn_implementation="someone/kernel", _attn_implementation="someone/kernel"),
    "files of a tokenizer elsewhere": changed("tokenizer_config.json", vocab_file="/dev/zero", merges_file="/dev/zero"),
    "templates that cannot be read": changed("tokenizer_config.json", chat_template="{% for x in range(10**9) %}{{"),
    "a link within it": lambda folder: [
        (folder / WEIGHTS).rename(folder / "weights"),
        (folder / WEIGHTS).symlink_to("weights"),
    ],
}


@pytest.mark.parametrize("kind", PLAIN)
def test_every_weight_is_the_one_in_the_files(folder: Path, kind: str, tmp_path: Path) -> None:
    original = load_pretrained(str(folder)).tokens_of("The river rose")
    PLAIN[kind](folder)
    model = assert_from_files(folder)
    assert model.tokens_of("The river rose") == original
    assert model.context == 64
    assert not (tmp_path / MARK).exists(), "code of the folder ran"


def test_transformers_is_given_copies_of_what_is_read_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    for name in ("files of a tokenizer elsewhere", "templates that cannot be read", "attention from the hub"):
        PLAIN[name](folder)
    for name in ("tokenizer.py", "custom_generate/generate.py"):
        code(name)(folder)
    place = tmp_path / "copied"
    place.mkdir()
    foreign_model._copy(look_into(str(folder)), place)
    assert sorted(file.name for file in place.iterdir()) == ["config.json", "tokenizer.json", "tokenizer_config.json"]
    assert not [file for file in place.iterdir() if file.is_symlink()]
    given = "".join((place / name).read_text() for name in ("config.json", "tokenizer_config.json"))
    assert "LlamaForCausalLM" in given and "TokenizersBackend" in given
    for kept_back in ("/dev/zero", "chat_template", "someone/kernel"):
        assert kept_back not in given


def saved(network: PreTrainedModel, folder: Path) -> Path:
    """Put another model into a folder, with the tokenizer that is there."""
    (folder / WEIGHTS).unlink()
    network.save_pretrained(folder)
    return folder


SIZES = {
    "vocab_size": 400,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 20,
}


def test_an_encoder_is_read_without_what_other_tasks_need(folder: Path) -> None:
    model = assert_from_files(saved(BertForMaskedLM(BertConfig(**SIZES)), folder), "bert.")
    assert not model.causal
    assert not [name for name, _ in model.network.named_parameters() if "pooler" in name], "it would be random"


def test_an_encoder_with_a_pooler_keeps_it(folder: Path) -> None:
    model = assert_from_files(saved(BertModel(BertConfig(**SIZES)), folder))
    assert "pooler.dense.weight" in dict(model.network.named_parameters())


def test_half_a_pooler_is_none(folder: Path) -> None:
    saved(BertModel(BertConfig(**SIZES)), folder)
    weights(lambda held: held.pop("pooler.dense.bias"))(folder)
    with pytest.raises(DataError, match=r"lack the weight pooler\.dense\.bias, and random"):
        load_pretrained(str(folder))


def test_a_weight_left_over_in_an_encoder_is_told(folder: Path) -> None:
    saved(BertForMaskedLM(BertConfig(**SIZES)), folder)
    config(num_hidden_layers=1)(folder)
    with pytest.raises(DataError, match=r"hold the weights bert\.encoder\.layer\.1\..*, for which"):
        load_pretrained(str(folder))


def test_masks_that_older_models_have_saved_are_no_weights(folder: Path) -> None:
    saved(GPT2LMHeadModel(GPT2Config(vocab_size=400, n_embd=16, n_layer=2, n_head=2, n_positions=32)), folder)
    mask = torch.ones(1, 1, 32, 32).tril()
    weights(lambda held: held.update({"transformer.h.0.attn.bias": mask}))(folder)
    assert assert_from_files(folder).causal


def test_weights_that_are_put_together_are_the_files(folder: Path) -> None:
    saved(MixtralForCausalLM(MixtralConfig(num_local_experts=3, num_key_value_heads=2, **SIZES)), folder)
    first, second = loaded_twice(str(folder))
    held = held_by(folder)
    merged = dict(first.network.named_parameters())["model.layers.0.mlp.experts.down_proj"]  # (expert, out, in)
    for expert, values in enumerate(merged):
        name = f"model.layers.0.block_sparse_moe.experts.{expert}.w2.weight"
        assert torch.equal(values, held[name])
    assert all(map(torch.equal, first.network.parameters(), second.network.parameters()))
    weights(lambda held: held.pop("model.layers.0.block_sparse_moe.experts.1.w2.weight"))(folder)
    with pytest.raises(DataError, match=r"down_proj is 2 × 16 × 20 in the files and 3 × 16 × 20 by"):
        load_pretrained(str(folder))


def test_a_token_that_the_model_has_no_vector_for_is_told(folder: Path) -> None:
    model = load_pretrained(str(folder))
    model.tokenizer.add_tokens(["zephyr"])
    with pytest.raises(DataError, match=r"makes token 339 of that text, and the model has vectors for 339"):
        model.tokens_of("a zephyr")
