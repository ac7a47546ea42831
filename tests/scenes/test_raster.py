"""Our rasteriser draws what Cairo draws."""

import numba
import numpy as np
import pytest
from manim import Circle, Group, Line, Rectangle, Square, VGroup

from scenes.mobjects.edges import Edges
from scenes.mobjects.tiles import Tiles
from tests.scenes.drawing import draw

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
    theirs = Circle(half, fill_color="#FC6255", fill_opacity=1, stroke_color="#FFFFFF", stroke_width=2).move_to(center)
    assert difference(draw(ours), draw(theirs)) < 12


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
