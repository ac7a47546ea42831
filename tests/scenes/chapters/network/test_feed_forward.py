"""`feed_forward` shows the recorded activations, flashes by weight times activation, and says what is so."""

import numpy as np
import pytest

from scenes.beats.stage import LAST, LAYERS, answered_right, pixels_of
from tests.scenes.chapters.beats import played_beat
from tests.scenes.drawn import draw, on_background, pixel_at


@pytest.fixture(scope="module")
def beat(recordings):
    return played_beat("feed_forward", recordings)


def test_it_leaves_the_recorded_activations_on_screen(recordings, beat):
    recording = recordings["digits"]
    probe = answered_right(recording, 0)  # the last of the three digits
    frame = draw(beat.network.set_opacity(1))  # the beat's end has faded it out
    layers = [pixels_of(recording, probe).ravel()]
    layers += [recording.read(f"{layer}.activation", step=LAST, batch=probe) for layer in LAYERS]
    for column, values in zip(beat.network.columns, layers, strict=True):
        for index, center in zip(column.indices, column.centers, strict=True):
            assert pixel_at(frame, center)[:3] == pytest.approx(on_background(values[index]), abs=2)


def test_it_flashes_by_weight_times_activation(recordings, beat):
    recording = recordings["digits"]
    weight = recording.read("layer2.weight", step=LAST)
    activation = recording.read("layer1.activation", step=LAST, batch=answered_right(recording, 0))
    flash = beat.network.animate_flow(1, weight, activation)
    edges = beat.network.edges[1]
    expected = weight[edges.targets, edges.sources] * activation[edges.sources]
    assert flash.mobject.rgba[:, 3] == pytest.approx(np.abs(expected) / np.abs(expected).max(), abs=1e-6)


def test_it_says_of_a_network_that_learned_nothing_what_is_so(untaught_recordings, beat):
    untaught = played_beat("feed_forward", untaught_recordings)
    answers = [int(layers[-1].argmax()) for layers in untaught.layers]
    assert answers[0] == answers[1]
    lines = [caption.text for caption in untaught.captions]
    assert "Another picture, the same connections: another pattern. But the answer is the same." in lines
    assert "Nobody wrote down what these patterns should be. It has learned little yet." in lines
    taught = [caption.text for caption in beat.captions]
    assert "Another picture, the same connections: another pattern, another answer." in taught
    assert "Nobody wrote down what these patterns should be. They were learned." in taught


def test_it_tells_the_scale_of_its_flashes_and_the_recorded_accuracy(recordings, beat):
    assert beat.note.text.endswith("full shade: the largest drawn in its layer")
    for layers, largest in zip(beat.layers, beat.flows.value, strict=True):
        for k, most in enumerate(largest):
            flash = beat.network.animate_flow(k, beat.weights[k], layers[k]).mobject
            drawn = np.abs(beat.network.edges[k].pick(beat.weights[k] * layers[k]))
            assert flash.rgba[:, 3] == pytest.approx(drawn / most, abs=1e-6)
    accuracy = float(recordings["digits"].read("metric.test_accuracy", step=LAST))
    assert f"{accuracy:.1%}" in [claim.text for claim in beat.log.claims]
