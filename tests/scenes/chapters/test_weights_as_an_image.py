"""The sum on screen is the recorded one, and the neuron shown is chosen by the stated rule."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from engine.recording import Recording
from scenes.chapters.network.weights_as_an_image import (
    cells_as_edges,
    departures,
    faded,
    strongest_meeting,
    sum_of_arrived,
    weighted_sums,
)
from scenes.mobjects.edges import Edges
from scenes.mobjects.pixels import SignedPicture
from tests.scenes.chapters.beats import run_beat
from tests.scenes.drawing import draw, pixel_at


def test_the_beat_shows_recorded_weights_and_ends_on_the_recorded_sum(recordings: Mapping[str, Recording]) -> None:
    recording = recordings["digits"]
    beat: Any = run_beat("weights_as_an_image", recordings)
    probe, neuron = beat.probe, beat.chosen
    answer = recording.read("layer3.activation", step=-1, batch=probe).argmax()
    assert answer == recording.read("probe.label")[probe]
    weights = recording.read("layer1.weight", step=-1, out=neuron).reshape(28, 28)
    pixels = recording.read("probe.input", batch=probe)
    assert np.array_equal(beat.picture.values, weights)
    assert np.array_equal(beat.products, weights * pixels)
    bias = recording.read("layer1.bias", step=-1)[neuron]
    recorded = recording.read("layer1.pre_activation", step=-1, batch=probe)[neuron] - bias
    assert beat.number.value == pytest.approx(recorded, abs=1e-6)
    assert (weights * pixels).sum(dtype=float) == pytest.approx(recorded, abs=1e-4)
    # the circle holds an activation, between 0 and 1, so the sum has a place of its own, left of it
    assert beat.formula.get_right()[0] < beat.number.get_left()[0]
    assert beat.number.get_right()[0] < beat.told.get_right()[0] < beat.neuron.get_left()[0]


def test_the_weighted_sum_is_the_pre_activation_without_the_bias() -> None:
    rng = np.random.default_rng(0)
    images, weights, bias = rng.random((5, 4, 4)), rng.normal(size=(3, 16)), rng.normal(size=3)
    pre_activation = images.reshape(5, 16) @ weights.T + bias
    sums = weighted_sums(pre_activation, bias)
    products = images[2].ravel() * weights[1]
    assert sum_of_arrived(products, np.ones(16)) == pytest.approx(sums[2, 1])


def test_only_what_has_arrived_counts() -> None:
    products = np.array([1.0, -2.0, 4.0])
    assert sum_of_arrived(products, np.array([1.0, 0.99, 1.0])) == 5.0
    assert sum_of_arrived(products, np.zeros(3)) == 0.0


def test_the_neuron_with_the_highest_sum_and_the_image_with_most_for_its_ink() -> None:
    sums = np.array([[1.0, 6.0], [2.0, 5.0], [9.0, 9.0]])
    images = np.array([np.full((2, 2), 1.0), np.full((2, 2), 0.5), np.full((2, 2), 1.0)])
    right = np.array([True, True, False])
    assert strongest_meeting(sums, right, images) == (1, 1)


def test_strokes_as_wide_as_long_are_the_cells() -> None:
    values = np.array([[1.0, -1.0], [0.5, -0.5]])
    picture = SignedPicture(values, scale=1.0, height=4.0)
    edges = cells_as_edges(picture, 1.9, picture.fill, 190.0)
    assert isinstance(edges, Edges)
    drawn, wanted = draw(edges), draw(picture)
    for row, column in np.ndindex(2, 2):
        for offset in ((0, 0, 0), (0.8, 0.8, 0), (-0.8, 0.8, 0)):
            place = picture.cell(row, column) + np.array(offset)
            assert pixel_at(drawn, place) == pytest.approx(pixel_at(wanted, place), abs=2)


def test_fading_leaves_the_rest_as_it_is() -> None:
    picture = SignedPicture(np.array([[1.0, -1.0]]), scale=1.0, height=2.0)
    share = np.array([[1, 1, 1, 1], [1, 1, 1, 0.2]])
    assert faded(picture, share).fill[:, 3] == pytest.approx([1.0, 0.2])
    assert picture.fill[:, 3].tolist() == [1.0, 1.0]


def test_inked_cells_leave_in_even_steps() -> None:
    pixels = np.array([[0.0, 0.5], [1.0, 0.0], [0.2, 0.9]])
    assert departures(pixels)[[1, 2, 4, 5]] == pytest.approx([0.25, 0.5, 0.75, 1.0])
    assert departures(np.zeros((2, 2))).tolist() == [0, 0, 0, 0]
