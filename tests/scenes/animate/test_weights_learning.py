"""The weights of any recording: every shade is a recorded weight, and what is left out is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.recording import Recording
from scenes.animate.composition import compose
from scenes.animate.shared.layers import all_weights, shown_of
from scenes.animate.weights.moved_rows import MovedRows, share_form
from scenes.animate.weights.plans import MOST_PICTURES, MOST_ROWS
from scenes.animate.weights.views import moved_share, view_of
from scenes.language.translation import LANGUAGES
from scenes.look.choices import CatalogError
from scenes.look.style import palette
from scenes.mobjects.pictures.colormap import diverging
from scenes.mobjects.pictures.picture_table import PictureTable
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.animate.runs.trained import convolutions, dense, numbers, pictures, train
from tests.scenes.chapters.beats import require_well_told

BEAT = "weights_learning"


class Hidden(nn.Module):
    """A module whose layers have very long names, and that is larger than can be drawn whole."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.a_part_whose_name_is_far_too_long_to_be_written_anywhere_on_the_frame = dense(4, 100, 80, 3)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return self.a_part_whose_name_is_far_too_long_to_be_written_anywhere_on_the_frame(values)


MODELS = {
    "convolutions": (convolutions, lambda: pictures(3), {}),
    "pictures": (lambda: nn.Sequential(nn.Flatten(), *dense(36, 5, 2)), pictures, {}),
    "one-unit": (lambda: nn.Linear(4, 1), numbers, {"steps": 1}),
    "long-names": (Hidden, numbers, {"budget": 4000}),
}


@pytest.fixture(scope="module", params=MODELS)
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    model, inputs, options = MODELS[request.param]
    return train(tmp_path_factory.mktemp("weights") / request.param, model(), inputs(), **options)


def test_it_is_well_told_and_the_numbers_are_recorded(recording: Recording) -> None:
    beat = run_own_beat(recording, BEAT)
    require_well_told(beat)
    assert beat.step.value == recording.last_step
    for view in beat.views:
        first, last = recording.read(view.array, step=[0, -1]).astype(float)
        assert view.moved == pytest.approx(np.linalg.norm(last - first) / np.linalg.norm(first))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout_is_without_faults(recording: Recording, language: str) -> None:
    assert faults_of(recording, BEAT, language) == ()


def test_every_snapshot_is_shown_as_it_was_recorded(recording: Recording) -> None:
    names = all_weights(recording)
    for name in shown_of(names):
        view = view_of(recording, name, name == names[0])
        table = PictureTable(view.values[0], view.scale, (5.0, 4.0), aside=view.aside)
        known = [*recording.read(name).ravel().tolist(), 0.0]
        for place in range(len(view.steps)):
            values = view.at(float(place))
            np.testing.assert_array_equal(values, view.values[place])
            if values.ndim == 3:
                np.testing.assert_array_equal(table.show_values(values).fill, diverging(values.ravel(), view.scale))
            if not view.aside:
                assert np.isin(values, known).all()


def test_first_dense_layers_on_pictures_are_pictures_and_kernels_too(tmp_path: Path) -> None:
    seen = train(tmp_path / "dense", nn.Sequential(nn.Flatten(), *dense(36, 5, 2)), pictures())
    first, second = (view_of(seen, name, place == 0) for place, name in enumerate(all_weights(seen)))
    np.testing.assert_array_equal(first.values[-1], seen.read("1.weight", step=-1).reshape(5, 6, 6))
    assert second.values.shape[1:] == (1, 2, 6) and second.aside == "column"
    np.testing.assert_array_equal(second.values[-1, 0, :, -1], seen.read("3.bias", step=-1))
    colours = train(tmp_path / "colours", convolutions(), pictures(3))
    first, second, _ = (view_of(colours, name, place == 0) for place, name in enumerate(all_weights(colours)))
    np.testing.assert_array_equal(
        first.values[0], colours.read("0.weight", step=0).transpose(0, 2, 3, 1)
    )  # kernels of three planes
    kernels = colours.read("2.weight").reshape(7, 64, 9)
    largest = np.sort(np.argsort(-np.linalg.norm(kernels[-1], axis=1))[:MOST_PICTURES])
    np.testing.assert_array_equal(second.values.reshape(7, -1, 9), kernels[:, largest])
    assert second.told[0].values == {"count": MOST_PICTURES, "all": 64} and second.told[0].largest


def test_what_is_left_out_of_a_matrix_and_of_the_recording_is_told(tmp_path: Path) -> None:
    recording = train(tmp_path / "wide", Hidden(), numbers(), budget=4000)
    _, middle, _ = (view_of(recording, name, place == 0) for place, name in enumerate(all_weights(recording)))
    kept = recording.arrays[middle.array].shape[1:]
    assert middle.part and kept != (80, 100)
    told = {line.text: line.values for line in middle.told}
    assert any(text.startswith("recorded: ") for text in told)
    assert all(values["count"] <= values["all"] for values in told.values() if "all" in values)
    assert middle.values.shape[2] <= MOST_ROWS


def test_the_step_told_is_that_of_the_snapshot_that_a_picture_leaves(recording: Recording) -> None:
    name = all_weights(recording)[0]
    view = view_of(recording, name, True)
    steps = recording.steps(name)
    assert [view.step(place) for place in (0.0, 0.4, 0.99, 1.0)] == [steps[0], steps[0], steps[0], steps[1]]
    for place in (0.0, 0.4):
        np.testing.assert_array_equal(view.at(place), view.values[0])
    if len(steps) == 2:
        return
    beat = run_own_beat(recording, BEAT)
    assert {shown.step for shown in beat.steps_shown} <= set(steps.tolist())


def test_what_hardly_moved_is_said_so_and_only_of_those_shown(tmp_path: Path) -> None:
    still = run_own_beat(train(tmp_path / "still", dense(4, 3, 2), numbers(), rate=1e-9), BEAT)
    assert still.captions[-1].text == "They hardly moved: by {share} at the most."
    moved = run_own_beat(train(tmp_path / "moved", dense(4, 3, 2), numbers(), rate=1.0), BEAT)
    assert moved.captions[-1].text.startswith("Of these, ")


def test_how_far_weights_went() -> None:
    ones = np.ones(4)
    assert moved_share(ones, 3 * ones) == 2
    assert moved_share(0 * ones, ones) == float("inf")
    assert moved_share(0 * ones, 0 * ones) == 0
    assert np.isnan(moved_share(ones, np.nan * ones))
    assert share_form(np.array([0.0123, 2.0])).format(0.0123) == "1.2%"
    assert share_form(np.array([1.19, np.inf])).format(1.19) == "119%"


def test_bars_are_as_long_as_weights_have_moved(recording: Recording) -> None:
    views = [view_of(recording, name, False) for name in shown_of(all_weights(recording))]
    rows = MovedRows(views, "none")
    lengths = np.array([bar.width for bar in rows.bars])
    moved = np.array([view.moved for view in views])
    np.testing.assert_allclose(lengths / lengths.max(), moved / moved.max(), atol=1e-3)


def test_what_is_no_number_is_yellow() -> None:
    table = PictureTable(np.array([[[1.0, np.nan], [np.inf, 0.0]]]), 1.0, (2.0, 2.0))
    yellow = PictureTable(np.full((1, 1, 1), np.nan), 1.0, (2.0, 2.0)).fill[0]
    np.testing.assert_array_equal(table.fill[1], yellow)
    np.testing.assert_array_equal(table.fill[2], yellow)
    assert palette().attention and table.fill[0, 3] == 1 and table.fill[3, 3] == 0


@pytest.mark.parametrize("shape", [(1, 3, 40), (7, 5, 5), (40, 3, 3), (1, 1, 1), (3, 1, 9)])
@pytest.mark.parametrize("aside", ["", "column"])
def test_pictures_stay_in_their_room_and_apart(shape: tuple[int, int, int], aside: str) -> None:
    table = PictureTable(np.ones(shape), 1.0, (4.0, 2.5), aside=aside)
    assert table.width <= 4.0 + 1e-6 and table.height <= 2.5 + 1e-6
    corners = table.points.reshape(-1, 4, 3)
    low, high = corners.min(axis=1)[:, :2], corners.max(axis=1)[:, :2]
    over = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)  # (cell, cell, axis)
    assert ((over > 1e-6).all(axis=2) == np.eye(len(low), dtype=bool)).all()
    frames = table.frames()
    assert len(frames) == shape[0] and frames.width == pytest.approx(table.width + 0.06, abs=1e-6)


def test_it_takes_two_snapshots(tmp_path: Path) -> None:
    recording = train(tmp_path / "start", nn.Linear(4, 1), numbers(), steps=0)
    with pytest.raises(CatalogError, match="two snapshots"):
        compose(recording, (BEAT,), name="start")
