"""The dots of `squish` stand where the recording says."""

import numpy as np
import pytest

from scenes.beats.stage import LAST
from scenes.chapters.network.neurons.neuron_sums import hardest_to_wake, sums_before_bias
from scenes.chapters.network.squish import DIMMED, WHAT_IF, Squish
from scenes.evidence.evidence import EvidenceError
from scenes.measures.functions import sigmoid
from scenes.text.numbers import Number
from tests.scenes.chapters.beats import played_beat


def test_the_hardest_to_wake_has_the_most_negative_bias():
    assert hardest_to_wake(np.array([0.5, -2.0, -1.0])) == 1


def test_squashing_sum_and_bias_gives_the_recorded_activation(recordings):
    recording = recordings["digits"]
    bias = recording.read("layer1.bias", step=LAST)
    neuron = hardest_to_wake(bias)
    sums = sums_before_bias(recording.read("layer1.pre_activation", step=LAST, feature=neuron), bias[neuron])
    pixels = recording.read("probe.input").reshape(len(sums), -1)
    weight = recording.read("layer1.weight", step=LAST, out=neuron)
    assert sums == pytest.approx(pixels @ weight, abs=1e-4)
    recorded = recording.read("layer1.activation", step=LAST, feature=neuron)
    assert sigmoid(sums + bias[neuron]) == pytest.approx(recorded, abs=1e-5)


def test_a_bias_that_is_tried_is_told_as_the_threshold_that_it_makes():
    tried = Squish.tried(-2.5)
    assert tried.holds
    assert -2.5 in [float(value) for value in tried.names.values()]
    number = Number(0.0, because=Squish.tried(0.0))
    number.show(-2.5, tried)
    with pytest.raises(EvidenceError, match=r"3\.17"):
        number.show(-3.17)


def test_both_ends_of_the_number_line_are_squashed_almost_to_0_and_1(untaught_recordings):
    beat = played_beat("squish", untaught_recordings)
    assert beat.sums.min() > -5  # none of the sums comes near an end
    assert sigmoid(np.array(beat.span)) == pytest.approx([0, 1], abs=0.01)
    near = beat.axes.point(1, 0)[0] - beat.axes.point(0, 0)[0]
    assert 1.0 < near < 1.3  # scene units: the curve climbs where nothing is written


def test_every_dot_ends_at_its_recorded_activation(recordings):
    recording = recordings["digits"]
    beat = played_beat("squish", recordings)
    neuron = hardest_to_wake(recording.read("layer1.bias", step=LAST))
    recorded = recording.read("layer1.activation", step=LAST, feature=neuron)
    low, high = beat.axes.point(0, 0), beat.axes.point(0, 1)
    for dots in (beat.dots, beat.neurons):
        heights = (dots.centers[:, 1] - low[1]) / (high[1] - low[1])
        assert heights == pytest.approx(recorded, abs=1e-4)
    assert beat.neurons.fill[:, 3] == pytest.approx(recorded, abs=1e-4)
    assert beat.neuron.awake(beat.neuron.bias) == (recorded > 0.5).sum()
    assert beat.bias.get_value() == beat.neuron.bias == beat.number.value
    assert beat.number.evidence[0].value == pytest.approx(beat.neuron.bias)
    asleep = beat.dots.fill[recorded < 0.2, 3]
    assert asleep == pytest.approx(np.full(len(asleep), DIMMED), abs=1e-6)


def test_what_if_counts_the_recorded_sums_above_the_threshold(recordings):
    beat = played_beat("squish", recordings)
    assert beat.neuron.awake(WHAT_IF) == (beat.sums > -WHAT_IF).sum()
    beat.bias.set_value(WHAT_IF)
    lit = beat.light_dots(beat.dots.copy()).fill[:, 3]
    assert (lit[beat.sums > 1 - WHAT_IF] == 1).all()
