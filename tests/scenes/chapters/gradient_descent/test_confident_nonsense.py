"""`confident_nonsense` shows the recorded answers to noise: one by one, and a dot for each of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.analyses.catalog import ANALYSES
from engine.analyses.run import run_analysis
from engine.experiments import find_experiment
from engine.overrides import Overrides
from engine.train import train
from scenes.chapters.gradient_descent.answers.piles import WIDEST, dots_in_piles, pitch_of
from scenes.chapters.gradient_descent.confident_nonsense import BINS, FEW, FIRST, FLOOR, HALF, MORE, WIDTH
from scenes.drawing.batched import rgb255
from scenes.language.translation import LANGUAGES
from scenes.look.style import palette
from tests.engine.small import small_mnist
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: played_beat("confident_nonsense", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def outputs(recordings):
    return recordings["digits-review"].read("noise.output")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 18 <= beat.time <= 28
    require_well_told(beat)


@pytest.mark.parametrize(("most", "width", "height"), [(1, 0.6, 5.0), (287, 0.55, 5.0), (1000, 1.0, 3.75)])
def test_a_pile_of_that_pitch_fits_and_a_wider_pitch_does_not(most, width, height):
    pitch = pitch_of(most, width, height)
    places = dots_in_piles(np.zeros(most, int), np.arange(most), np.array([0.0]), width, pitch)
    assert np.ptp(places[:, 0]) + pitch <= width + 1e-9
    assert places[:, 1].max() + pitch / 2 <= height + 1e-9
    assert pitch == WIDEST or most // int(width / (1.2 * pitch)) * 1.2 * pitch > height


def test_piles_stand_over_their_middles_row_by_row_in_order():
    places = dots_in_piles(np.array([1, 0, 1, 1]), np.array([0.3, 0.1, 0.1, 0.2]), np.array([-1.0, 2.0]), 0.2, 0.1)
    assert places.round(6).tolist() == [[1.95, 0.15, 0], [-1.05, 0.05, 0], [1.95, 0.05, 0], [2.05, 0.05, 0]]


def test_bars_and_box_are_those_of_the_last_picture(played, recordings, outputs):
    beat, last = played["en"], FIRST + MORE
    np.testing.assert_array_equal(beat.picture.pixels, recordings["digits-review"].read("noise.input", batch=last))
    assert [number.value for number in beat.bars.numbers] == pytest.approx(outputs[last].tolist())
    assert beat.box.get_y() == pytest.approx(beat.bars.tracks[int(outputs[last].argmax())].get_y())


def test_what_is_said_of_the_first_picture(played, outputs):
    caption = played["en"].captions[1]
    answer, highest = outputs[FIRST].argmax(), outputs[FIRST].max()
    assert caption.values == {"digit": str(answer), "output": f"{highest:.2f}"}
    assert ("It says" in caption.text) == (highest > HALF)


def test_a_dot_stands_in_the_bin_of_its_highest_output(played, outputs):
    beat, highest = played["en"], outputs.max(axis=1)
    centers = beat.by_output.centers
    assert len(centers) == len(outputs) == 1000
    assert np.abs(centers[:, 0] / WIDTH + 0.5 - highest).max() <= 1 / BINS
    assert ((beat.by_output.fill[:, 3] == 1) == (highest > HALF)).all()
    assert centers[:, 1].min() > FLOOR
    assert beat.header[1].value == (highest > HALF).sum()


def test_a_dot_ends_in_the_column_of_its_answer(played, outputs):
    beat, answers = played["en"], outputs.argmax(axis=1)
    columns = np.array([name.get_x() for name in beat.names])
    nearest = np.abs(beat.dots.centers[:, :1] - columns).argmin(axis=1)
    np.testing.assert_array_equal(nearest, answers)
    favourite = np.bincount(answers).argmax()
    yellow = (np.abs(beat.dots.fill[:, :3] - rgb255(palette().attention)) < 1).all(axis=1)
    np.testing.assert_array_equal(yellow, answers == favourite)
    counts = np.bincount(answers, minlength=10)
    assert [number.value for number in beat.numbers] == counts[counts > 0].tolist()


def test_what_is_said_of_all_pictures(played, outputs):
    beat, highest = played["en"], outputs.max(axis=1)
    counts = np.bincount(outputs.argmax(axis=1))
    above, favourite = beat.captions[3], beat.captions[4]
    assert above.values == {"total": f"{len(outputs):,}", "count": f"{(highest > HALF).sum():,}"}
    assert favourite.values == {"digit": str(counts.argmax()), "count": f"{counts.max():,}"}
    assert ("only" in above.text) == (0 < (highest > HALF).mean() <= FEW)
    assert favourite.text == "{count} times the answer is {digit}."


def test_a_wrong_tally_cannot_be_said(played):
    wins = played["en"].wins
    assert wins.holds
    for other in ({"digit": int(np.argmin(wins.value["wins"]))}, {"count": wins.value["count"] - 1}):
        assert not replace(wins, value={**wins.value, **other}).holds


def test_what_it_was_never_taught_is_said_only_where_every_label_is_a_digit(played):
    taught = played["en"].taught_digits
    assert taught.holds
    assert not replace(taught, value={**taught.value, "outputs": 11}).holds
    assert not replace(taught, value={**taught.value, "labels": [*range(10), 10]}).holds


def test_the_width_of_a_pile_is_told(played):
    texts = [claim["text"] for claim in played["en"].claims]
    assert f"highest output, in steps of {1 / BINS:g}" in texts


def test_above_the_columns_are_training_images_of_their_digits(played, recordings):
    beat, review = played["en"], recordings["digits-review"]
    labels = review.read("train.label")
    for digit, picture in enumerate(beat.examples):
        first = labels.tolist().index(digit)
        np.testing.assert_array_equal(picture.pixels, review.read("train.input", batch=first))
        assert picture.get_x() == pytest.approx(beat.names[digit].get_x())


def test_a_network_that_hardly_answers_noise_is_not_called_sure(tmp_path):
    wanted = Overrides((30, 5), learning_rate=0.1, seed=7).of(find_experiment("digits"))
    wanted = replace(wanted, steps=60, snapshots=3, evaluations=2)
    digits = train(wanted, tmp_path / "digits.zarr", data=small_mnist())
    wanted_review = replace(ANALYSES["digits-review"], examples=100)
    review = run_analysis(wanted_review, digits, tmp_path / "r.zarr", data=small_mnist())
    assert review.read("noise.output").max() < HALF
    beat = run_beat("confident_nonsense", {"digits-review": review}, chapter="gradient-descent")
    said = " ".join(caption.text for caption in beat.captions)
    assert "It is not sure" in said
    assert "not one gets" in said
    assert beat.header[1].value == 0
