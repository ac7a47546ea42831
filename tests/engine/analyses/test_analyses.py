"""An analysis holds the landscape of the network that it names, and of no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch

from engine.analyses.catalog import (
    ANALYSES,
    BASE,
    Analysis,
    LandscapeAnalysis,
    ReviewAnalysis,
    find_recordable,
    parameters_digest,
)
from engine.analyses.cost_surface import Objective, along_weight, model_at, random_plane
from engine.analyses.of_digits import TRAINING_IMAGES
from engine.analyses.run import run_analysis
from engine.analyses.slices import barrier, slices_of_first_layer
from engine.experiments import EXPERIMENTS, ExperimentError
from engine.recording import Recording, RecordingError
from engine.training.losses import targets_for
from tests.engine.small import small_mnist, train_small

SMALL = replace(
    cast(LandscapeAnalysis, ANALYSES["digits-landscape"]),
    points=7,
    side=5,
    examples=200,
    descent_steps=4,
    walk_steps=3,
    slices=9,
)
LAST = "layer3.weight"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return train_small(tmp_path_factory.mktemp("survey") / "digits.zarr")


@pytest.fixture(scope="module")
def found(base: Recording, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return run_analysis(SMALL, base, tmp_path_factory.mktemp("survey") / "landscape.zarr", data=small_mnist())


@pytest.fixture(scope="module")
def objective() -> Objective:
    images = small_mnist().train
    labels = torch.from_numpy(images.labels[:200])
    return Objective.of(torch.from_numpy(images.inputs[:200]), targets_for("squared_error", labels), "squared_error")


def test_it_names_the_recording_that_it_is_of(base: Recording, found: Recording) -> None:
    assert found.complete and found.name == "digits-landscape"
    assert found.config[BASE] == parameters_digest(base)
    assert (found.config["steps"], found.config["seed"]) == (120, 0)
    assert (found.config["examples"], found.config[TRAINING_IMAGES]) == (200, 600)
    assert found.origin == {"data": {"mnist": small_mnist().digests()}}
    assert SMALL.differences(found.config) == []
    assert "points: 7 recorded, 201 asked for" in ANALYSES["digits-landscape"].differences(found.config)


def test_the_line_is_along_the_first_weight(base: Recording, found: Recording, objective: Objective) -> None:
    entry = SMALL.weights[0]
    line = along_weight(model_at(base, -1).double(), LAST, entry)
    changes = found.read("line.change")
    assert (changes[0], changes[3], changes[-1]) == (-8, 0, 8)
    places, exact = changes[:, None], objective.double()
    np.testing.assert_allclose(found.read("line.cost"), line.costs(places, exact), rtol=1e-12)
    np.testing.assert_allclose(found.read("line.slope"), line.slopes(places, exact)[:, 0], rtol=1e-9)
    assert found.read("trained")[0] == pytest.approx(base.read(LAST, step=-1)[entry])


def test_rows_go_along_the_second_weight(base: Recording, found: Recording, objective: Objective) -> None:
    along_second = along_weight(model_at(base, -1), LAST, SMALL.weights[1]).costs(
        found.read("pair.second")[:, None], objective
    )
    middle = found.read("pair.cost", column=2)  # where the first weight is as it was trained
    np.testing.assert_allclose(middle, along_second, rtol=1e-5)


def test_the_descent_is_in_the_random_plane(base: Recording, found: Recording, objective: Objective) -> None:
    plane, exact = random_plane(model_at(base, -1).double(), SMALL.plane_seed), objective.double()
    way = found.read("random.descent")
    np.testing.assert_allclose(way, plane.descend(SMALL.start, SMALL.rate, 4, exact), rtol=1e-9)
    np.testing.assert_allclose(found.read("random.descent_cost"), plane.costs(way, exact), rtol=1e-9)


def test_the_path_lies_within_its_plane(found: Recording) -> None:
    places = found.read("path.place")
    for axis, name in enumerate(("path.first", "path.second")):
        ticks = found.read(name)
        assert ticks[0] < places[:, axis].min() and places[:, axis].max() < ticks[-1]
    assert 0 < found.read("path.explained").sum() <= 1


def test_the_same_analysis_is_the_same_to_the_last_bit(base: Recording, found: Recording, tmp_path: Path) -> None:
    assert run_analysis(SMALL, base, tmp_path / "again.zarr", data=small_mnist()).digest == found.digest


def test_what_is_no_recording_is_left_alone(base: Recording, tmp_path: Path) -> None:
    (tmp_path / "beach.jpg").write_bytes(b"sun")
    with pytest.raises(RecordingError, match="is not a recording, and is left alone"):
        run_analysis(SMALL, base, tmp_path, data=small_mnist())
    assert (tmp_path / "beach.jpg").read_bytes() == b"sun"


def test_names_of_both_kinds_are_known() -> None:
    assert isinstance(find_recordable("digits-landscape"), Analysis)
    assert find_recordable("digits") is EXPERIMENTS["digits"]
    with pytest.raises(ExperimentError, match="did you mean 'digits-landscape'"):
        find_recordable("digit-landscape")


def test_walks_follow_their_rules(base: Recording, found: Recording, objective: Objective) -> None:
    rates = dict(zip(("shrinking", "far"), found.read("line.rate"), strict=True))
    assert rates["far"] == pytest.approx(9 * rates["shrinking"])
    line, exact = along_weight(model_at(base, -1).double(), LAST, SMALL.weights[0]), objective.double()
    for name, rate in rates.items():
        way, slopes = found.read(f"walk.{name}"), found.read(f"walk.{name}_slope")
        assert np.diff(way) == pytest.approx(-rate * slopes[:-1], rel=1e-9)
        np.testing.assert_allclose(slopes, line.slopes(way[:, None], exact)[:, 0], rtol=1e-9)
        np.testing.assert_allclose(found.read(f"walk.{name}_cost"), line.costs(way[:, None], exact), rtol=1e-9)


def test_costs_of_a_line_do_not_scatter(base: Recording, found: Recording, objective: Objective) -> None:
    change, costs, slopes = (found.read(f"line.{part}") for part in ("change", "cost", "slope"))
    line, turn = along_weight(model_at(base, -1).double(), LAST, SMALL.weights[0]), 1e-5
    below, above = (line.costs(change[:, None] + step, objective.double()) for step in (-turn, turn))
    np.testing.assert_allclose((above - below) / (2 * turn), slopes, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose((above + below) / 2, costs, rtol=1e-9)


def test_slices_of_the_first_layer_are_those_of_the_network(base: Recording, objective: Objective) -> None:
    model = model_at(base, -1)
    slices = slices_of_first_layer(model, objective, 5, 6.0, 9)
    for entry, costs in zip(slices.entries.tolist(), slices.costs, strict=True):
        line = along_weight(model, "layer1.weight", tuple(entry))
        np.testing.assert_allclose(costs, line.costs(np.linspace(-6, 6, 9)[:, None], objective), rtol=2e-5)


@pytest.mark.parametrize(
    ("costs", "height"),
    [
        ([3.0, 1, 2, 0, 4], 1.0),  # two valleys, the left one higher by 1
        ([3.0, 2, 1, 2, 3], 0.0),  # one
        ([1.0, 2, 3, 2, 1], 0.0),  # lower towards its ends, where nothing is known
        ([100.0, 1, 1.2, 1, 100], 0.0),  # a ridge too low to be seen
    ],
)
def test_a_ridge_is_measured_from_the_higher_valley(costs: list[float], height: float) -> None:
    assert barrier(np.array(costs), least=0.01) == pytest.approx(height)


def test_entries_of_a_small_layer_are_counted_round(tmp_path: Path) -> None:
    narrow = train_small(tmp_path / "narrow.zarr", hidden=(6, 4))
    analysis = run_analysis(SMALL, narrow, tmp_path / "analysis.zarr", data=small_mnist())
    assert analysis.read("entry").tolist() == [[3, 1], [3, 3]]
    assert analysis.config["hidden"] == [6, 4]


# A review -------------------------------------------------------------------------------------------------------------

REVIEW = replace(cast(ReviewAnalysis, ANALYSES["digits-review"]), examples=200, shown=12, noise=30, noise_shown=4)


@pytest.fixture(scope="module")
def review(base: Recording, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return run_analysis(REVIEW, base, tmp_path_factory.mktemp("survey") / "review.zarr", data=small_mnist())


def test_costs_of_examples_are_those_of_their_answers(review: Recording) -> None:
    answers, labels = review.read("train.output"), review.read("train.label")
    wanted = np.eye(10)[labels]
    np.testing.assert_allclose(((answers - wanted) ** 2).sum(axis=2), review.read("train.cost")[:, :12], rtol=1e-5)
    assert review.read("train.cost").shape == (2, 200)


def test_the_costs_of_all_training_images_are_those_that_the_run_was_measured_at(
    base: Recording, tmp_path: Path
) -> None:
    whole = run_analysis(
        replace(ANALYSES["digits-review"], shown=12, noise=4, noise_shown=2),
        base,
        tmp_path / "r.zarr",
        data=small_mnist(),
    )
    costs = whole.read("train.cost").astype(float)
    assert costs.shape == (2, 600)
    assert costs.mean(axis=1) == pytest.approx(base.read("metric.train_loss")[[0, -1]], rel=1e-6)


def test_it_answers_the_test_images_as_the_network_was_scored(base: Recording, review: Recording) -> None:
    right = review.read("test.output").argmax(axis=1) == base.read("test.label")
    assert right.mean() == pytest.approx(base.read("metric.test_accuracy", step=-1))


def test_lit_pixels_are_counted_in_all_training_images(review: Recording) -> None:
    images = small_mnist().train.inputs
    counted = [[sum(image[row, column] > 0 for image in images) for column in range(28)] for row in range(28)]
    assert len(images) > REVIEW.examples
    np.testing.assert_array_equal(review.read("train.lit"), counted)


def test_noise_is_uniform_and_answered_by_the_trained_network(base: Recording, review: Recording) -> None:
    noise, answers = review.read("noise.input"), review.read("noise.output")
    assert noise.shape == (4, 28, 28) and answers.shape == (30, 10)
    assert 0 <= noise.min() < 0.01 and 0.99 < noise.max() < 1 and noise.mean() == pytest.approx(0.5, abs=0.02)
    with torch.no_grad():
        again = model_at(base, -1)(torch.from_numpy(noise.copy())).numpy()
    np.testing.assert_allclose(answers[:4], again, rtol=1e-5)


def test_the_gradient_is_that_of_the_first_snapshot(base: Recording, review: Recording, objective: Objective) -> None:
    model, step = model_at(base, 0), 1e-3
    gradient = review.read("layer3.weight.gradient")
    assert gradient.shape == (10, 16)
    line = along_weight(model.double(), LAST, (2, 7))
    exact = Objective(objective.inputs.double(), objective.targets.double(), objective.cost)
    lower, higher = line.costs(np.array([[-step], [step]]), exact)
    assert gradient[2, 7] == pytest.approx((higher - lower) / (2 * step), rel=1e-4)
