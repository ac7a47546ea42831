"""The pictures of `what_it_learned` are the recorded weights, and what it says of pixels never lit is so."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from engine.data.mnist import load_mnist
from scenes.beats.pace import speaking_time
from scenes.chapters.gradient_descent.training.first_layer import Weights, neighbours_alike
from scenes.chapters.gradient_descent.training.first_layer_measured import LITTLE, NOISE, PATTERN
from scenes.chapters.gradient_descent.what_it_learned import HASTE, MOST, PLACES, WhatItLearned
from scenes.evidence.evidence import Shown
from scenes.evidence.series import Series
from scenes.language.translation import LANGUAGES
from scenes.measures.clean_edges import CLEAN, edge_share
from scenes.mobjects.pictures.colormap import WEAKER, diverging
from tests.scenes.chapters.beats import played_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: played_beat("what_it_learned", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


def weights_of(values):
    return Weights(Series(np.arange(len(values)), values, Shown()), MOST)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 20 <= beat.time <= 28
    assert beat.captions[0].start < 3.0
    for caption in beat.captions:
        text = beat.translate(caption.text, **caption.values)
        assert caption.end - caption.start >= speaking_time(text) - 0.3
        assert all(len(part.split()) <= 20 for part in caption.text.replace("?", ".").split(". "))
    assert all(before.end <= after.start for before, after in itertools.pairwise(beat.captions))


def test_the_table_ends_on_the_last_weights_to_one_scale(played, recordings):
    last = recordings["digits"].read("layer1.weight", step=-1)
    scale = np.quantile(np.abs(last), WEAKER)
    beat = played["en"]
    assert len(beat.table) == len(last)
    for neuron, picture in enumerate(beat.table):
        if neuron != beat.weights.neuron:  # that one is taken out of the table
            assert picture.fill == pytest.approx(diverging(last[neuron], scale), abs=1e-4)
    assert beat.step.value == recordings["digits"].steps("layer1.weight")[-1]
    assert beat.score.value == pytest.approx(100 * recordings["digits"].read("metric.test_accuracy")[-1])


def test_one_neuron_is_shown_at_the_start_on_the_way_and_at_the_end(played, recordings):
    beat, values = played["en"], recordings["digits"].read("layer1.weight")
    between = beat.weights.between
    assert 0 < between < len(values) - 1
    for snapshot, picture in zip((0, between, -1), beat.close, strict=True):
        recorded = values[snapshot, beat.weights.neuron]
        assert picture.fill == pytest.approx(diverging(recorded, beat.weights.scale), abs=1e-4)
    went = np.linalg.norm(values[:, beat.weights.neuron] - values[0, beat.weights.neuron], axis=1)
    assert went[between] >= went[-1] / 2 > went[between - 1]


def test_while_it_learns_numbers_and_step_are_those_recorded_together(played, recordings):
    beat, digits = played["en"], recordings["digits"]
    measured, steps = digits.read("metric.test_accuracy"), digits.steps("metric.test_accuracy")
    learning = next(caption for caption in beat.captions if caption.text.startswith("Then it"))
    noted = [shown for shown in beat.steps_shown if learning.start <= shown.time <= learning.end]
    assert len(noted) > 8 and {shown.step for shown in noted} <= set(steps.tolist())
    for now in steps[-1] * np.linspace(0, 1, 300) ** HASTE:
        beat.step.at(now)
        beat.score.at(now)
        place = int(np.flatnonzero(steps == beat.step.value)[0])
        assert steps[place] <= now and beat.score.text == f"{100 * measured[place]:.1f}%"


def test_the_bar_of_shades_tells_what_is_beyond_it(played, recordings):
    last = np.abs(recordings["digits"].read("layer1.weight", step=-1))
    bar, words = played["en"].key
    assert bar.scale_of_values == pytest.approx(np.quantile(last, WEAKER))
    assert words.text == f"{(last > bar.scale_of_values).mean():.0%} are stronger, up to {last.max():.2g}"


def test_the_marked_pixels_are_those_that_no_training_image_lights(played, recordings):
    images = load_mnist().train.inputs.reshape(-1, 784)
    dark = (images == 0).all(axis=0)
    beat, values = played["en"], recordings["digits"].read("layer1.weight")
    assert dark.any() and (values[:, :, dark] == values[:1, :, dark]).all()
    for marks, picture in zip(beat.marks, beat.close, strict=True):
        assert marks.centers == pytest.approx(picture.centers[dark])
    told = next(caption for caption in beat.captions if "never lit" in caption.text)
    assert told.values["count"] == str(dark.sum())


@pytest.mark.parametrize(
    ("count", "rows", "columns"), [(1, 1, 1), (5, 3, 2), (16, 4, 4), (20, 4, 5), (24, 4, 6), (200, 4, 6)]
)
def test_other_numbers_of_neurons_have_a_table_within_the_frame(count, rows, columns):
    values = np.random.default_rng(0).normal(size=(3, count, 784))
    beat = SimpleNamespace(weights=weights_of(values), at=PLACES["16:9"])
    table = WhatItLearned.lay_table(beat, min(count, 24))
    centers = np.array([picture.get_center() for picture in table])
    assert len(table) == min(count, 24)
    assert (len(np.unique(centers[:, 1].round(4))), len(np.unique(centers[:, 0].round(4)))) == (rows, columns)
    assert np.abs(centers[:, 0]).max() + table[0].width / 2 < 6.7
    assert beat.right_edge <= 6.66


def test_noise_has_neighbours_that_are_not_alike_and_a_smudge_has():
    y, x = np.mgrid[:28, :28]
    noise = np.random.default_rng(1).normal(size=(200, 28, 28))
    smudge = np.exp(-((x - 12) ** 2 + (y - 15) ** 2) / 40)
    assert np.abs(neighbours_alike(noise)).max() < NOISE
    assert neighbours_alike(smudge[None])[0] > 0.9 > PATTERN
    assert neighbours_alike((smudge + 0.05 * noise[0])[None])[0] > PATTERN


@pytest.mark.parametrize("turn", [0.0, 0.4, 1.1, 2.0])
def test_an_edge_is_found_where_there_is_one(turn):
    y, x = np.mgrid[:28, :28]
    across, along = (x - 9) * np.cos(turn) + (y - 17) * np.sin(turn), (y - 17) * np.cos(turn) - (x - 9) * np.sin(turn)
    noise = np.random.default_rng(2).normal(size=(16, 28, 28))
    smooth = np.sin(across / 2) * np.exp(-(across**2 + along**2) / 30)
    sharp = np.sign(across) * (np.hypot(across, along) < 6)
    for edge in (smooth, sharp, smooth + 0.05 * noise[0]):
        assert edge_share(edge[None]) > CLEAN
    spot = np.exp(-(across**2 + along**2) / 30)
    assert edge_share(spot[None]) < CLEAN and edge_share(noise) < 0.1


def test_weights_that_hardly_move_are_told_from_those_that_went_far():
    start = np.random.default_rng(1).normal(size=(1, 16, 784))
    little, far = np.concatenate([start, 1.05 * start]), np.concatenate([start, 3 * start])
    assert weights_of(little).changed < LITTLE < weights_of(far).changed


def test_a_network_that_learned_nothing_is_not_said_to_have_found_patterns(untaught_recordings):
    beat = played_beat("what_it_learned", untaught_recordings, chapter="gradient-descent")
    told = " ".join(caption.text for caption in beat.captions)
    assert "noise hardly changes" in told and "still noise" in told and "right on only" in told
    assert "patterns" not in told and "never lit" not in told
