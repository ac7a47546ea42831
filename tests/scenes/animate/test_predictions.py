"""How close predictions come, of any regression: dots, lines, errors and piles are what was recorded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from engine.recording import Recording
from scenes.animate.fits.fits import read_fits
from scenes.animate.shared.scored import arrays_of_predictions
from scenes.language.translation import LANGUAGES
from scenes.mobjects.plots.scatter import pile_up
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.animate.runs.answering import classified, generator, regressed, train
from tests.scenes.chapters.beats import require_well_told

BEAT = "predictions"
CASES = {
    "one": lambda path: regressed(path),
    "features": lambda path: regressed(path, 30, 4, 1),
    "outputs": lambda path: regressed(path, 2300, 2, 6, steps=3),
    "still": lambda path: regressed(path, 16, 1, 1, steps=0),
}


@pytest.fixture(scope="module", params=CASES)
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return CASES[request.param](tmp_path_factory.mktemp("predictions") / f"{request.param}.zarr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout_is_without_faults(recording: Recording, language: str) -> None:
    assert faults_of(recording, BEAT, language) == ()


def test_errors_told_are_those_of_the_whole_probe(recording: Recording) -> None:
    beat = run_own_beat(recording, BEAT)
    require_well_told(beat)
    truth, said = recording.read("probe.target"), recording.read("output")
    errors = np.sqrt(((said[-1] - truth) ** 2).mean(axis=0))
    for number, output in zip(beat.errors, beat.fits.outputs, strict=True):
        assert number.value == pytest.approx(errors[output], rel=1e-5)
    told = next(caption.values for caption in beat.captions if "after" in caption.values)
    assert float(told["after"].replace(",", "")) == pytest.approx(np.sqrt(((said[-1] - truth) ** 2).mean()), rel=0.01)
    spread = ((truth - truth.mean(axis=0)) ** 2).mean()
    share = 1 - ((said[-1] - truth) ** 2).mean() / spread
    assert float(beat.captions[-1].values["share"].replace("−", "-")) == pytest.approx(share, abs=0.006)
    assert 12 < beat.captions[-1].end < 38


def test_dots_and_line_are_where_they_were_recorded(tmp_path: Path) -> None:
    recording = regressed(tmp_path / "mine.zarr")
    beat = run_own_beat(recording, BEAT)
    inputs, truth = recording.read("probe.input")[:, 0], recording.read("probe.target")[:, 0]
    for place, step in enumerate(beat.fits.steps):
        said = recording.read("output", step=recording.at_step("output", int(step)))[:, 0].astype(float)
        plot = beat.plots[0]
        within = (said >= plot.span[0]) & (said <= plot.span[1])
        plot.show(said)
        np.testing.assert_allclose(plot.dots.centers[within], plot.axes.point(truth, said)[within], atol=1e-5)
        above = plot.dots.fill[:, 2] > plot.dots.fill[:, 0]
        assert above.tolist() == (said >= truth.astype(float)).tolist()
        beat.show_moment(place, place, 1.0)
        order = np.argsort(inputs)
        expected = beat.curve.axes.point(inputs, said)[order][within[order]]
        distances = np.linalg.norm(beat.curve.curve.points[None] - expected[:, None], axis=2).min(axis=1)
        assert distances.max() < 1e-4 or within.sum() < 2


def test_errors_are_those_of_the_step_recorded_last_while_dots_are_on_their_way(tmp_path: Path) -> None:
    recording = regressed(tmp_path / "mine.zarr")
    beat = run_own_beat(recording, BEAT)
    errors = np.sqrt(((recording.read("output") - recording.read("probe.target")) ** 2).mean(axis=(1, 2)))
    for share, told in ((0.0, 1), (0.9, 1), (1.0, 2)):
        beat.show_moment(1, 2, share)
        assert beat.step.value == beat.fits.steps[told] == beat.steps_shown[-1].step
        assert beat.errors[0].value == pytest.approx(errors[told], rel=1e-5)


def test_what_is_worse_than_the_mean_is_called_so(tmp_path: Path) -> None:
    inputs = torch.rand(20, 1, generator=generator())
    recording = train(tmp_path / "mine.zarr", nn.Linear(1, 1), inputs, inputs + 9.0, functional.mse_loss, steps=1)
    told = run_own_beat(recording, BEAT).captions[-1]
    assert "worse" in told.text and told.values["share"].startswith("−")


def test_the_outputs_that_vary_most_are_shown_and_it_says_so(tmp_path: Path) -> None:
    recording = regressed(tmp_path / "mine.zarr", 2300, 2, 6, steps=1)
    fits = read_fits(recording)
    assert fits.outputs.tolist() == [2, 3, 4, 5] and fits.of == 6
    assert fits.stride == 2 and len(fits.truth) == 1150 and fits.examples == 2300
    np.testing.assert_allclose(fits.truth, recording.read("probe.target")[::2, 2:], rtol=1e-6)
    beat = run_own_beat(recording, BEAT)
    assert "4 of 6 outputs" in beat.remark.text and "one in 2 of 2,300" in beat.remark.text


@pytest.mark.filterwarnings("ignore:loss became")
def test_predictions_that_end_as_no_numbers_are_not_told_as_errors(tmp_path: Path) -> None:
    recording = regressed(tmp_path / "mine.zarr", 12, 3, 1, steps=3, rate=float("inf"))
    beat = run_own_beat(recording, BEAT)
    assert beat.captions[-1].text == "In the end its predictions are no numbers any more."
    assert (beat.plots[0].dots.fill[:, 3] == 0).all() and beat.errors[0].get_fill_opacity() == 0


def test_pictures_are_predicted_pixel_by_pixel(tmp_path: Path) -> None:
    inputs = torch.rand(4, 1, 6, 6, generator=generator())
    recording = train(
        tmp_path / "mine.zarr", nn.Conv2d(1, 1, 3, padding=1), inputs, inputs.clone(), functional.mse_loss
    )
    fits = read_fits(recording)
    assert fits.said.shape[1:] == (4 * 36, 1) and fits.inputs is None
    np.testing.assert_allclose(fits.truth[:, 0], inputs.ravel().numpy(), rtol=1e-6)


def test_a_part_is_compared_with_the_same_part_of_the_truth(tmp_path: Path) -> None:
    recording = regressed(tmp_path / "mine.zarr", 64, 1, 1, steps=1, budget=150)
    every = recording.config["sampled"]["output"]["every"]["batch"]
    fits = read_fits(recording)
    np.testing.assert_allclose(fits.truth[:, 0], recording.read("probe.target")[::every, 0], rtol=1e-6)
    np.testing.assert_allclose(fits.inputs, recording.read("probe.input")[::every, 0], rtol=1e-6)


def test_it_takes_a_regression(tmp_path: Path) -> None:
    assert arrays_of_predictions(classified(tmp_path / "classes.zarr", steps=0)) == ()
    assert arrays_of_predictions(regressed(tmp_path / "one.zarr", steps=0)) == ("output", "probe.target", "probe.input")
    assert arrays_of_predictions(regressed(tmp_path / "many.zarr", 9, 3, steps=0)) == ("output", "probe.target")


def test_piles_hold_every_dot_in_the_bin_of_its_value() -> None:
    values = np.random.default_rng(0).normal(size=500)
    places, pitch = pile_up(values, 2.0, 4.0, 1.5, 20)
    assert len(np.unique(np.round(places, 6), axis=0)) == 500, "no two in one place"
    assert places[:, 1].max() < 1.5 and places[:, 1].min() > 0
    bins = np.clip(np.floor((values + 2) / 4 * 20), 0, 19)
    assert (np.floor((places[:, 0] + 2) / 4 * 20) == bins).all() and pitch > 0
    assert ((places[:, 0] < 0) == (values < 0)).all()
