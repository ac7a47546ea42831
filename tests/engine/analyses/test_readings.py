"""Readings of a pretrained model: its own numbers, its head scores, and texts that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import MambaConfig, MambaForCausalLM, PreTrainedTokenizerFast

from engine.analyses.catalog import ANALYSES, ReadingAnalysis
from engine.analyses.run import run_analysis
from engine.capture.attention import head_scores
from engine.data.mnist import DataError
from engine.experiments import ExperimentError
from engine.forward import record_forward
from engine.pretrained.loading import load_pretrained
from engine.recording import Recording
from engine.recording.format.conventions import ASKED_FOR, LOOKS_BACK, LOOKS_BACK_IN_LAYER
from tests.support.tiny_model import save_tiny_model, tiny_tokenizer

LAYERS, HEADS = 30, 9  # of SmolLM2


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tiny_model(tmp_path_factory.mktemp("tiny") / "model"))


def read(tiny: str, tmp_path: Path, **changes: object) -> Recording:
    analysis = replace(ANALYSES["attention-text"], model=tiny, **changes)
    return run_analysis(analysis, None, tmp_path / "reading.zarr")


def test_smollm2_says_what_it_is_known_to_say() -> None:
    model = load_pretrained()
    with torch.no_grad():
        logits = model.network(torch.tensor([model.tokens_of("The capital of France is")])).logits[0, -1]
    assert model.written(int(logits.argmax())) == " Paris"
    assert float(logits.softmax(-1).max()) == pytest.approx(0.77, abs=0.01)


def test_the_recorded_patterns_are_smollm2s_own(recordings: Mapping[str, Recording]) -> None:
    reading, model = recordings["attention-text"], load_pretrained()
    model.network.set_attn_implementation("eager")
    with torch.no_grad():
        theirs = model.network(torch.from_numpy(reading.read("token").copy())[None], output_attentions=True).attentions
    patterns = reading.read("patterns")
    assert patterns.shape[:2] == (LAYERS, HEADS)
    np.testing.assert_allclose(patterns, torch.stack(theirs)[:, 0].numpy(), atol=1e-5)
    np.testing.assert_allclose(patterns.sum(-1), 1, atol=1e-5)
    assert (patterns[..., ~np.tri(patterns.shape[-1], dtype=bool)] == 0).all()


def test_what_the_heads_add_up_to_is_the_layers_output(tmp_path: Path) -> None:
    output = "model.layers.13.self_attn.o_proj.activation"
    wanted = ("model.layers.13.self_attn.head_update", output)
    recording = record_forward(
        load_pretrained(), "The river overflowed its bank", out=tmp_path / "a.zarr", record=wanted
    )
    assert recording.config["tokens"] == ["The", " river", " overflow", "ed", " its", " bank"]
    added = recording.read(wanted[0], step=0).sum(axis=1)
    np.testing.assert_allclose(added, recording.read(output, step=0), atol=1e-4)


def test_the_chosen_head_looks_furthest_back(recordings: Mapping[str, Recording]) -> None:
    reading = recordings["attention-text"]
    layer, head = reading.config["chosen_layer"], reading.config["chosen_head"]
    patterns = reading.read("patterns")
    np.testing.assert_array_equal(reading.read("pattern"), patterns[layer, head])
    assert patterns[layer, head, -1, 1:-2].max() == patterns[:, :, -1, 1:-2].max()
    tokens = reading.config["tokens"]
    assert tokens[int(reading.read("pattern")[-1].argmax())] == " river"  # of all heads' the bank's strongest look back
    assert reading.config["chosen_by"] == LOOKS_BACK
    look_back = reading.read("head_score", score=reading.config["score_names"].index("look back"))
    assert np.unravel_index(look_back.argmax(), look_back.shape) == (layer, head)


def test_how_much_a_head_is_like_another_is_recorded(recordings: Mapping[str, Recording]) -> None:
    patterns = recordings["attention-text"].read("patterns").astype(np.float64)
    found = recordings["attention-text"].read("pattern.nearest")
    rows = patterns[:, :, 1:].reshape(LAYERS * HEADS, -1)
    for number in (0, 100, LAYERS * HEADS - 1):
        others = np.delete(rows, number, axis=0)
        lengths = np.sqrt((others**2).sum(axis=1) * (rows[number] ** 2).sum())
        assert found.flat[number] == pytest.approx(((others * rows[number]).sum(axis=1) / lengths).max(), abs=1e-6)


def test_one_head_is_recorded_in_full(recordings: Mapping[str, Recording]) -> None:
    reading = recordings["attention-text"]
    query, key = reading.read("query"), reading.read("key")
    np.testing.assert_allclose(reading.read("score"), query @ key.T / np.sqrt(query.shape[1]), rtol=1e-3, atol=1e-3)
    mixed = reading.read("pattern") @ reading.read("value")
    np.testing.assert_allclose(mixed, reading.read("head_output"), atol=1e-5)
    np.testing.assert_allclose(mixed @ reading.read("weight.output").T, reading.read("head_update"), atol=1e-4)
    updates, layer = reading.read("head_updates"), reading.config["chosen_layer"]
    np.testing.assert_allclose(updates.sum(axis=0), reading.read("attention.update", layer=layer), atol=1e-4)
    value_map = reading.read("weight.output") @ reading.read("weight.value")
    singular = np.linalg.svd(value_map.astype(np.float64), compute_uv=False)
    np.testing.assert_allclose(reading.read("value_map.singular")[:64], singular[:64], rtol=1e-3)


def test_counts_are_the_models(recordings: Mapping[str, Recording]) -> None:
    anatomy = recordings["attention-text"].config["anatomy"]
    assert anatomy["parameters"] == sum(p.numel() for p in load_pretrained().network.parameters()) == 134_515_008
    assert anatomy["weights"] == {"query": 576**2, "key": 192 * 576, "value": 192 * 576, "output": 576**2}
    assert (anatomy["layers"], anatomy["heads"], anatomy["groups"], anatomy["head_size"]) == (LAYERS, HEADS, 3, 64)


def test_the_same_word_begins_alike_and_ends_apart(recordings: Mapping[str, Recording]) -> None:
    stream = recordings["attention-meanings"].read("sentence.stream")  # (text, layer, feature)
    np.testing.assert_array_equal(stream[:, 0], stream[[0, 0, 0], 0])
    unit = stream / np.linalg.norm(stream, axis=-1, keepdims=True)
    river, savings, money = unit[:, 13]
    assert savings @ money > 0.9 > 0.85 > river @ savings


def test_head_scores_of_patterns_that_are_known() -> None:
    length = 12
    previous, own, first = np.eye(length, k=-1), np.eye(length), np.zeros((length, length))
    first[:, 0] = previous[0, 0] = 1
    assert head_scores.previous_token(previous) == 1 and head_scores.previous_token(own) == 0
    assert head_scores.current_token(own) == 1 and head_scores.current_token(previous) == 0
    assert head_scores.first_token(first) == 1 and head_scores.first_token(own) == 0
    tokens = np.tile(np.arange(6), 2)
    assert head_scores.induction(np.eye(length, k=-5), period=6) == 1
    assert head_scores.induction(np.eye(length, k=-6), period=6) == 0
    assert head_scores.duplicate_token(np.eye(length, k=-6), tokens) == 1
    assert head_scores.duplicate_token(own, tokens) == 0
    assert head_scores.look_back(first) == 0
    back = first.copy()
    back[-1] = np.eye(length)[4]
    assert head_scores.look_back(back) == 1


def test_layer_and_head_are_the_users(tiny: str, tmp_path: Path) -> None:
    reading = read(tiny, tmp_path, layer=1, head=3)
    assert (reading.config["chosen_layer"], reading.config["chosen_head"]) == (1, 3)
    assert reading.config["chosen_by"] == ASKED_FOR
    np.testing.assert_array_equal(reading.read("pattern"), reading.read("patterns", layer=1, head=3))


def test_of_a_layer_alone_the_head_is_found_by_the_rule(tiny: str, tmp_path: Path) -> None:
    reading = read(tiny, tmp_path, layer=2)
    weights = reading.read("patterns", layer=2)[:, -1, 1:-2]
    assert reading.config["chosen_layer"] == 2
    assert reading.config["chosen_head"] == weights.max(axis=1).argmax()
    assert reading.config["chosen_by"] == LOOKS_BACK_IN_LAYER != LOOKS_BACK


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": "  "}, "the text is empty"),
        ({"text": "The"}, "the text has 1 token for"),
        ({"text": "the river " * 20}, r"the text has \d+ tokens and the film draws 24: it would end after '…"),
        ({"layer": 9}, "has the layers 0 to 2; there is no layer 9"),
        ({"layer": 1, "head": 4}, "has the heads 0 to 3; there is no head 4"),
        ({"layer": -1}, "layer must be a whole number from 0"),
        ({"head": 1}, "give --layer too"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_line(
    tiny: str, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(ExperimentError, match=said):
        read(tiny, tmp_path, **changes)
    assert not list(tmp_path.glob("*.zarr"))


def test_a_long_text_is_cut_on_request(tiny: str, tmp_path: Path) -> None:
    reading = read(tiny, tmp_path, text="the river " * 20, cut=True)
    assert len(reading.read("token")) == ReadingAnalysis(name="any").most
    assert reading.config["cut"] is True


def test_letters_of_any_script_are_read(tiny: str, tmp_path: Path) -> None:
    text = "河水 🌊 נהר"
    reading = read(tiny, tmp_path, text=text)
    ids = load_pretrained(tiny).tokenizer(text).input_ids
    np.testing.assert_array_equal(reading.read("token"), ids)
    assert "‹E6›" in reading.config["tokens"]  # the first byte of 河


def test_a_word_that_the_tokenizer_does_not_know_is_named(tiny: str) -> None:
    model = load_pretrained(tiny)
    words = Tokenizer(models.WordLevel({"the": 0, "river": 1, "?": 2}, unk_token="?"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    knowing_three = replace(model, tokenizer=PreTrainedTokenizerFast(tokenizer_object=words, unk_token="?"))
    assert knowing_three.tokens_of("the river") == [0, 1]
    with pytest.raises(ExperimentError, match="does not know 'zephyr': leave it out"):
        knowing_three.tokens_of("the zephyr river")


def test_a_model_without_attention_is_refused(tmp_path: Path) -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.save_pretrained(tmp_path / "model")
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "state_size": 4}
    MambaForCausalLM(MambaConfig(vocab_size=len(tokenizer), **sizes)).save_pretrained(tmp_path / "model")
    with pytest.raises(ExperimentError, match="has no attention that can be looked at: choose another --model"):
        read(str(tmp_path / "model"), tmp_path)


def test_models_that_cannot_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"pytorch_model\.bin, a pickle, which can run any code"):
        load_pretrained(str(save_tiny_model(tmp_path / "pickled", safe=False)))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no weights"):
        load_pretrained(str(tmp_path / "empty"))
    with pytest.raises(DataError, match=r"there is no folder \./nowhere"):
        load_pretrained("./nowhere")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(DataError, match="could not be loaded"):
        load_pretrained("nobody/nothing")
