"""Whatever stands on screen while the knobs turn was recorded at one and the same step."""

import numpy as np
import pytest

from engine.data.mnist import load_mnist
from scenes.beats.stage import LAST, LAYERS, sizes_of
from scenes.chapters.network.contents import NETWORK
from scenes.chapters.network.thirteen_thousand_knobs import STOPS
from scenes.mobjects.pictures.colormap import WEAKER
from tests.scenes.drawn import draw, pixel_at
from tests.support.playing import play_and_look, played


@pytest.fixture(scope="module")
def stood(recordings):
    """Return the beat, and step, accuracy, weights and biases as they stood whenever it rested at a step."""

    def look(beat):
        edges = [one.values.copy() for one in beat.network.edges]
        scales = [one.scale_of_values for one in beat.network.edges]
        return beat.step.value, beat.accuracy.value, edges, scales, [one.fill.copy() for one in beat.marks]

    return play_and_look(NETWORK, "thirteen_thousand_knobs", recordings, after="arrive", look=look)


def test_at_each_stop_all_is_of_one_recorded_step(stood, recordings):
    recording, (beat, rests) = recordings["digits"], stood
    evaluated = recording.steps("metric.test_accuracy").tolist()
    assert STOPS // 2 < len(rests) <= STOPS
    for step, accuracy, edges, scales, marks in rests[1:]:  # at the first the edges are still grey
        at = evaluated.index(step)
        assert accuracy == pytest.approx(100 * float(recording.read("metric.test_accuracy", step=at)))
        snapshot = recording.steps("layer1.weight").tolist().index(step)
        for k, layer in enumerate(LAYERS):
            weight, bias = (recording.read(f"{layer}.{kind}", step=snapshot) for kind in ("weight", "bias"))
            assert np.array_equal(edges[k], beat.network.edges[k].pick(weight).astype(np.float32))
            assert marks[k][:, 3] == pytest.approx(np.minimum(np.abs(bias) / scales[k], 1), abs=1e-6)


def test_the_steps_told_are_those_at_which_it_stands(stood):
    beat, rests = stood
    assert [shown.step for shown in beat.steps_shown] == [step for step, *_ in rests]


def test_all_layers_are_drawn_in_the_scale_that_is_told(stood, recordings):
    beat, rests = stood
    later = np.concatenate([recordings["digits"].read(f"{layer}.weight", step=LAST).ravel() for layer in LAYERS[1:]])
    told = {scale for _, _, _, scales, _ in rests[1:] for scale in scales}
    assert told == {beat.shade.value["from"]}
    assert told.pop() == pytest.approx(float(np.quantile(np.abs(later), WEAKER)), rel=0.05)
    assert any("full shade" in claim.text for claim in beat.log.claims)


def test_no_edge_tints_a_neuron_that_it_runs_behind(stood):
    beat, _ = stood
    network = beat.network.set_opacity(1)  # the beat's end has faded it out
    frame, grid = draw(*network.columns, *network.edges, size=(1280, 720)), network.columns[0]
    for pixel in np.flatnonzero(grid.fill[:, 3] == 0):
        assert np.ptp(pixel_at(frame, grid.centers[pixel])[:3]) < 6  # grey: no red, no blue
    assert max(np.ptp(pixel_at(frame, place)[:3]) for place in np.linspace(*network.edges[1].points[:2], 50)) > 20


@pytest.mark.parametrize(("kind", "learned"), [("default", True), ("untaught", False)])
def test_what_came_of_it_is_what_was_measured(recordings_of, kind, learned):
    beat = played(NETWORK, "thirteen_thousand_knobs", recordings_of(kind)).beat
    assert ("little is learned" in beat.captions[-1].text) == (not learned)


def test_it_tells_how_many_knobs_turn_and_weights_of_black_pixels_do_not(recordings):
    recording = recordings["digits"]
    first, last = (recording.read("layer1.weight", step=step) for step in (0, LAST))
    black = (load_mnist().train.inputs.reshape(60_000, -1) == 0).all(axis=0)  # (pixel,) in all training images
    assert black.any()
    assert np.array_equal(first[:, black], last[:, black])
    line = played(NETWORK, "thirteen_thousand_knobs", recordings).beat.captions[-1]
    (told,) = [one["value"] for one in line.evidence if one["key"] == "thirteen_thousand_knobs.turned"]
    assert told["turned"] <= told["of"] - len(first) * int(black.sum())
    assert line.values["turned"] == f"{told['turned']:,}"


def test_the_counts_are_those_of_the_recorded_network(recordings):
    sizes = sizes_of(recordings["digits"])
    assert sizes == (784, 16, 16, 10)
    beat = played(NETWORK, "thirteen_thousand_knobs", recordings).beat
    assert sum(len(edges) for edges in beat.network.edges) == 12_960
    assert sum(len(marks) for marks in beat.marks) == 42
    assert beat.total.value == 13_002


def test_knobs_end_at_the_last_snapshot_and_its_measured_accuracy(recordings):
    recording, beat = recordings["digits"], played(NETWORK, "thirteen_thousand_knobs", recordings).beat
    assert beat.accuracy.value == pytest.approx(100 * float(recording.read("metric.test_accuracy", step=LAST)))
    for edges, layer in zip(beat.network.edges, LAYERS, strict=True):
        assert np.array_equal(edges.values, edges.pick(recording.read(f"{layer}.weight", step=LAST)))
