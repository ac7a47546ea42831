"""What a user changes reaches the training, and its recording has a name of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.analyses.catalog import parameters_digest
from engine.experiments import EXPERIMENTS, USER_PROBE_LABEL, ExperimentError, digest_of_picture
from engine.overrides import Overrides, settings_taken
from engine.recording import Recording
from engine.train import train
from tests.engine.small import small_experiment, small_mnist, train_small

PICTURE = np.linspace(0, 1, 784, dtype=np.float32).reshape(28, 28)


def test_what_is_not_told_stays() -> None:
    assert not Overrides()
    assert Overrides().of(EXPERIMENTS["digits"]) == EXPERIMENTS["digits"]
    assert Overrides(seed=0), "a seed of 0 is told"


def test_what_is_told_takes_its_place() -> None:
    varied = Overrides((30, 20), 0.1, 3, PICTURE).of(EXPERIMENTS["digits-relu"])
    assert (varied.sizes, varied.learning_rate, varied.seed) == ((784, 30, 20, 10), 0.1, 3)
    assert varied.parameter_count == 24_380
    assert varied.own_image == digest_of_picture(PICTURE)
    assert varied.activation == "relu"


def test_names_differ_where_the_training_does() -> None:
    assert Overrides((16, 16), seed=0).name_of("digits") == "digits"
    names = [Overrides(hidden=hidden).name_of("digits") for hidden in ((30, 20), (20, 30))]
    assert len({*names, "digits"}) == 3 and all(name.startswith("digits-") for name in names)


def test_an_analysis_asks_for_parameters_and_for_no_picture() -> None:
    assert Overrides(picture=PICTURE).name_of("digits-review") == "digits-review"
    assert Overrides(picture=PICTURE).name_of("digits") != "digits"
    assert Overrides(seed=3, picture=PICTURE).name_of("digits-review") == Overrides(seed=3).name_of("digits-review")


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (("digits",), ("hidden", "learning_rate", "seed", "picture")),
        (("digits-backprop", "digits-pace"), ("hidden", "learning_rate", "seed")),
        (("digits", "digits-review"), ("hidden", "learning_rate", "seed", "picture")),
    ],
    ids=["an experiment", "analyses alone", "both"],
)
def test_what_is_taken_follows_from_what_is_needed(names: tuple[str, ...], taken: tuple[str, ...]) -> None:
    assert settings_taken(names) == taken


@pytest.fixture(scope="module")
def with_picture(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    wanted = Overrides(picture=PICTURE).of(small_experiment())
    return train(wanted, tmp_path_factory.mktemp("own") / "own.zarr", data=small_mnist(), own=PICTURE)


def test_the_picture_is_probed_last_and_changes_no_parameter(with_picture: Recording, tmp_path: Path) -> None:
    plain = train_small(tmp_path / "plain.zarr")
    assert with_picture.read("probe.label").tolist() == [*plain.read("probe.label").tolist(), USER_PROBE_LABEL]
    np.testing.assert_array_equal(with_picture.read("probe.input")[-1], PICTURE)
    np.testing.assert_array_equal(with_picture.read("layer3.activation")[:, :-1], plain.read("layer3.activation"))
    assert parameters_digest(with_picture) == parameters_digest(plain)
    assert with_picture.digest != plain.digest


def test_another_picture_than_the_experiment_names_is_refused(tmp_path: Path) -> None:
    wanted = Overrides(picture=PICTURE).of(small_experiment())
    for own in (None, PICTURE.T):
        with pytest.raises(ExperimentError, match="not the one that own_image names"):
            train(wanted, tmp_path / "own.zarr", data=small_mnist(), own=own)


def test_labels_are_shuffled_among_the_images_of_the_training_alone() -> None:
    from engine.experiments.digits.task import DigitsTask

    true, shuffled = (
        DigitsTask(small_experiment(f"digits-{labels}-labels", train_images=500), small_mnist())
        for labels in ("true", "shuffled")
    )
    assert len(true.train.labels) == len(shuffled.train.labels) == 500
    assert sorted(true.train.labels.tolist()) == sorted(shuffled.train.labels.tolist())
    moved = (true.train.labels != shuffled.train.labels).float().mean()
    assert 0.8 < moved < 0.97, "a tenth of them meet a label of their own again"
    np.testing.assert_array_equal(true.train.inputs, shuffled.train.inputs)
    np.testing.assert_array_equal(true.test.labels, shuffled.test.labels)


def test_a_full_batch_is_all_images_in_every_step() -> None:
    from engine.experiments.digits.task import DigitsTask

    run = DigitsTask(small_experiment("digits-full-batch", batch_size=600), small_mnist())
    assert run.batches.positions(0).sort().values.tolist() == list(range(600))
    assert run.batches.positions(5).sort().values.tolist() == list(range(600))


def test_the_clock_of_each_evaluation_is_kept_out_of_the_digest(with_picture: Recording) -> None:
    at = with_picture.wall["evaluated_at"]
    assert len(at) == len(with_picture.read("metric.test_accuracy"))
    assert at == sorted(at) and 0 < at[-1] <= with_picture.wall["seconds"]
