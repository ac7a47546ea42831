"""Trainings of the convolutional and the recurrent networks that take a second, and the task that needs a memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.analyses.catalog import find_recordable
from engine.experiments import EXPERIMENTS, ExperimentError, TrainingConfig
from engine.experiments.build import build_task
from engine.experiments.recall.config import RecallConfig
from engine.experiments.recall.data import recall_sequences
from engine.experiments.recall.task import RecallTask
from engine.overrides import Overrides
from engine.recording import Recording
from engine.train import train
from engine.training.callbacks import Observer
from tests.engine.pulled import PullAt, Pulled
from tests.engine.small import small_mnist

STEPS = 24
CELLS = ("rnn", "lstm", "gru")
SMALL: dict[str, dict[str, Any]] = {
    "digits-cnn": {"channels": (2, 3)},
    **{f"recall-{cell}": {"kinds": 3, "length": 6, "embedding": 4, "width": 5, "held_out": 20} for cell in CELLS},
}
each_one = pytest.mark.parametrize("name", SMALL)
each_cell = pytest.mark.parametrize("name", [f"recall-{cell}" for cell in CELLS])


def small_one(name: str, **changes: Any) -> TrainingConfig:
    sizes = {"steps": STEPS, "warmup": 4, "batch_size": 8, "snapshots": 5, "evaluations": 4}
    return replace(EXPERIMENTS[name], **{**sizes, **SMALL[name], **changes})


def train_small(name: str, out: Path, *observers: Observer, resume: bool = False, **changes: Any) -> Recording:
    data = small_mnist() if name.startswith("digits") else None
    return train(small_one(name, **changes), out, resume=resume, observers=observers, data=data)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Recording]:
    folder = tmp_path_factory.mktemp("families")

    def find(name: str) -> Recording:
        out = folder / f"{name}.zarr"
        return Recording.open(out) if out.exists() else train_small(name, out)

    return find


@each_one
def test_a_pulled_plug_costs_nothing_after_resume(
    name: str, trained: Callable[[str], Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.training.logger.TELL_SECONDS", 0.0)
    monkeypatch.setattr("engine.training.logger.COMMIT_SECONDS", 0.0)
    out = tmp_path / f"{name}.zarr"
    with pytest.raises(Pulled):
        train_small(name, out, PullAt(15))
    assert not out.exists()
    assert train_small(name, out, resume=True).digest == trained(name).digest


@each_one
def test_another_seed_gives_other_arrays(name: str, trained: Callable[[str], Recording], tmp_path: Path) -> None:
    other = train_small(name, tmp_path / "other.zarr", seed=1, steps=2)
    assert other.read("metric.loss", step=0) != trained(name).read("metric.loss", step=0)


@each_one
def test_the_catalogue_has_it_and_it_varies_in_rate_and_seed_alone(name: str) -> None:
    assert find_recordable(name) is EXPERIMENTS[name]
    varied = Overrides((30, 20), 0.1, 3, np.zeros((28, 28))).of(EXPERIMENTS[name])
    assert varied == replace(EXPERIMENTS[name], learning_rate=0.1, seed=3)
    assert Overrides(hidden=(30, 20), seed=3).useless_for(EXPERIMENTS[name]) == ("hidden",)
    with pytest.raises(ExperimentError, match=f"{name} takes no picture of yours: leave --digit away"):
        build_task(small_one(name), own=np.zeros((28, 28)))


def test_maps_of_a_picture_of_each_digit_are_recorded(trained: Callable[[str], Recording]) -> None:
    recording = trained("digits-cnn")
    assert recording.read("probe.target").tolist() == list(range(10))
    assert recording.read("probe.input").shape == (10, 28, 28)
    for name, shape in (("conv1", (5, 10, 2, 24, 24)), ("relu2", (5, 10, 3, 8, 8)), ("pool2", (5, 10, 3, 4, 4))):
        array = recording.arrays[f"{name}.activation"]
        assert array.axes == ("step", "batch", "channel", "height", "width") and array.shape == shape
    assert recording.arrays["conv2.weight.gradient"].axes == ("step", "out", "in", "height", "width")
    maps, kernels, bias = (recording.read(f"conv1.{kind}", step=-1) for kind in ("activation", "weight", "bias"))
    told = (recording.read("probe.input")[:, None], kernels, bias)
    np.testing.assert_allclose(maps, F.conv2d(*(torch.tensor(part) for part in told)).numpy(), atol=1e-5)
    np.testing.assert_array_equal(recording.read("relu1.activation", step=-1), np.maximum(maps, 0))


def test_the_pictures_that_were_read_are_known_by_their_content(trained: Callable[[str], Recording]) -> None:
    assert trained("digits-cnn").origin == {"data": {"mnist": small_mnist().digests()}}
    assert trained("recall-gru").origin == {}


@each_cell
def test_states_at_every_position_are_recorded(name: str, trained: Callable[[str], Recording]) -> None:
    recording = trained(name)
    gates = {"rnn": 1, "lstm": 4, "gru": 3}[name.removeprefix("recall-")]
    assert recording.arrays["cell.hidden_state"].axes == ("step", "batch", "position", "feature")
    assert recording.arrays["cell.hidden_state"].shape == (5, 3, 6, 5)
    for kind in ("weight_hh_l0", "weight_hh_l0.gradient"):
        assert recording.arrays[f"cell.{kind}"].shape == (5, gates * 5, 5)
    assert recording.read("probe.target").tolist() == recording.read("probe.input")[:, 0].tolist() == [0, 1, 2]
    answer = recording.read("cell.hidden_state")[:, :, -1] @ recording.read("linear.weight").swapaxes(1, 2)
    answer += recording.read("linear.bias")[:, None]
    np.testing.assert_allclose(recording.read("output"), answer, atol=1e-5)
    norms = recording.arrays["metric.hidden_gradient_norm"]
    assert norms.axes == ("step", "position") and norms.shape == (4, 6)
    assert (recording.read("metric.hidden_gradient_norm") > 0).all()


@each_cell
def test_measuring_leaves_the_gradients_of_the_training_alone(name: str) -> None:
    torch.manual_seed(0)
    run = build_task(small_one(name))
    run.cost(run.model(run.batches(0)[0]), run.batches(0)[1]).backward()
    before = [parameter.grad.clone() for parameter in run.model.parameters() if parameter.grad is not None]
    run.evaluate()
    after = [parameter.grad for parameter in run.model.parameters() if parameter.grad is not None]
    assert len(after) == len(before) and all(map(torch.equal, after, before))


def test_the_cells_are_compared_like_with_like() -> None:
    plain, *others = (asdict(EXPERIMENTS[f"recall-{cell}"]) for cell in CELLS)
    for other in others:
        assert {key for key in plain if plain[key] != other[key]} == {"name", "cell"}


def test_what_is_held_out_is_never_trained_on() -> None:
    """Of all 27 sequences of 3 kinds and 4 tokens with the same first one, a third is held out, and drawn as such."""
    first = np.zeros(2_000, dtype=np.int64)
    trained, held_out = (
        {tuple(row) for row in recall_sequences(np.random.default_rng(0), first, 3, 4, held_out=held).tolist()}
        for held in (False, True)
    )
    assert len(trained) == 18 and len(held_out) == 9
    assert not trained & held_out
    run = RecallTask(small_recall())
    tested = {tuple(row) for row in (*run.test.tolist(), *run.shown.tolist())}
    for step in range(20):
        assert not tested & {tuple(row) for row in run.batches(step)[0].tolist()}


def test_a_batch_follows_from_seed_and_step_and_its_label_is_the_first_token() -> None:
    run = RecallTask(small_recall())
    tokens, labels = run.batches(7)
    assert torch.equal(tokens, RecallTask(small_recall()).batches(7)[0])
    assert not torch.equal(tokens, run.batches(8)[0])
    assert not torch.equal(tokens, RecallTask(small_recall(seed=1)).batches(7)[0])
    assert tokens.shape == (8, 6) and torch.equal(labels, tokens[:, 0])
    assert (labels < 3).all() and ((tokens[:, 1:] >= 3) & (tokens[:, 1:] < 6)).all()


def small_recall(**changes: Any) -> RecallConfig:
    experiment = small_one("recall-lstm", **changes)
    assert isinstance(experiment, RecallConfig)
    return experiment


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("digits-cnn", {"channels": (8,)}, r"channels must list two whole numbers from 1 to 256, not \(8,\)"),
        ("digits-cnn", {"channels": (8, True)}, "channels must list two whole numbers"),
        ("digits-cnn", {"channels": (8, 257)}, "channels must list two whole numbers"),
        ("recall-lstm", {"cell": "transformer"}, "cell must be one of rnn, lstm, gru, not 'transformer'"),
        ("recall-lstm", {"length": 2}, "length must be a whole number of at least 3, not 2"),
        ("recall-lstm", {"width": 2000}, "width must be at most 1,024, not 2,000"),
    ],
)
def test_what_cannot_be_trained_is_refused(name: str, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        replace(EXPERIMENTS[name], **changes)


def test_a_batch_larger_than_the_data_is_refused() -> None:
    with pytest.raises(ExperimentError, match="batch_size is 601, and there are 600 images"):
        build_task(small_one("digits-cnn", batch_size=601), data=small_mnist())
