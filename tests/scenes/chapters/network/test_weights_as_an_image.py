"""The sum on screen is the recorded one, and the neuron shown is chosen by the stated rule."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from engine.recording import Recording
from scenes.chapters.network.neurons.meeting import ImageAndNeuron, line_on_signs, strongest_meeting, weighted_sums
from scenes.chapters.network.weights_as_an_image import WeightsAsAnImage, cells_as_edges, departures, faded, opaque
from scenes.drawing.edges import Edges
from scenes.mobjects.pictures.pixels import DigitImage, SignedPicture
from tests.scenes.chapters.beats import played_beat, run_beat
from tests.scenes.drawn import draw, on_background, pixel_at


def test_the_beat_shows_recorded_weights_and_ends_on_the_recorded_sum(recordings: Mapping[str, Recording]) -> None:
    recording = recordings["digits"]
    beat: Any = played_beat("weights_as_an_image", recordings)
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


def test_the_number_is_at_every_moment_the_sum_of_the_products_that_have_arrived(
    recordings: Mapping[str, Recording],
) -> None:
    beat: Any = played_beat("weights_as_an_image", recordings)
    products, inked = beat.products.ravel().astype(float), beat.pixels.ravel() > 0
    for arrived in range(inked.sum() + 1):
        came = np.flatnonzero(inked)[:arrived]
        assert beat.so_far.recorded(arrived) == pytest.approx(products[came].sum(), abs=1e-6)
    assert beat.so_far.recorded(10_000) == pytest.approx(beat.sum, abs=1e-4)


def test_the_shades_are_told_on_one_scale_for_weights_and_products(recordings: Mapping[str, Recording]) -> None:
    beat: Any = played_beat("weights_as_an_image", recordings)
    bar, note = beat.legend
    scale = float(np.quantile(np.abs(beat.weights), 0.98))
    assert [number.text for number in bar.numbers] == [f"−{scale:.2g}", "0", f"{scale:.2g}"]
    assert f"{np.abs(beat.weights).max():.2g}" in note.text
    for values in (beat.weights, beat.products):
        picture = SignedPicture(values, scale=beat.scale, height=1.0)
        assert picture.fill[:, 3] == pytest.approx(np.minimum(np.abs(values.ravel()) / scale, 1), abs=1e-5)


def test_an_edge_behind_an_opaque_pixel_does_not_tint_it() -> None:
    pixels = np.array([[0.0, 0.5], [1.0, 0.25]])
    image = DigitImage(pixels, height=4.0)
    bare = draw(image)
    image.fill = opaque(image.fill)
    behind = Edges(np.array([[-3, 1, 0], [-3, -1, 0]]), np.array([[3, 1, 0], [3, -1, 0]]), color="#FC6255", stroke=9)
    covered = draw(behind, image)
    for (row, column), pixel in np.ndenumerate(pixels):
        shade = pixel_at(covered, image.cell(row, column))[:3]
        assert shade == pytest.approx(on_background(pixel), abs=1.5)
        assert shade == pytest.approx(pixel_at(bare, image.cell(row, column))[:3], abs=16)  # on black, not on ours


def test_the_image_is_opaque_only_while_edges_run_behind_it(
    recordings: Mapping[str, Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[tuple[bool, float]] = set()
    play = WeightsAsAnImage.play

    def noting(beat: WeightsAsAnImage, *args: Any, **kwargs: Any) -> None:
        behind = getattr(beat, "edges", None) in beat.mobjects
        seen.add((behind, float(beat.image.fill[0, 3])))  # of a pixel that is 0
        play(beat, *args, **kwargs)

    monkeypatch.setattr(WeightsAsAnImage, "play", noting)
    run_beat("weights_as_an_image", recordings)
    assert seen == {(True, 1.0), (False, 0.0)}


def test_red_weights_are_named_where_they_outweigh_the_blue() -> None:
    pixels = np.array([[1.0, 0.5]])
    lines = [
        line_on_signs(ImageAndNeuron(0, 0, pixels, np.array([weights]), 0.0, own=False).signs()).text
        for weights in ([1.0, -1.0], [1.0, -3.0])
    ]
    assert lines == [
        "It is large when bright pixels meet blue weights.",
        "Bright pixels that meet red weights make it small.",
    ]


def test_the_weighted_sum_is_the_pre_activation_without_the_bias() -> None:
    rng = np.random.default_rng(0)
    images, weights, bias = rng.random((5, 4, 4)), rng.normal(size=(3, 16)), rng.normal(size=3)
    pre_activation = images.reshape(5, 16) @ weights.T + bias
    sums = weighted_sums(pre_activation, bias)
    meeting = ImageAndNeuron(2, 1, images[2], weights[1].reshape(4, 4), float(sums[2, 1]), own=False)
    assert meeting.products.sum() == pytest.approx(sums[2, 1])
    assert meeting.total().holds
    assert (
        not ImageAndNeuron(2, 1, images[2], weights[1].reshape(4, 4), float(sums[2, 1]) + 0.01, own=False).total().holds
    )


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
