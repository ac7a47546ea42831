"""Trainings of transformers that take a second: what is recorded, and that they repeat and go on after any stop."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.analyses.catalog import find_recordable
from engine.data.alphabet import CharacterTokenizer
from engine.data.shakespeare import Corpus, load_shakespeare
from engine.experiments import EXPERIMENTS, ExperimentError, TrainingConfig
from engine.experiments.build import build_task
from engine.experiments.language_model.config import LanguageModelConfig
from engine.experiments.language_model.task import LanguageModelTask
from engine.recording import Recording
from engine.train import train
from tests.engine.pulled import PullAt, Pulled

STEPS = 24
SHAPE = {"width": 8, "heads": 2, "steps": STEPS, "warmup": 4, "batch_size": 4, "snapshots": 5, "evaluations": 4}
SMALL: dict[str, dict[str, Any]] = {
    "induction": {"context": 12, "vocabulary": 10, "shortest": 3, "held_out": 8},
    "dates": {"first_year": 1999, "last_year": 2001, "tested": 6, "probes": 5},
    "shakespeare": {"layers": 2, "context": 16, "scored": 4, "sample_length": 20, "probe": "But, soft!"},
}
KINDS = pytest.mark.parametrize("name", SMALL)


def small_one(name: str, **changes: Any) -> TrainingConfig:
    return replace(EXPERIMENTS[name], **{**SHAPE, **SMALL[name], **changes})


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Recording]:
    folder = tmp_path_factory.mktemp("sequences")

    def find(name: str) -> Recording:
        out = folder / f"{name}.zarr"
        return Recording.open(out) if out.exists() else train(small_one(name), out)

    return find


@KINDS
def test_a_pulled_plug_costs_nothing_after_resume(
    name: str, trained: Callable[[str], Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.training.logger.TELL_SECONDS", 0.0)
    monkeypatch.setattr("engine.training.logger.COMMIT_SECONDS", 0.0)
    out = tmp_path / f"{name}.zarr"
    pulling = PullAt(15)
    with pytest.raises(Pulled):
        train(small_one(name), out, observers=[pulling])
    assert not out.exists()
    assert pulling.heard[-1].told and pulling.heard[-1].steps == STEPS
    resumed = train(small_one(name), out, resume=True)
    assert resumed.digest == trained(name).digest
    assert len(resumed.read("metric.loss")) == STEPS + 1


@KINDS
def test_another_seed_gives_other_arrays(name: str, trained: Callable[[str], Recording], tmp_path: Path) -> None:
    other = train(small_one(name, seed=1, steps=2), tmp_path / "other.zarr")
    assert other.read("metric.loss", step=0) != trained(name).read("metric.loss", step=0)


@KINDS
def test_the_state_to_go_on_from_has_the_learning_rate_in_it(name: str) -> None:
    torch.manual_seed(0)
    run = build_task(small_one(name))
    for _ in range(3):
        run.optimizer.step()
    state = torch.load(io.BytesIO(run.checkpoint(3)), weights_only=True)
    assert {group["updates"] for group in state["optimizer"]["param_groups"]} == {3}


@KINDS
def test_patterns_are_patterns(name: str, trained: Callable[[str], Recording]) -> None:
    recording = trained(name)
    patterns = [array for array in recording.arrays if array.endswith(".pattern")]
    assert len(patterns) == 2
    for array in patterns:
        assert recording.arrays[array].axes == ("step", "batch", "head", "query", "key")
        np.testing.assert_allclose(recording.read(array).sum(-1), 1, atol=1e-5)


def test_induction_is_measured_as_defined(trained: Callable[[str], Recording]) -> None:
    recording = trained("induction")
    tokens = recording.read("probe.token")
    assert tokens.shape == (2, 12)
    np.testing.assert_array_equal(tokens[:, :6], tokens[:, 6:])
    scores = recording.read("metric.induction_score")
    assert scores.shape == (4, 2, 2)
    assert recording.arrays["metric.induction_score"].axes == ("step", "layer", "head")
    assert ((scores > 0) & (scores < 1)).all()
    for name in ("metric.first_half_loss", "metric.second_half_loss"):
        assert recording.read(name, step=0) == pytest.approx(np.log(10), abs=0.2)


def test_translations_are_recorded_with_what_they_look_at(trained: Callable[[str], Recording]) -> None:
    recording = trained("dates")
    read, written = (
        CharacterTokenizer.from_codepoints(recording.read(f"{side}.alphabet")) for side in ("source", "target")
    )
    assert recording.read("probe.target").shape == (5, 5, 10)
    assert all(len(written.decode(row)) == 10 for row in recording.read("probe.target", step=-1))
    sources = recording.read("probe.source")
    assert all(read.decode(row).rstrip("\0") for row in sources)
    for layer in range(2):
        pattern = recording.read(f"decoder.blocks.{layer}.cross_attention.pattern")  # (step, batch, head, query, key)
        assert pattern.shape == (5, 5, 2, 10, sources.shape[1])
        assert (pattern.transpose(1, 4, 0, 2, 3)[sources == 0] == 0).all(), "padding is never looked at"


@pytest.mark.parametrize(("name", "data"), [("dates", None), ("induction", None), ("shakespeare", load_shakespeare)])
def test_files_that_were_read_are_known_by_their_content(
    name: str, data: Callable[[], Corpus] | None, trained: Callable[[str], Recording]
) -> None:
    assert trained(name).origin == ({"data": {"shakespeare": data().digests()}} if data else {})


def test_a_sample_is_the_prompt_and_what_was_drawn(trained: Callable[[str], Recording]) -> None:
    recording = trained("shakespeare")
    tokenizer = CharacterTokenizer.from_codepoints(recording.read("alphabet"))
    samples = [tokenizer.decode(row) for row in recording.read("sample.token")]
    assert len(samples) == 4 and all(len(text) == 20 and text.startswith("ROMEO\n") for text in samples)
    assert tokenizer.decode(recording.read("probe.input", batch=0)) == "But, soft!"
    first = recording.read("metric.validation_loss", step=0)
    assert first == pytest.approx(np.log(len(tokenizer)), abs=0.2)
    assert recording.read("metric.validation_loss", step=-1) < first


@pytest.mark.usefixtures("one_thread")
def test_a_model_of_the_language_learns_what_repeats() -> None:
    """The loss is in nats a character: near zero for a text that can be known, and its accuracy near one."""
    experiment = small_one("shakespeare", prompt="a", probe="ab", context=8, steps=150, learning_rate=0.02, width=16)
    assert isinstance(experiment, LanguageModelConfig)
    torch.manual_seed(0)
    run = LanguageModelTask(experiment, Corpus("abcd" * 50, "abcd" * 10))
    for step in range(150):
        inputs, targets = run.batches(step)
        run.optimizer.zero_grad()
        run.cost(run.model(inputs), targets).backward()
        run.optimizer.step()
    measured = run.evaluate()
    assert measured["metric.validation_loss"] < 0.05
    assert measured["metric.validation_accuracy"] == 1
    assert run.tokenizer.decode(run.write()) == "abcd" * 5


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("induction", {"width": 30}, r"width must be a multiple of 2 · heads, 8"),
        ("induction", {"context": 13}, "context must be even, from 2 · shortest, 16, to 2 · vocabulary, 104, not 13"),
        ("induction", {"steps": 0}, "steps must be a whole number of at least 1, not 0"),
        ("dates", {"first_year": 2100}, "must be years of four digits in order, not 2100 and 2099"),
        ("dates", {"probes": 0}, "probes must be a whole number of at least 1"),
        ("shakespeare", {"probe": "x" * 65}, "probe must have 1 to context, 64, characters, not 65"),
        ("shakespeare", {"learning_rate": 0}, "learning_rate must be a positive number"),
        ("shakespeare", {"layers": True}, "layers must be a whole number"),
    ],
)
def test_what_cannot_be_trained_is_refused(name: str, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        replace(EXPERIMENTS[name], **changes)


def test_a_prompt_of_unknown_characters_is_refused() -> None:
    with pytest.raises(ExperimentError, match=r"'Ж' is none of the \d+ characters that the model knows"):
        build_task(small_one("shakespeare", prompt="Ж"))


def test_no_picture_is_shown_to_what_takes_none() -> None:
    with pytest.raises(ExperimentError, match="induction takes no picture of yours: leave --digit away"):
        build_task(small_one("induction"), own=np.zeros((28, 28)))


@KINDS
def test_the_catalogue_has_it(name: str) -> None:
    assert find_recordable(name) is EXPERIMENTS[name]
