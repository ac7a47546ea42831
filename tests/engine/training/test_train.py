"""Training: what is recorded is what happened, it repeats, and it goes on after any stop."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.analyses.cost_surface import model_at
from engine.data.mnist import Images, Mnist
from engine.experiments import SHOWN, DigitsConfig, ExperimentError
from engine.experiments.digits.task import DigitsTask
from engine.recording import Recording, RecordingError
from engine.recording.format.layout import unfinished_path
from engine.recording.format.plan import RecordingPlan
from engine.train import fit, train
from engine.training.callbacks import Observer, Progress
from tests.engine.small import small_experiment, small_mnist, train_small


@pytest.fixture(autouse=True)
def tell_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell the observers of every step."""
    monkeypatch.setattr("engine.training.logger.TELL_SECONDS", 0.0)


def test_every_step_recorded_is_gradient_descent(tmp_path: Path) -> None:
    """θ_{s+1} = θ_s − η ∇C(θ_s), exactly, where consecutive steps were recorded."""
    recording = train_small(tmp_path / "r.zarr", steps=8, snapshots=20)
    rate = np.float32(recording.config["learning_rate"])
    for layer in ("layer1", "layer2", "layer3"):
        for kind in ("weight", "bias"):
            values = recording.read(f"{layer}.{kind}")
            gradients = recording.read(f"{layer}.{kind}.gradient")
            np.testing.assert_allclose(values[1:], values[:-1] - rate * gradients[:-1], rtol=0, atol=1e-7)
            assert gradients.any(axis=tuple(range(1, gradients.ndim))).all()  # the last snapshot has one too


def test_recorded_activations_are_those_of_the_recorded_weights(small: Recording) -> None:
    for snapshot in (0, -1):
        values = small.read("probe.input").reshape(20, 784)
        for layer in ("layer1", "layer2", "layer3"):
            z = values @ small.read(f"{layer}.weight", step=snapshot).T + small.read(f"{layer}.bias", step=snapshot)
            np.testing.assert_allclose(small.read(f"{layer}.pre_activation", step=snapshot), z, atol=1e-5)
            values = 1 / (1 + np.exp(-z))
            np.testing.assert_allclose(small.read(f"{layer}.activation", step=snapshot), values, atol=1e-6)


def test_recorded_metrics_are_those_of_the_recorded_weights(small: Recording) -> None:
    values = small.read("test.input").reshape(300, 784)
    for layer in ("layer1", "layer2", "layer3"):
        z = values @ small.read(f"{layer}.weight", step=-1).T + small.read(f"{layer}.bias", step=-1)
        values = 1 / (1 + np.exp(-z))
    labels = small.read("test.label")
    assert small.read("metric.test_accuracy", step=-1) == pytest.approx((values.argmax(1) == labels).mean())
    loss = ((values - np.eye(10)[labels]) ** 2).sum(1).mean()
    assert small.read("metric.test_loss", step=-1) == pytest.approx(loss, rel=1e-5)
    assert small.read("metric.loss")[-20:].mean() < small.read("metric.loss")[:20].mean()


def test_every_measure_is_of_recorded_weights(small: Recording) -> None:
    """At each step of a measure the weights recorded at that step give it."""
    for measure, step in zip(small.read("metric.test_accuracy"), small.steps("metric.test_accuracy"), strict=True):
        model = model_at(small, small.at_step("layer1.weight", int(step)))
        answers = model(torch.from_numpy(small.read("test.input").copy())).argmax(1).numpy()
        assert measure == (answers == small.read("test.label")).mean()


def test_the_same_seed_gives_the_same_arrays(small: Recording, tmp_path: Path) -> None:
    again = train_small(tmp_path / "again.zarr")
    for name in small.arrays:
        np.testing.assert_array_equal(again.read(name), small.read(name))
    assert again.digest == small.digest


def test_another_seed_gives_other_arrays(small: Recording, tmp_path: Path) -> None:
    other = train_small(tmp_path / "other.zarr", seed=1)
    assert (other.read("layer1.weight", step=0) != small.read("layer1.weight", step=0)).any()
    assert other.digest != small.digest


def test_recording_leaves_the_training_as_it_is(small: Recording) -> None:
    """The same loop without recorder, observers and evaluations ends with the same bits, and no hook is left."""

    class Nothing:
        def measured(self, step: int, loss: float) -> None: ...
        def moved(self, step: int) -> None: ...

    experiment = small_experiment()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(experiment.seed)
    run = DigitsTask(experiment, small_mnist())
    fit(run.model, run.cost, run.optimizer, run.batches, experiment.steps, Nothing())
    torch.set_num_threads(threads)
    for name, parameter in run.model.named_parameters():
        np.testing.assert_array_equal(parameter.detach().numpy(), small.read(name, step=-1))


def test_the_callers_threads_generators_and_signals_are_as_before(tmp_path: Path) -> None:
    torch.set_num_threads(2)
    before = torch.get_rng_state(), signal.getsignal(signal.SIGINT)
    train_small(tmp_path / "r.zarr", steps=3)
    assert torch.get_num_threads() == 2
    assert torch.equal(torch.get_rng_state(), before[0])
    assert signal.getsignal(signal.SIGINT) is before[1]


@pytest.mark.parametrize("name", ["digits-relu", "digits-relu-cross-entropy"])
def test_the_other_experiments_learn(name: str, tmp_path: Path) -> None:
    accuracy = train_small(tmp_path / "r.zarr", name, steps=300).read("metric.test_accuracy")
    assert accuracy[-1] > 0.6
    assert accuracy[-1] > accuracy[0] + 0.3


def test_only_what_is_asked_for_is_recorded(tmp_path: Path) -> None:
    recording = train_small(tmp_path / "r.zarr", steps=3, record=("bias", "layer3.activation"))
    named = {name for name in recording.arrays if name.startswith("layer")}
    assert named == {"layer1.bias", "layer2.bias", "layer3.bias", "layer3.activation"}
    with pytest.raises(RecordingError, match=r"nothing to record matches 'attention' .*; there are the kinds"):
        train_small(tmp_path / "other.zarr", record=("attention",))
    assert not (tmp_path / "other.zarr").exists()


def test_observers_hear_the_plan_and_the_progress(tmp_path: Path) -> None:
    heard: list[Progress] = []
    plans: list[tuple[RecordingPlan, Path, int]] = []

    class Listener(Observer):
        def started(self, plan: RecordingPlan, path: Path, step: int) -> None:
            plans.append((plan, path, step))

        def progressed(self, progress: Progress) -> None:
            heard.append(progress)

    recording = train(small_experiment(), tmp_path / "r.zarr", observers=[Listener()], data=small_mnist())
    plan, path, step = plans[0]
    assert len(plans) == 1
    assert (path, step) == (unfinished_path(recording.path), 0)
    assert {spec.name: spec.shape for spec in plan.arrays} == {n: i.shape for n, i in recording.arrays.items()}
    assert plan.nbytes == sum(recording.read(name).nbytes for name in recording.arrays)
    assert re.fullmatch(r"layer1\.weight +step 20 × out 16 × in 784 +1\.00 MB", plan.lines()[0])
    assert plan.lines()[-1] == f"29 arrays, 20 snapshots, {plan.nbytes / 1e6:.1f} MB before compression"
    assert [progress.step for progress in heard[:-1]] == list(range(1, 121))
    last = heard[-1]
    assert (last.step, last.steps) == (120, 120)
    assert last.measured["metric.test_accuracy"] == recording.read("metric.test_accuracy", step=-1)
    assert last.told == f"test accuracy {last.measured['metric.test_accuracy']:.1%}"
    assert last.loss == recording.read("metric.loss", step=-1)


@pytest.mark.parametrize("name", ["digits-true-labels", "digits-shuffled-labels"])
def test_the_labels_trained_on_are_recorded(name: str, tmp_path: Path) -> None:
    recording = train_small(tmp_path / "r.zarr", name, train_images=500, steps=3)
    labels, belongs_to = recording.read("train.label"), recording.read("train.label_image")
    true = small_mnist().train.labels
    assert len(labels) == len(belongs_to) == SHOWN
    np.testing.assert_array_equal(labels, true[belongs_to])
    assert (belongs_to < 500).all() and len(set(belongs_to.tolist())) == SHOWN
    assert (belongs_to == np.arange(SHOWN)).all() == (name == "digits-true-labels")
    run = DigitsTask(DigitsConfig.from_config(recording.config), small_mnist())
    order, (_, targets) = run.batches.positions(0), run.batches(0)
    of_the_batch = {int(image): int(target.argmax()) for image, target in zip(order, targets, strict=True)}
    assert all(labels[image] == label for image, label in of_the_batch.items() if image < SHOWN)
    assert any(image < SHOWN for image in of_the_batch)


def test_the_data_that_was_trained_on_is_known_by_its_content(small: Recording, tmp_path: Path) -> None:
    assert small.origin == {"data": {"mnist": small_mnist().digests()}}
    assert train(small_experiment(steps=3), tmp_path / "r.zarr", data=small_mnist(500)).origin != small.origin


def test_a_batch_larger_than_the_training_set() -> None:
    with pytest.raises(ExperimentError, match="batch_size is 601, and there are 600 images"):
        DigitsTask(small_experiment(batch_size=601), small_mnist())


def test_batches_go_once_through_the_training_set(tmp_path: Path) -> None:
    numbered = Images(np.zeros((10, 28, 28), np.float32), np.arange(10))
    run = DigitsTask(small_experiment(batch_size=3, probes_per_class=1), Mnist(numbered, numbered))
    epochs = [torch.cat([run.batches.positions(step) for step in range(start, start + 3)]) for start in (0, 3)]
    assert all(len(set(epoch.tolist())) == 9 for epoch in epochs)
    assert not torch.equal(epochs[0], epochs[1])
    assert torch.equal(run.batches.positions(0), epochs[0][:3])  # back in time, as after a resume
