"""What a model answers everywhere is drawn as it was recorded: each cell, each line, each dot."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.recorder import Recorder
from engine.recording import Recording
from scenes.animate.composition import compose
from scenes.animate.regions.answered_grid import arrays_of_regions
from scenes.drawing.batched import rgb255
from scenes.language.translation import LANGUAGES
from scenes.look.choices import CatalogError
from scenes.look.style import palette
from tests.evidence.own_recordings import REELS
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.chapters.beats import require_well_told

BEAT = "decision_regions"


@pytest.fixture(scope="module")
def recording_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Recording]:
    folder = tmp_path_factory.mktemp("regions")
    return cache(lambda reel: REELS[reel](folder / reel.replace(" ", "-")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reel", ["clouds", "one number", "several sines", "sines", "exploding sines"])
def test_the_layout_is_without_faults(recording_of, reel: str, language: str) -> None:
    assert faults_of(recording_of(reel), BEAT, language) == ()


@pytest.mark.parametrize("reel", ["clouds", "one number", "several sines", "sines"])
def test_it_is_well_told(recording_of, reel: str) -> None:
    require_well_told(run_own_beat(recording_of(reel), BEAT))


def test_each_cell_has_the_colour_of_the_answer_there(recording_of) -> None:
    recording = recording_of("clouds")
    beat = run_own_beat(recording, BEAT)
    background, shades = rgb255(palette().background), [rgb255(shade) for shade in palette().classes[:3]]
    for place in (0, len(beat.grid.steps) - 1):
        beat.picture.show(place)
        step = int(beat.grid.steps[place])
        scores = recording.read("probe.grid.output", step=recording.at_step("probe.grid.output", step))
        away = (beat.picture.field.fill[:, :3] - background).reshape(48, 48, 3)
        for row, column in ((0, 0), (3, 40), (24, 24), (47, 11)):
            best = shades[int(scores[row, column].argmax())] - background
            share = away[row, column] / best
            np.testing.assert_allclose(share, share[0], atol=0.02)
            assert 0.05 < share[0] < 0.7
    surest, least = scores.max(axis=2) - scores.min(axis=2), np.linalg.norm(away, axis=2)
    assert np.linalg.norm(away[np.unravel_index(surest.argmax(), surest.shape)]) > np.median(least)


def test_cells_and_dots_stand_where_their_numbers_say(recording_of) -> None:
    recording = recording_of("clouds")
    beat = run_own_beat(recording, BEAT)
    across, up = recording.read("probe.grid.across"), recording.read("probe.grid.up")
    cells = beat.picture.field.centers.reshape(48, 48, 3)
    np.testing.assert_allclose(cells[7, 31], beat.picture.axes.point(across[31], up[7]), atol=1e-5)
    probe = recording.read("probe.input")
    np.testing.assert_allclose(beat.picture.dots.centers, beat.picture.axes.point(probe[:, 0], probe[:, 1]), atol=1e-5)


def test_the_line_is_what_the_model_itself_answers(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, inputs = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1)), torch.linspace(-1, 1, 9)[:, None]
    with Recorder(model, tmp_path / "line", probe=inputs, target=inputs**2) as recorder:
        recorder.step()
    recording = recorder.recording
    across = torch.from_numpy(recording.read("probe.grid.across"))
    with torch.no_grad():
        expected = model(across[:, None].float()).numpy()
    np.testing.assert_allclose(recording.read("probe.grid.output", step=-1), expected, atol=1e-6)
    beat = run_own_beat(recording, BEAT)
    beat.picture.show(len(beat.grid.steps) - 1)
    (line,) = beat.picture.field
    places = beat.picture.axes.point(across.numpy(), expected[:, 0])
    ends = line.points.reshape(-1, 4, 3)
    np.testing.assert_allclose(ends[:, 0], places[:-1], atol=1e-5)


def test_what_cannot_be_laid_out_says_what_it_takes(recording_of) -> None:
    recording = recording_of("pictures")
    assert arrays_of_regions(recording) == ()
    with pytest.raises(CatalogError, match="inputs of one or two numbers"):
        compose(recording, (BEAT,), name="film")


def test_a_dot_where_nothing_changed_is_told_so(recording_of) -> None:
    beat = run_own_beat(recording_of("untaught clouds"), BEAT)
    assert beat.grid.changed.sum() == 0
    assert any("Nowhere" in caption.text for caption in beat.captions)
