"""Inputs in the last hidden space: dots stand where the recorded values are, and the number is measured from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from scenes.animate.space.cloud import explained_by_plane, nearest_mean_share, read_cloud
from scenes.animate.space.hidden_space import EVERY_POSITION, LAST_POSITION, MEAN, needs_of, space_of
from scenes.animate.space.shading import ByClass
from scenes.language.translation import LANGUAGES
from scenes.look.style import palette
from scenes.measures.projection import principal_plane
from scenes.mobjects.pictures.riders import GAP, in_small, ways_beside
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.animate.runs.models import perceptron, plane, record_model
from tests.scenes.animate.runs.recordings import falling, open_metrics
from tests.scenes.chapters.beats import require_well_told

BEAT = "representation"


class Sequences(nn.Module):
    """A recurrent network that answers after the last position, or at each."""

    def __init__(self, each: bool) -> None:
        super().__init__()
        self.embed, self.rnn, self.head = nn.Embedding(5, 3), nn.GRU(3, 4, batch_first=True), nn.Linear(4, 5)
        self.each = each

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states = self.rnn(self.embed(x))[0]
        return self.head(states if self.each else states[:, -1])


class Averaging(nn.Module):
    """A convolution whose places are averaged outside of modules."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(1, 3, 3), nn.Linear(3, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.conv(x).mean(dim=(2, 3)))


def test_dots_are_the_recorded_values_in_the_plane_of_the_last_snapshot(tmp_path: Path) -> None:
    inputs, labels = plane(30)
    recording = record_model(tmp_path / "mine", perceptron(6, nn.ReLU()), inputs, labels, classes=("left", "right"))
    beat = run_own_beat(recording, BEAT)
    require_well_told(beat)
    values = recording.read("1.activation").astype(float)
    fixed = principal_plane(values[-1])
    np.testing.assert_allclose(beat.cloud.points, fixed.of(values))
    assert beat.cloud.explained == fixed.explained and f"{fixed.explained:.0%}" in beat.remark.text
    for row, step in enumerate(recording.steps("1.activation")):
        beat.show_training(float(step), float(step))
        seen, wanted = beat.dots.centers[:, :2], fixed.of(values[row])
        size = (seen[0] - seen[1]) / (wanted[0] - wanted[1])  # each axis to its own scale
        np.testing.assert_allclose(seen - seen[0], size * (wanted - wanted[0]), atol=1e-6)
        assert beat.number.value == nearest_mean_share(values[row], labels.numpy())
        answers = recording.read("output", step=row).argmax(axis=1)
        np.testing.assert_array_equal(beat.inputs.fill[:, :3], beat.shading.colors(answers))
    assert beat.captions[-1].values["last"] == f"{beat.cloud.scores[-1]:.0%}"


def test_the_mean_of_a_class_leaves_each_of_its_own_out() -> None:
    draw = np.random.default_rng(0)
    vectors, labels = draw.normal(size=(20, 3)), draw.integers(0, 3, 20)
    labels[0] = 7  # alone in its class: not counted
    right = []
    for one in range(1, 20):
        others = np.arange(20) != one
        means = {k: vectors[others & (labels == k)].mean(axis=0) for k in (0, 1, 2, 7)}
        right.append(min(means, key=lambda k: np.linalg.norm(vectors[one] - means[k])) == labels[one])
    assert nearest_mean_share(vectors, labels) == pytest.approx(np.mean(right))
    assert np.isnan(nearest_mean_share(vectors, np.zeros(20, dtype=int)))
    assert explained_by_plane(vectors[:, :2], 3 * vectors[:, 1] + 1) == pytest.approx(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_go_with_their_dots(tmp_path: Path, language: str) -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(36, 5), nn.Tanh(), nn.Linear(5, 12))
    images, labels = torch.rand(24, 1, 6, 6), torch.arange(24) % 12
    names = [f"a class with a very long name, number {number}" for number in range(12)]
    recording = record_model(tmp_path / "pictures", model, images, labels, classes=names, steps=3)
    assert faults_of(recording, BEAT, language) == ()


def test_answers_of_a_regression_are_measured_against_the_targets(tmp_path: Path) -> None:
    inputs = torch.linspace(-1, 1, 20)[:, None]
    model = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
    recording = record_model(tmp_path / "curve", model, inputs, torch.sin(2 * inputs))
    beat = run_own_beat(recording, BEAT)
    away = np.abs(recording.read("output", step=-1) - recording.read("probe.target")).mean()
    assert beat.number.value == pytest.approx(away, rel=1e-5)
    assert faults_of(recording, BEAT, "en") == ()


def test_what_a_dot_is_follows_from_the_shapes(tmp_path: Path) -> None:
    tokens = torch.randint(0, 5, (6, 4), generator=torch.Generator().manual_seed(0))
    last = record_model(tmp_path / "last", Sequences(False), tokens, tokens[:, 0])
    every = record_model(tmp_path / "every", Sequences(True), tokens, tokens.flip(1))
    mean = record_model(tmp_path / "mean", Averaging(), torch.rand(4, 1, 5, 5), torch.arange(4) % 2)
    assert [space_of(one).how for one in (last, every, mean)] == [LAST_POSITION, EVERY_POSITION, MEAN]
    cloud = read_cloud(every, space_of(every))
    np.testing.assert_array_equal(cloud.target, tokens.flip(1).flatten())
    assert cloud.points.shape[1] == 24 and read_cloud(last, space_of(last)).points.shape[1] == 6
    values = mean.read("conv.activation", step=-1).mean(axis=(2, 3))
    assert read_cloud(mean, space_of(mean)).scores[-1] == nearest_mean_share(values.astype(float), np.arange(4) % 2)


def test_odd_recordings(tmp_path: Path) -> None:
    inputs = plane(8)[0]
    one_unit = record_model(tmp_path / "unit", perceptron(1, nn.ReLU(), 1), inputs, None)
    values = one_unit.read("1.activation", step=-1).astype(float)
    apart = np.abs(values - values.T)[np.triu_indices(8, 1)].mean()
    beat = run_own_beat(one_unit, BEAT)
    assert beat.cloud.measure == "apart" and beat.number.value == pytest.approx(apart)
    alone = record_model(tmp_path / "alone", perceptron(3, nn.ReLU(), 4), plane(4)[0], torch.arange(4))
    assert run_own_beat(alone, BEAT).cloud.measure == "apart"
    assert needs_of(record_model(tmp_path / "few", perceptron(3, nn.ReLU()), *plane(2))) == ()
    broken = record_model(tmp_path / "broken", perceptron(3, nn.ReLU(), 1), inputs, None, rate=1e30)
    beat = run_own_beat(broken, BEAT)
    assert beat.captions[-1].values == {"step": str(beat.cloud.stopped)}
    assert needs_of(record_model(tmp_path / "one", perceptron(3, nn.ReLU()), *plane(4), steps=0)) == ()
    assert needs_of(open_metrics(tmp_path / "bare.zarr", {"loss": falling(9)})) == ()


def test_of_many_classes_the_largest_ten_have_a_colour() -> None:
    labels = np.repeat(np.arange(12), np.arange(12, 0, -1))
    shading = ByClass(labels, None)
    assert shading.shown.tolist() == list(range(10)) and shading.classes == 12
    greys = shading.colors(np.array([10, 11, -1]))
    assert (greys == greys[0]).all() and len(palette().classes) == 10


def test_pictures_never_cover_each_other_and_are_averaged_over_squares() -> None:
    points = np.random.default_rng(0).normal(size=(20, 8, 2)) * np.linspace(0, 2, 20)[:, None, None]
    spots = ways_beside(points, 0.6, (-5, -3), (5, 3), 0.6)
    apart = np.abs(spots[:, :, None] - spots[:, None]).max(axis=3) + 9 * np.eye(8)
    assert apart.min() > 0.6 * 0.9 and GAP > 1
    small = in_small(np.arange(56 * 56.0).reshape(1, 56, 56))
    assert small.shape == (1, 28, 28) and (small.min(), small.max()) == (0, 1)


def test_of_several_numbers_to_be_found_it_says_which_is_shown(tmp_path: Path) -> None:
    inputs = torch.linspace(-1, 1, 20)[:, None]
    model = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 3))
    recording = record_model(tmp_path / "three", model, inputs, torch.cat([inputs, 2 * inputs, 3 * inputs], dim=1))
    beat = run_own_beat(recording, BEAT)
    assert "the first of 3 numbers" in beat.remark.text.replace("\n", " ")
    away = np.abs(recording.read("output", step=-1)[:, 0] - recording.read("probe.target")[:, 0]).mean()
    assert beat.number.value == pytest.approx(away, rel=1e-5)
