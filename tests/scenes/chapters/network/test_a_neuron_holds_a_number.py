"""`a_neuron_holds_a_number` shows a pixel of the image, and its neuron has the shade of its number at every moment."""

import itertools

import numpy as np
import pytest

from scenes.chapters.network.a_neuron_holds_a_number import shading
from scenes.mobjects.pictures.colormap import brightness
from scenes.text.numbers import NumberChange
from tests.scenes.chapters.beats import played_beat


@pytest.fixture(scope="module")
def beat(recordings):
    return played_beat("a_neuron_holds_a_number", recordings)


def test_the_neuron_shows_a_pixel_of_the_image(beat):
    assert np.isclose(beat.pixels, beat.number.value).any()


def test_the_neuron_has_the_shade_of_the_number_below_it_at_every_moment(beat):
    neuron, number = beat.neuron.copy(), beat.number.copy()
    for before, after in itertools.pairwise(float(beat.pixels[beat.row, column]) for column, _ in beat.stops(1.0)):
        number.show(before)
        change, shade = NumberChange(number, after), shading(brightness([before]), brightness([after]))
        for share in np.linspace(0, 1, 21):
            change.show(share)
            assert shade(neuron, share).fill[0, 3] == pytest.approx(number.value, abs=1e-6)


def test_a_walk_stays_within_the_row_when_its_ink_touches_the_edge(recordings, beat):
    walker = type(beat)({"digits": recordings["digits"]})
    walker.pixels, walker.row = np.full((28, 28), 0.5), 3
    assert [column for column, _ in walker.stops(7.0)] == sorted(column for column, _ in walker.stops(7.0, back=True))
    assert {0, 27} <= {column for column, _ in walker.stops(7.0)} <= set(range(28))
