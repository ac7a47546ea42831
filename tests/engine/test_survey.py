"""A study holds the landscape of the network that it names, and of no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.costs import targets_for
from engine.experiments import EXPERIMENTS, ExperimentError
from engine.landscape import Objective, along_weight, model_at, random_plane
from engine.recording import Recording, RecordingError
from engine.studies import BASE, STUDIES, Study, find_recordable
from engine.survey import survey
from tests.engine.small import small_mnist, train_small

SMALL = replace(STUDIES["digits-landscape"], points=7, side=5, examples=200, descent_steps=4)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return train_small(tmp_path_factory.mktemp("survey") / "digits.zarr")


@pytest.fixture(scope="module")
def found(base: Recording, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return survey(SMALL, base, tmp_path_factory.mktemp("survey") / "landscape.zarr", small_mnist())


@pytest.fixture(scope="module")
def objective() -> Objective:
    images = small_mnist().train
    labels = torch.from_numpy(images.labels[:200])
    return Objective.of(torch.from_numpy(images.inputs[:200]), targets_for("squared_error", labels), "squared_error")


def test_it_names_the_recording_that_it_is_of(base: Recording, found: Recording) -> None:
    assert found.complete and found.name == "digits-landscape"
    assert found.config[BASE] == base.digest
    assert (found.config["steps"], found.config["seed"]) == (120, 0)
    assert SMALL.differences(found.config) == []
    assert STUDIES["digits-landscape"].differences(found.config)[0].startswith("points: 7 recorded, 201 asked for")


def test_the_line_is_along_the_first_weight(base: Recording, found: Recording, objective: Objective) -> None:
    name, *entry = SMALL.weights[0]
    line = along_weight(model_at(base, -1), name, tuple(entry))
    changes = found.read("line.change")
    assert (changes[0], changes[3], changes[-1]) == (-8, 0, 8)
    np.testing.assert_allclose(found.read("line.cost"), line.costs(changes[:, None], objective))
    np.testing.assert_allclose(found.read("line.slope"), line.slopes(changes[:, None], objective)[:, 0])
    assert found.read("trained")[0] == pytest.approx(base.read(name, step=-1)[entry[0], entry[1]])


def test_rows_go_along_the_second_weight(base: Recording, found: Recording, objective: Objective) -> None:
    name, *entry = SMALL.weights[1]
    along_second = along_weight(model_at(base, -1), name, tuple(entry)).costs(
        found.read("pair.second")[:, None], objective
    )
    middle = found.read("pair.cost", column=2)  # where the first weight is as it was trained
    np.testing.assert_allclose(middle, along_second, rtol=1e-5)


def test_the_descent_is_in_the_random_plane(base: Recording, found: Recording, objective: Objective) -> None:
    plane = random_plane(model_at(base, -1), SMALL.plane_seed)
    way = found.read("random.descent")
    np.testing.assert_allclose(way, plane.descend(SMALL.start, SMALL.rate, 4, objective), rtol=1e-5)
    np.testing.assert_allclose(found.read("random.descent_cost"), plane.costs(way, objective), rtol=1e-5)


def test_the_path_lies_within_its_plane(found: Recording) -> None:
    places = found.read("path.place")
    for axis, name in enumerate(("path.first", "path.second")):
        ticks = found.read(name)
        assert ticks[0] < places[:, axis].min() and places[:, axis].max() < ticks[-1]
    assert 0 < found.read("path.explained").sum() <= 1


def test_the_same_study_is_the_same_to_the_last_bit(base: Recording, found: Recording, tmp_path: Path) -> None:
    assert survey(SMALL, base, tmp_path / "again.zarr", small_mnist()).digest == found.digest


def test_what_is_no_recording_is_left_alone(base: Recording, tmp_path: Path) -> None:
    (tmp_path / "beach.jpg").write_bytes(b"sun")
    with pytest.raises(RecordingError, match="is not a recording, and is left alone"):
        survey(SMALL, base, tmp_path, small_mnist())
    assert (tmp_path / "beach.jpg").read_bytes() == b"sun"


def test_names_of_both_kinds_are_known() -> None:
    assert isinstance(find_recordable("digits-landscape"), Study)
    assert find_recordable("digits") is EXPERIMENTS["digits"]
    with pytest.raises(ExperimentError, match="did you mean 'digits-landscape'"):
        find_recordable("digit-landscape")
