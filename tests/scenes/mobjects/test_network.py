"""What the network and the pictures show is what they were given."""

import itertools

import numpy as np
import pytest
from manim import Scene, tempconfig

from scenes.drawing.camera import BatchedCamera
from scenes.drawing.edges import Edges
from scenes.look.style import palette
from scenes.mobjects.diagram.network import Neurons, PassingFlash, WeightEdges, bias_marks, elided, layered_network
from scenes.mobjects.pictures.pixels import DigitImage, SignedPicture
from tests.scenes.drawn import draw, on_background, pixel_at

SIZES = (784, 16, 16, 10)


def rgb(color: str) -> np.ndarray:
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])


@pytest.fixture
def weights():
    rng = np.random.default_rng(0)
    return [rng.normal(size=(b, a)) for a, b in itertools.pairwise(SIZES)]


def test_elision_keeps_first_and_last():
    assert elided(784, 16).tolist() == [*range(8), *range(776, 784)]
    assert elided(10, 16).tolist() == list(range(10))


def test_neurons_shine_as_bright_as_their_activation():
    network = layered_network(SIZES)
    values = np.linspace(0, 1, 784)
    network.columns[0].activate(values)
    frame = draw(network)
    for index in (0, 7, 776, 783):
        shade = pixel_at(frame, network.columns[0].place(index))[:3]
        assert shade == pytest.approx(on_background(values[index]), abs=1.5)
    with pytest.raises(KeyError, match="not drawn"):
        network.columns[0].place(100)


def test_every_edge_shows_its_own_weight(weights):
    network = layered_network(SIZES)
    edges = network.edges[0].weigh(weights[0], scale=4.0)
    assert len(edges) == 16 * 16
    for i in (0, 17, 255):
        weight = weights[0][edges.targets[i], edges.sources[i]]
        assert edges.rgba[i, 3] == pytest.approx(min(abs(weight) / 4, 1), abs=1e-6)
        color = palette().positive if weight > 0 else palette().negative
        assert edges.rgba[i, :3].tolist() == rgb(color).tolist()
    assert np.allclose(edges.starts[17][0], network.columns[0].radius, atol=5)


def test_drawn_edge_has_the_colour_of_its_weight():
    network = layered_network((2, 2), width=6, height=4, stroke=14)
    network.edges[0].weigh(np.array([[1.0, 0.0], [0.0, -0.5]]), scale=1.0)
    frame = draw(network.edges[0])
    top, bottom = network.columns[0].centers[:, 1]
    assert pixel_at(frame, np.array([-1.0, top, 0]))[:3] == pytest.approx(rgb(palette().positive), abs=2)
    assert pixel_at(frame, np.array([-1.0, bottom, 0]))[:3] == pytest.approx(rgb(palette().negative) / 2, abs=2)


def test_between_two_weighings_the_weight_passes_through_zero(weights):
    network = layered_network(SIZES)
    edges = network.edges[1]
    start, end = edges.copy().weigh(weights[1], 3.0), edges.copy().weigh(-weights[1], 3.0)
    edges.interpolate(start, end, 0.5)
    assert np.abs(edges.rgba[:, 3]).max() < 1e-6
    edges.interpolate(start, end, 1.0)
    assert np.array_equal(edges.rgba, end.rgba)


def test_flow_is_bright_in_proportion_to_weight_times_activation(weights):
    network = layered_network(SIZES)
    activation = np.linspace(0, 1, 16)
    flash = network.animate_flow(1, weights[1], activation)
    flow = np.abs(network.edges[1].pick(weights[1] * activation[None, :]))
    assert flash.mobject.rgba[:, 3] == pytest.approx(flow / flow.max(), abs=1e-6)


def test_passing_flash_leaves_nothing_behind():
    network = layered_network((3, 2))
    with tempconfig({"pixel_width": 160, "pixel_height": 90, "frame_rate": 10, "dry_run": True}):
        scene = Scene(camera_class=BatchedCamera)
        scene.add(network)
        rgba = np.tile([255.0, 255, 255, 1], (6, 1))
        scene.play(PassingFlash(network.edges[0], rgba, run_time=0.5))
        assert scene.mobjects == [network]


def test_only_the_edges_of_one_neuron(weights):
    edges = layered_network(SIZES).edges[0].weigh(weights[0], 3.0)
    assert isinstance(edges, WeightEdges)
    edges.only_into(3)
    assert edges.shown.sum() == 16
    assert set(edges.targets[edges.shown == 1]) == {3}
    assert edges.all_again().shown.all()


def test_bias_marks_carry_the_sign_and_size_of_the_bias():
    network = layered_network(SIZES)
    marks = bias_marks(network.columns[1], np.linspace(-2, 2, 16), scale=2.0)
    assert marks.fill[0, :3].tolist() == rgb(palette().negative).tolist()
    assert marks.fill[-1, :3].tolist() == rgb(palette().positive).tolist()
    assert marks.fill[:, 3] == pytest.approx(np.abs(np.linspace(-1, 1, 16)))


def test_digit_image_shows_its_pixels():
    pixels = np.random.default_rng(3).random((28, 28))
    image = DigitImage(pixels, height=7.0)
    frame = draw(image)
    for row, column in ((0, 0), (0, 27), (13, 5), (27, 27)):
        assert pixel_at(frame, image.cell(row, column))[:3] == pytest.approx(255 * pixels[row, column], abs=1.5)
    image.show_pixels(1 - pixels).round_off()
    shade = pixel_at(draw(image), image.cell(13, 5))[:3]
    assert shade == pytest.approx(255 * (1 - pixels[13, 5]), abs=1.5)


@pytest.mark.parametrize("size", [(854, 480), (1280, 720)])
def test_nothing_tints_a_pixel_that_is_zero(size):
    pixels = np.random.default_rng(5).integers(0, 2, (28, 28))
    image = DigitImage(pixels, height=4.7)
    lines = DigitImage(0 * pixels, height=4.7)
    frame, empty = draw(image, size=size), draw(lines, size=size)
    for row, column in np.argwhere(pixels == 0):
        assert pixel_at(frame, image.cell(row, column))[:3].max() == 0
    inside = (np.indices((40, 40)) + 0.5) / 40  # of a cell, drawn so large that its line is wide
    shade = draw(DigitImage(np.zeros((1, 1)), height=7.0), size=size)[..., 0]
    rows, columns = ((size[1] / 2 + 0.94 * 7 * size[1] / 8 * (axis - 0.5)).astype(int) for axis in inside)
    assert shade[rows, columns + (size[0] - size[1]) // 2].max() == 0
    assert empty[..., 0].max() > 10  # and black cells are seen to be cells


def test_an_edge_behind_a_neuron_does_not_tint_it():
    disc = Neurons(np.zeros((1, 3)), 0.5)
    edge = Edges(np.array([[-3.0, 0, 0]]), np.array([[3.0, 0, 0]]), color="#FFFFFF", stroke=8)
    frame = draw(edge, disc.activate(np.array([0.25])))
    assert pixel_at(frame, np.zeros(3))[:3] == pytest.approx(on_background(0.25), abs=1.5)
    assert pixel_at(frame, np.array([0.8, 0, 0]))[:3].min() == 255


def test_signed_picture_shows_sign_and_size():
    values = np.array([[1.0, -0.5], [0.0, 2.0]])
    picture = SignedPicture(values, scale=1.0, height=4.0)
    frame = draw(picture)
    assert pixel_at(frame, picture.cell(0, 0))[:3] == pytest.approx(rgb(palette().positive), abs=2)
    assert pixel_at(frame, picture.cell(0, 1))[:3] == pytest.approx(rgb(palette().negative) / 2, abs=2)
    assert pixel_at(frame, picture.cell(1, 0))[:3].max() == 0
    assert pixel_at(frame, picture.cell(1, 1))[:3] == pytest.approx(rgb(palette().positive), abs=2)


def test_a_scale_that_is_not_above_zero_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        SignedPicture(np.zeros((2, 2)), scale=0.0)


def test_the_whole_network_dims_and_fades(weights):
    network = layered_network(SIZES)
    network.edges[0].weigh(weights[0], 3.0)
    bright, dim = draw(network), draw(network.set_opacity(0.5))
    assert dim.astype(int)[..., :3].sum() == pytest.approx(bright.astype(int)[..., :3].sum() / 2, rel=0.15)
    assert not draw(network.fade(1))[..., :3].any()
