"""The whole way is drawn from one recorded step at a time, and asks who turned the knobs."""

import numpy as np
import pytest

from scenes.beats.stage import LAYERS, answered_right, pixels_of
from scenes.chapters.network.contents import NETWORK
from scenes.chapters.network.the_whole_way import DIGIT
from scenes.chapters.network.whole_network.knobs import Knobs
from scenes.evidence.evidence import Shown
from scenes.evidence.series import Series
from tests.support.playing import play_and_look


@pytest.fixture(scope="module")
def stood(recordings):
    """Return the beat, and step, weights and activations as they stood whenever it rested at a step."""

    def look(beat):
        weights = [edges.values.copy() for edges in beat.network.edges]
        return beat.clock.value, weights, [column.fill[:, 3].copy() for column in beat.network.columns]

    return play_and_look(NETWORK, "the_whole_way", recordings, after="arrive", look=look)


def test_it_is_the_last_beat():
    assert NETWORK.beats[-1].name == "the_whole_way"


def test_at_each_stop_all_is_of_one_recorded_step(stood, recordings):
    recording, (beat, rests) = recordings["digits"], stood
    probe = answered_right(recording, DIGIT)
    steps = recording.steps("layer1.weight").tolist()
    assert [step for step, *_ in rests[:2]] == [steps[-1], steps[0]]
    assert rests[-1][0] == steps[-1] and len(rests) > 5
    for step, weights, fills in rests[1:]:  # at the first nothing is drawn yet
        at = steps.index(step)
        assert fills[0] == pytest.approx(pixels_of(recording, probe).ravel()[beat.network.columns[0].indices], abs=1e-6)
        for k, layer in enumerate(LAYERS):
            weight = recording.read(f"{layer}.weight", step=at)
            activation = recording.read(f"{layer}.activation", step=at, batch=probe)
            assert np.array_equal(weights[k], beat.network.edges[k].pick(weight).astype(np.float32))
            assert fills[k + 1] == pytest.approx(activation[beat.network.columns[k + 1].indices], abs=1e-6)


def test_the_steps_noted_are_those_at_which_it_stands(stood):
    beat, rests = stood
    assert [shown.step for shown in beat.steps_shown] == [step for step, *_ in rests]


def test_the_answer_boxed_is_the_highest_recorded_output(stood, recordings):
    recording, (beat, _) = recordings["digits"], stood
    output = recording.read("layer3.activation", step=-1, batch=answered_right(recording, DIGIT))
    neuron = beat.network.columns[-1].place(int(output.argmax()))
    assert beat.box.get_y() == pytest.approx(neuron[1])
    assert beat.box.get_left()[0] < neuron[0] < beat.box.get_right()[0]


def test_knobs_that_did_not_move_still_have_a_first_and_a_last_stop():
    still = Series(np.array([0, 5, 9]), np.ones((3, 2, 2)), Shown())
    assert Knobs((2, 2), still, (still,), (still,)).stops(8) == [0, 9]


def test_it_ends_with_the_question(stood):
    beat, _ = stood
    assert beat.captions[-1].text == "Who turned them?"


def test_dots_stand_for_neurons_that_are_not_drawn(other_recordings):
    def look(beat):
        return [part for mobject in beat.mobjects for part in mobject.get_family()]

    beat, shown = play_and_look(NETWORK, "the_whole_way", other_recordings, after="arrive", look=look)
    elided = [dots for dots in beat.network.ellipses if dots is not None]
    assert len(elided) == 3  # of the input, and of 30 and 20 hidden neurons
    assert all(dots in shown[-1] for dots in elided)
