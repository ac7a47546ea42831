"""Chapter 1: every beat runs on a recording, in both languages, shows what it holds, and joins its neighbours."""

import itertools

import numpy as np
import pytest

from scenes.beats.stage import LAST, LAYERS, answered_right, pixels_of, sizes_of
from scenes.beats.timeline import speaking_time
from scenes.chapters.network.a_neuron_holds_a_number import shading
from scenes.chapters.network.contents import NETWORK
from scenes.chapters.network.many_threes import distances_between, nearest_two
from scenes.language.translation import LANGUAGES
from scenes.mobjects.pictures.colormap import brightness
from scenes.text.numbers import NumberChange
from tests.scenes.chapters.beats import run_beat
from tests.scenes.drawn import draw, on_background, pixel_at

NAMES = [beat.name for beat in NETWORK.beats]


@pytest.fixture(scope="module")
def played(recordings):
    """Return beats by (name, language), each played once."""
    beats = {}

    def play(name: str, language: str = "en"):
        if (name, language) not in beats:
            beats[name, language] = run_beat(name, recordings, language=language)
        return beats[name, language]

    return play


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_beat_plays_and_gives_every_line_its_time(played, name, language):
    beat = played(name, language)
    assert 12 <= beat.time <= 60
    assert beat.captions[0].start < 3.0
    for caption in beat.captions:
        assert caption.end - caption.start >= speaking_time(beat.translate(caption.text)) - 0.3
    for before, after in itertools.pairwise(beat.captions):
        assert before.end <= after.start


@pytest.mark.parametrize(("before", "after"), list(itertools.pairwise(NAMES)))
def test_each_beat_opens_with_what_the_one_before_ends_with(played, before, after):
    last, first = played(before), played(after)
    assert first.first_picture == last.last_picture
    if first.first_picture:
        shown = [np.asarray(frame[..., :3], int) for frame in (last.renderer.last, opening(first))]
        assert np.abs(shown[0] - shown[1]).max() <= 3
    else:
        assert not np.ptp(last.renderer.last[..., :3], axis=(0, 1)).any()


def opening(beat) -> np.ndarray:
    """Return the first frame of a beat, in which nothing has moved yet."""
    return beat.renderer.first


def test_no_caption_is_longer_than_twenty_words(played):
    for name in NAMES:
        for caption in played(name).captions:
            for sentence in caption.text.replace("?", ".").split(". "):
                assert len(sentence.split()) <= 20, sentence


def test_feed_forward_leaves_the_recorded_activations_on_screen(recordings, played):
    recording, beat = recordings["digits"], played("feed_forward")
    probe = answered_right(recording, 0)  # the last of the three digits
    frame = draw(beat.network.set_opacity(1))  # the beat's end has faded it out
    layers = [pixels_of(recording, probe).ravel()]
    layers += [recording.read(f"{layer}.activation", step=LAST, batch=probe) for layer in LAYERS]
    for column, values in zip(beat.network.columns, layers, strict=True):
        for index, center in zip(column.indices, column.centers, strict=True):
            assert pixel_at(frame, center)[:3] == pytest.approx(on_background(values[index]), abs=2)


def test_feed_forward_flashes_by_weight_times_activation(recordings, played):
    recording, beat = recordings["digits"], played("feed_forward")
    weight = recording.read("layer2.weight", step=LAST)
    activation = recording.read("layer1.activation", step=LAST, batch=answered_right(recording, 0))
    flash = beat.network.animate_flow(1, weight, activation)
    edges = beat.network.edges[1]
    expected = weight[edges.targets, edges.sources] * activation[edges.sources]
    assert flash.mobject.rgba[:, 3] == pytest.approx(np.abs(expected) / np.abs(expected).max(), abs=1e-6)


def test_feed_forward_says_of_a_network_that_learned_nothing_what_is_so(untaught_recordings, played):
    beat = run_beat("feed_forward", untaught_recordings)
    answers = [int(layers[-1].argmax()) for layers in beat.layers]
    assert answers[0] == answers[1]
    lines = [caption.text for caption in beat.captions]
    assert "Another picture, the same connections: another pattern. But the answer is the same." in lines
    assert "Nobody wrote down what these patterns should be. It has learned little yet." in lines
    taught = [caption.text for caption in played("feed_forward").captions]
    assert "Another picture, the same connections: another pattern, another answer." in taught
    assert "Nobody wrote down what these patterns should be. They were learned." in taught


def test_feed_forward_tells_the_scale_of_its_flashes_and_the_recorded_accuracy(recordings, played):
    beat = played("feed_forward")
    assert beat.note.text.endswith("full shade: the largest drawn in its layer")
    for layers, largest in zip(beat.layers, beat.flows.value, strict=True):
        for k, most in enumerate(largest):
            flash = beat.network.animate_flow(k, beat.weights[k], layers[k]).mobject
            drawn = np.abs(beat.network.edges[k].pick(beat.weights[k] * layers[k]))
            assert flash.rgba[:, 3] == pytest.approx(drawn / most, abs=1e-6)
    accuracy = float(recordings["digits"].read("metric.test_accuracy", step=LAST))
    assert f"{accuracy:.1%}" in [claim.text for claim in beat.log.claims]


def test_the_counts_are_those_of_the_recorded_network(recordings, played):
    sizes = sizes_of(recordings["digits"])
    assert sizes == (784, 16, 16, 10)
    beat = played("thirteen_thousand_knobs")
    assert sum(len(edges) for edges in beat.network.edges) == 12_960
    assert sum(len(marks) for marks in beat.marks) == 42
    assert beat.total.value == 13_002


def test_knobs_end_at_the_last_snapshot_and_its_measured_accuracy(recordings, played):
    recording, beat = recordings["digits"], played("thirteen_thousand_knobs")
    assert beat.accuracy.value == pytest.approx(100 * float(recording.read("metric.test_accuracy", step=LAST)))
    for edges, layer in zip(beat.network.edges, LAYERS, strict=True):
        assert np.array_equal(edges.values, edges.pick(recording.read(f"{layer}.weight", step=LAST)))


def test_the_neuron_shows_a_pixel_of_the_image(played):
    beat = played("a_neuron_holds_a_number")
    assert np.isclose(beat.pixels, beat.number.value).any()


def test_layers_counts_what_other_sizes_have_and_tells_the_step_of_its_answers(other_recordings):
    recording, beat = other_recordings["digits"], run_beat("layers", other_recordings)
    assert [count.text for count in beat.counts] == ["30", "20"]
    assert beat.brace.label.text == "784"
    assert len(beat.shown) == 4
    last = recording.steps("layer3.activation")[LAST]
    assert [(shown.experiment, shown.step) for shown in beat.steps_shown] == [("digits", last)]
    told = next(caption.evidence[0] for caption in beat.captions if "How bright" in caption.text)
    outputs = recording.read("layer3.activation", step=LAST, batch=beat.shown)
    assert told["value"]["highest"] == pytest.approx(outputs.max(axis=1).tolist())
    assert told["value"]["highest"][-1] == recording.read("layer3.activation", step=LAST).max(axis=1).min()


def test_the_neuron_has_the_shade_of_the_number_below_it_at_every_moment(played):
    beat = played("a_neuron_holds_a_number")
    neuron, number = beat.neuron.copy(), beat.number.copy()
    for before, after in itertools.pairwise(float(beat.pixels[beat.row, column]) for column, _ in beat.stops(1.0)):
        number.show(before)
        change, shade = NumberChange(number, after), shading(brightness([before]), brightness([after]))
        for share in np.linspace(0, 1, 21):
            change.show(share)
            assert shade(neuron, share).fill[0, 3] == pytest.approx(number.value, abs=1e-6)


def test_a_walk_stays_within_the_row_when_its_ink_touches_the_edge(recordings, played):
    beat = played("a_neuron_holds_a_number")
    walker = type(beat)({"digits": recordings["digits"]})
    walker.pixels, walker.row = np.full((28, 28), 0.5), 3
    assert [column for column, _ in walker.stops(7.0)] == sorted(column for column, _ in walker.stops(7.0, back=True))
    assert {0, 27} <= {column for column, _ in walker.stops(7.0)} <= set(range(28))


def test_the_two_most_alike_are_those_with_the_smallest_distance():
    images = np.random.default_rng(0).random((12, 4, 4)).astype(np.float32)
    images[7] = images[2] + 0.05  # near in all pixels, and the same in none
    images[9].flat[:12] = images[4].flat[:12]  # the same in most pixels, and far in the others
    images[9].flat[12:] = 1 - np.round(images[4].flat[12:])
    pairs = {(a, b): float(((images[a] - images[b]) ** 2).sum()) for a, b in itertools.combinations(range(12), 2)}
    assert nearest_two(distances_between(images)) == min(pairs, key=pairs.get) == (2, 7)


def test_what_is_left_of_the_two_most_alike_is_their_difference(recordings, played):
    threes = recordings["digits"].read("test.input")[recordings["digits"].read("test.label") == 3][:144]
    beat = played("many_threes")
    left = threes[beat.nearest[0]] - threes[beat.nearest[1]]
    assert np.array_equal(beat.left.values, left)
    assert beat.left.fill[:, 3] == pytest.approx(np.abs(left).ravel())  # one shade for all, and none of them clipped
    assert [number.text for number in beat.scale.numbers] == ["−1", "0", "1"]
    assert beat.differ.text == f"{np.count_nonzero(left)} of 784 pixels differ"
