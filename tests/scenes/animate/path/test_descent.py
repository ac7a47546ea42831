"""The path of a training is that of its recorded parameters, and what is said of it was measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.recorder import Recorder
from engine.recording import Recording
from engine.recording.views.parameter_path import parameters_over_time, read_parameter_path
from scenes.animate.composition import compose
from scenes.animate.path.way import along_the_way
from scenes.language.translation import LANGUAGES
from scenes.look.choices import CatalogError
from tests.evidence.own_recordings import clouds
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.chapters.beats import require_well_told

BEAT = "descent"


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return clouds(tmp_path_factory.mktemp("way") / "taught")


def moved(path: Path, places: np.ndarray, **settings: object) -> Recording:
    """Return the recording of a model that is put from place to place, (snapshot, 2), by hand."""
    model = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(places[:1]))
    with Recorder(model, path, every=1, record=("weight",), **settings) as recorder:
        for place in places[1:]:
            with torch.no_grad():
                model.weight.copy_(torch.tensor(place[None]))
            recorder.step()
    return recorder.recording


def test_it_is_well_told_and_ends_at_the_last_snapshot(taught: Recording) -> None:
    beat = run_own_beat(taught, BEAT)
    require_well_told(beat)
    assert beat.path.count == taught.structure.parameters == beat.path.of
    np.testing.assert_allclose(beat.tip.centers[0], beat.places[-1], atol=1e-6)
    assert beat.loss.value == pytest.approx(float(taught.read("metric.loss", step=-1)))
    told = next(caption for caption in beat.captions if "straight line" in caption.text)
    assert told.values["times"] == f"{beat.path.lengths.sum() / beat.path.straight:.1f}"
    apart = np.linalg.norm(beat.places[:-1] - beat.places[1:], axis=1)
    plane = np.linalg.norm(np.diff(beat.path.places, axis=0), axis=1)
    np.testing.assert_allclose(apart / apart.max(), plane / plane.max(), atol=1e-6)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout_is_without_faults(taught: Recording, language: str) -> None:
    assert faults_of(taught, BEAT, language) == ()


def test_a_way_in_a_plane_is_kept_whole_and_its_lengths_are_those_of_the_parameters(tmp_path: Path) -> None:
    places = np.array([[0, 0], [3, 0], [3, 4], [6, 4]], dtype=np.float32)
    path = read_parameter_path(moved(tmp_path / "plane", places))
    assert path.share == pytest.approx(1) and (path.count, path.of) == (2, 2)
    np.testing.assert_allclose(path.lengths, [3, 4, 3], atol=1e-5)
    assert path.straight == pytest.approx(np.hypot(6, 4))
    distances = np.linalg.norm(path.places[:, None] - path.places[None], axis=-1)
    np.testing.assert_allclose(distances, np.linalg.norm(places[:, None] - places[None], axis=-1), atol=1e-5)
    assert path.places[-1, 0] > path.places[0, 0]


def test_what_did_not_move_is_told_so(tmp_path: Path) -> None:
    recording = moved(tmp_path / "still", np.ones((4, 2), dtype=np.float32))
    beat = run_own_beat(recording, BEAT)
    assert beat.captions[-1].text == "It did not move: its last snapshot is where its first was."
    assert faults_of(recording, BEAT, "en") == ()


def test_snapshots_that_are_no_finite_numbers_are_left_out_and_counted(tmp_path: Path) -> None:
    places = np.array([[0, 0], [1, 2], [3, 2], [np.inf, 2], [np.nan, 3]], dtype=np.float32)
    recording = moved(tmp_path / "broken", places)
    path = read_parameter_path(recording)
    assert (path.steps.tolist(), path.lost) == ([0, 1, 2], 2)
    assert faults_of(recording, BEAT, "en") == ()
    assert along_the_way(moved(tmp_path / "none", places[2:])) == ()


def test_it_takes_three_snapshots(tmp_path: Path) -> None:
    recording = moved(tmp_path / "two", np.ones((2, 2), dtype=np.float32))
    assert parameters_over_time(recording) == ()
    with pytest.raises(CatalogError, match="descent cannot be drawn from"):
        compose(recording, (BEAT,), name="two")
