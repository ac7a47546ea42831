"""Our rasteriser draws what Cairo draws."""

import numba
import numpy as np
import pytest
from manim import Circle, Group, Line, ManimColor, Rectangle, Square, VGroup

from scenes.drawing.edges import Edges
from scenes.drawing.stroke_kernels import draw_segments
from scenes.drawing.tiles import Tiles
from scenes.look.style import palette
from scenes.mobjects.diagram.network import layered_network
from tests.benchmarks.likeness import compare
from tests.scenes.drawn import draw

WHITE = np.array([[255, 255, 255, 1]], np.float32)
RED = np.array([[252, 98, 85, 1]], np.float32)


def difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the mean absolute difference, 0-255, over the pixels that either picture touches."""
    touched = (ours[..., :3].max(-1) > 0) | (theirs[..., :3].max(-1) > 0)
    return float(np.abs(ours[touched].astype(int) - theirs[touched].astype(int)).mean())


@pytest.mark.parametrize("stroke", [0.7, 1.5, 4.0, 12.0])
def test_strokes_equal_cairos(stroke):
    rng = np.random.default_rng(1)
    ends = rng.uniform([-6, -3, 0], [6, 3, 0], size=(2, 12, 3))
    theirs = VGroup(*[Line(a, b, stroke_width=stroke, color="#FFFFFF") for a, b in zip(*ends, strict=True)])
    ours = Edges(*ends, color="#FFFFFF", stroke=stroke)
    assert difference(draw(ours), draw(theirs)) < 12


# Cairo samples a pixel's coverage on a grid, which errs by up to 6 of 255; ours is the exact area
def test_axis_parallel_strokes_equal_cairos_to_its_sampling():
    start, end = np.array([[-3, 1.013, 0]]), np.array([[3, 1.013, 0]])
    ours = draw(Edges(start, end, color="#FFFFFF", stroke=3))
    theirs = draw(Line(start[0], end[0], stroke_width=3, color="#FFFFFF"))
    assert np.abs(ours.astype(int) - theirs.astype(int)).max() <= 6


@pytest.mark.parametrize("half", [0.05, 0.31, 1.2])
def test_discs_equal_cairos(half):
    center = np.array([0.513, -0.27, 0])
    ours = Tiles(center[None], half, fill=RED, stroke=WHITE, stroke_width=2, corner=1)
    disc = Circle(half, fill_color="#FC6255", fill_opacity=1, stroke_width=0)
    rim = Circle(half + 0.01, stroke_color="#FFFFFF", stroke_width=2)
    assert difference(draw(ours), draw(VGroup(disc, rim).move_to(center))) < 12


@pytest.mark.parametrize("corner", [0, 0.2, 1])
def test_a_stroke_tints_nothing_of_the_fill_that_it_surrounds(corner):
    size = (1280, 720)
    bare, lined = (
        draw(Tiles(np.zeros((1, 3)), 1.0, fill=RED, stroke=WHITE, stroke_width=width, corner=corner), size=size)
        for width in (0, 12)
    )
    inside = np.all(bare == [252, 98, 85, 255], axis=-1)
    assert inside.sum() > 0.7 * (2 * 90) ** 2
    assert np.array_equal(bare[inside], lined[inside])
    assert (lined[..., 2] > 85).sum() > 2 * np.pi * 90 * 10  # and it is there, as wide as it should be


def test_squares_equal_cairos_to_its_sampling():
    center = np.array([0.513, -0.27, 0])
    ours = Tiles(center[None], 0.777, fill=RED)
    theirs = Square(2 * 0.777, fill_color="#FC6255", fill_opacity=1, stroke_width=0).move_to(center)
    assert np.abs(draw(ours).astype(int) - draw(theirs).astype(int)).max() <= 6


def test_turned_squares_equal_cairos():
    ours = Tiles(np.zeros((1, 3)), 1.0, fill=RED).rotate(0.4)
    theirs = Square(2.0, fill_color="#FC6255", fill_opacity=1, stroke_width=0).rotate(0.4)
    assert difference(draw(ours), draw(theirs)) < 4


def test_blends_with_what_is_behind_as_cairo_does():
    half_red = RED * [1, 1, 1, 0.4]
    behind = Rectangle(width=4, height=4, fill_color="#58C4DD", fill_opacity=1, stroke_width=0)
    ours = draw(Group(behind, Tiles(np.zeros((1, 3)), 1.0, fill=half_red)))
    front = Square(2.0, fill_color="#FC6255", fill_opacity=0.4, stroke_width=0)
    assert np.abs(ours.astype(int) - draw(Group(behind, front)).astype(int)).max() <= 2


def test_transparent_background_is_premultiplied_as_cairo_does():
    half_red = RED * [1, 1, 1, 0.4]
    ours = draw(Tiles(np.zeros((1, 3)), 1.0, fill=half_red), opacity=0.0)
    theirs = draw(Square(2.0, fill_color="#FC6255", fill_opacity=0.4, stroke_width=0), opacity=0.0)
    assert ours[..., 3].max() == pytest.approx(0.4 * 255, abs=1)
    assert np.abs(ours.astype(int) - theirs.astype(int)).max() <= 2


def test_nothing_off_the_frame_is_written():
    far = Edges(np.array([[-90, -70, 0], [20, 0, 0]]), np.array([[90, 70, 0], [30, 0, 0]]), stroke=3)
    tiles = Tiles(np.array([[-7.2, 4.1, 0], [50, 0, 0]]), 0.5, fill=np.repeat(WHITE, 2, 0))
    assert draw(Group(far, tiles)).shape == (360, 640, 4)


def test_the_picture_does_not_depend_on_the_number_of_threads():
    rng = np.random.default_rng(2)
    starts, ends = rng.uniform([-8, -5, 0], [8, 5, 0], size=(2, 300, 3))
    rgba = np.concatenate([rng.uniform(0, 255, (300, 3)), rng.uniform(0, 1, (300, 1))], axis=1)
    strokes = Edges(starts, ends, rgba=rgba, stroke=rng.uniform(0.2, 9, 300))
    most = numba.get_num_threads()
    pictures = []
    for threads in {1, most}:
        numba.set_num_threads(threads)
        pictures.append(draw(strokes))
    numba.set_num_threads(most)
    assert all(np.array_equal(picture, pictures[0]) for picture in pictures)


def test_strokes_on_a_transparent_background_equal_cairos():
    start, end = np.array([[-3, -1.1, 0], [-1, -2, 0]]), np.array([[3, 1.3, 0], [0.4, 2, 0]])
    ours = draw(Edges(start, end, color="#FFFFFF", stroke=6).set_opacity(0.5), opacity=0.0)
    lines = [Line(*ends, stroke_width=6, color="#FFFFFF", stroke_opacity=0.5) for ends in zip(start, end, strict=True)]
    theirs = draw(VGroup(*lines), opacity=0.0)
    assert ours[..., 3].max() == pytest.approx(theirs[..., 3].max(), abs=2)
    assert difference(ours, theirs) < 12
    assert np.abs(ours[..., 3].astype(int) - theirs[..., 3]).mean() < 0.5


def test_mostly_steep_strokes_are_the_others_on_their_side():
    rng = np.random.default_rng(3)
    ends = np.stack([rng.uniform(-20, 200, 40), rng.uniform(-20, 200, 40)] * 2, axis=1)
    ends[:, 2:] += rng.uniform(-150, 150, (40, 2)) * [1, 0.3]
    rgba = np.concatenate([rng.uniform(0, 255, (40, 3)), rng.uniform(0, 1, (40, 1))], axis=1)
    width = rng.uniform(0.3, 11, 40)
    lying, standing = np.full((180, 180, 4), 255, np.uint8), np.full((180, 180, 4), 255, np.uint8)
    draw_segments(lying, ends, rgba, width)
    draw_segments(standing, ends[:, [1, 0, 3, 2]], rgba, width)
    assert np.abs(lying.astype(int) - standing.swapaxes(0, 1)).max() <= 1
    assert lying.min() < 200


def test_a_part_of_a_frame_is_drawn_as_in_the_whole():
    rng = np.random.default_rng(4)
    ends = rng.uniform(-50, 350, (60, 4))
    rgba = np.concatenate([rng.uniform(0, 255, (60, 3)), rng.uniform(0, 1, (60, 1))], axis=1)
    width = rng.uniform(0.3, 9, 60)
    whole = np.zeros((300, 300, 4), np.uint8)
    whole[..., 3] = 255
    part = whole[40:170, 110:260].copy()
    draw_segments(whole, ends, rgba, width)
    draw_segments(part, ends - [110, 40, 110, 40], rgba, width)
    assert np.abs(part.astype(int) - whole[40:170, 110:260]).max() <= 1


def test_strokes_that_cannot_be_seen_draw_nothing():
    frame = np.zeros((20, 20, 4), np.uint8)
    ends = np.array([[5.0, 5, 5, 5], [2, 2, 18, 18], [2, 2, 18, 18], [30, 2, 90, 9]])
    rgba = np.array([[255.0, 255, 255, 1], [255, 255, 255, 0], [255, 255, 255, 1], [255, 255, 255, 1]])
    draw_segments(frame, ends, rgba, np.array([3.0, 3, 0, 3]))
    draw_segments(frame, np.zeros((0, 4)), np.zeros((0, 4)), np.zeros(0))
    assert not frame.any()


def test_a_whole_network_is_as_like_cairos_picture_as_one_can_ask():
    network = layered_network((16, 12, 5), stroke=3)
    weights = [np.random.default_rng(layer).normal(size=shape) for layer, shape in enumerate([(12, 16), (5, 12)])]
    theirs = VGroup()
    for edges, weight in zip(network.edges, weights, strict=True):
        edges.weigh(weight, 3.0)
        for place in np.argsort(edges.rgba[:, 3], kind="stable"):
            color, alpha = ManimColor(edges.rgba[place, :3].astype(float) / 255), float(edges.rgba[place, 3])
            line = Line(edges.starts[place], edges.ends[place], stroke_width=3, color=color, stroke_opacity=alpha)
            theirs.add(line)
    for column in network.columns:
        column.activate(np.linspace(0, 1, len(column)))
        for center, rgba in zip(column.centers, column.fill, strict=True):
            half_rim = 0.005 * float(column.stroke_width[0])
            rim = {"stroke_width": 200 * half_rim, "stroke_opacity": 0.8, "color": "#FFFFFF"}
            for colour, opacity in ((palette().background, 1.0), ("#FFFFFF", float(rgba[3]))):
                disc = Circle(column.radius, stroke_width=0, fill_color=colour, fill_opacity=opacity)
                theirs.add(disc.move_to(center))
            theirs.add(Circle(column.radius + half_rim, **rim).move_to(center))
    ours, cairos = (draw(picture, size=(1280, 720)) for picture in (network, theirs))
    likeness = compare(ours, cairos[..., :3])

    assert likeness.ssim > 0.985
    assert likeness.color < 0.5
