"""The pictures of `what_it_learned` are the recorded weights, and what it says of pixels never lit is so."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from engine.batches import Batches
from engine.data import load_mnist
from scenes.chapters.gradient_descent.what_it_learned import PLACES, Weights, WhatItLearned
from scenes.mobjects.colormap import WEAKER, diverging
from scenes.timeline import speaking_time
from scenes.translation import LANGUAGES
from tests.scenes.chapters.beats import run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: run_beat("what_it_learned", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def weights(recordings):
    recording = recordings["digits"]
    return Weights(recording.read("layer1.weight"), recording.steps("layer1.weight"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 20 <= beat.time <= 26
    assert beat.captions[0].start < 3.0
    for caption in beat.captions:
        text = beat.tr(caption.text, **caption.values)
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
    assert beat.accuracy.value == pytest.approx(100 * recordings["digits"].read("metric.test_accuracy")[-1])


def test_one_neuron_is_shown_at_the_start_on_the_way_and_at_the_end(played, recordings):
    beat, values = played["en"], recordings["digits"].read("layer1.weight")
    between = beat.weights.between
    assert 0 < between < len(values) - 1
    for snapshot, picture in zip((0, between, -1), beat.close, strict=True):
        recorded = values[snapshot, beat.weights.neuron]
        assert picture.fill == pytest.approx(diverging(recorded, beat.weights.scale), abs=1e-4)
    went = np.linalg.norm(values[:, beat.weights.neuron] - values[0, beat.weights.neuron], axis=1)
    assert went[between] >= went[-1] / 2 > went[between - 1]


def test_between_snapshots_the_weights_run_straight_and_the_steps_with_them(weights):
    whole = len(weights.steps) - 1
    assert weights.at(0.0) == pytest.approx(weights.values[0])
    assert weights.at(1.0) == pytest.approx(weights.values[-1], abs=1e-6)
    assert weights.at(4.5 / whole) == pytest.approx((weights.values[4] + weights.values[5]) / 2, abs=1e-6)
    assert weights.step_at(4.5 / whole) == pytest.approx((weights.steps[4] + weights.steps[5]) / 2)


def test_the_marked_pixels_are_those_that_no_image_of_the_training_lit(played, recordings):
    config, train = recordings["digits"].config, load_mnist().train
    batches = Batches(train.inputs, train.labels, config["batch_size"], config["seed"])
    seen = np.unique(np.concatenate([batches.positions(step).numpy() for step in range(config["steps"])]))
    dark = (train.inputs.reshape(len(train.inputs), -1)[seen] == 0).all(axis=0)
    beat = played["en"]
    assert beat.weights.still.tolist() == dark.tolist()
    for marks, picture in zip(beat.marks, beat.close, strict=True):
        assert marks.centers == pytest.approx(picture.centers[dark])
    told = next(caption for caption in beat.captions if "never lit" in caption.text)
    assert told.values["count"] == str(dark.sum())


@pytest.mark.parametrize(
    ("count", "rows", "columns"), [(1, 1, 1), (5, 3, 2), (16, 4, 4), (20, 4, 5), (24, 4, 6), (200, 4, 6)]
)
def test_other_numbers_of_neurons_have_a_table_within_the_frame(count, rows, columns):
    values = np.random.default_rng(0).normal(size=(3, count, 784))
    beat = SimpleNamespace(weights=Weights(values, np.arange(3)), at=PLACES["16:9"])
    table = WhatItLearned.lay_table(beat, min(count, 24))
    centers = np.array([picture.get_center() for picture in table])
    assert len(table) == min(count, 24)
    assert (len(np.unique(centers[:, 1].round(4))), len(np.unique(centers[:, 0].round(4)))) == (rows, columns)
    assert np.abs(centers[:, 0]).max() + table[0].width / 2 < 6.7
    assert beat.right_edge <= 6.66


def test_patterns_are_told_of_only_where_weights_went_far():
    start = np.random.default_rng(1).normal(size=(1, 16, 784))
    little, far = np.concatenate([start, 1.1 * start]), np.concatenate([start, 3 * start])
    assert not Weights(little, np.arange(2)).changed
    assert Weights(far, np.arange(2)).changed
