"""The code on screen, run, gives what was recorded."""

import numpy as np
import pytest

from scenes.beats.stage import LAST, LAYERS
from scenes.chapters.network import feed_forward
from scenes.chapters.network.a_network_is_a_function import DIGITS
from scenes.chapters.network.whole_network.program import run_network, shown_code
from tests.scenes.chapters.beats import played_beat, run_beat


def test_running_it_gives_the_recorded_answers(recordings):
    recording = recordings["digits"]
    layers = [tuple(recording.read(f"{layer}.{kind}", step=LAST) for kind in ("weight", "bias")) for layer in LAYERS]
    recorded = recording.read("layer3.activation", step=LAST)
    for probe, pixels in enumerate(recording.read("probe.input")):
        assert run_network(layers, pixels.ravel()) == pytest.approx(recorded[probe], abs=1e-5)


def test_the_code_shown_is_the_code_run():
    assert shown_code() == "for W, b in layers:\n    a = sigmoid(W @ a + b)"


def test_numbers_are_answers_or_unseen(recordings):
    beat = run_beat("a_network_is_a_function", recordings)
    answers = beat.answers(0)
    growing = beat.fill(0)
    growing.begin()
    for alpha in (0.3, 0.5, 0.7):
        growing.interpolate(alpha)
        assert [number.value for number in beat.bars.numbers] == pytest.approx(answers)
        assert (beat.bars.lengths <= answers).all()
    emptying = beat.no_answers()
    emptying.begin()
    emptying.interpolate(0.5)
    assert [number.value for number in beat.bars.numbers] == pytest.approx(answers)
    emptying.interpolate(1.0)
    assert not any(number.get_fill_opacity() for number in beat.bars.numbers)


def test_the_bars_show_the_last_answer_and_its_digit_is_marked(recordings):
    recording = recordings["digits"]
    beat = played_beat("a_network_is_a_function", recordings)
    recorded = recording.read("layer3.activation", step=LAST, batch=beat.probes[-1])
    assert beat.bars.values == pytest.approx(recorded, abs=1e-5)
    assert np.argmax(recorded) == DIGITS[-1]
    assert beat.mark.get_y() == pytest.approx(beat.bars.row(DIGITS[-1]).get_y())


def test_the_pictures_are_those_that_were_fed_forward_before():
    assert DIGITS == feed_forward.DIGITS


def test_flashes_are_products_in_one_scale_a_layer(recordings):
    beat = played_beat("a_network_is_a_function", recordings)
    for k, layer in enumerate(LAYERS):
        weight = recordings["digits"].read(f"{layer}.weight", step=LAST)
        edges, largest = beat.network.edges[k], []
        for which, probe in enumerate(beat.probes):
            before = beat.images[which].ravel()
            if k:
                before = recordings["digits"].read(f"{LAYERS[k - 1]}.activation", step=LAST, batch=probe)
            products = (weight * before)[edges.targets, edges.sources]
            flash = beat.step(k, which)[0]
            assert flash.mobject.rgba[:, 3] == pytest.approx(np.abs(products) / beat.flow_shades[k], abs=1e-5)
            largest.append(np.abs(products).max())
        assert max(largest) == pytest.approx(beat.flow_shades[k]) and max(largest) > 0
