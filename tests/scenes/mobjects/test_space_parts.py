"""Strokes, arrows, balls and words keep to their places in space."""

from __future__ import annotations

import numpy as np
import pytest
from manim import Dot

from scenes.mobjects.space.parts import SPREAD, Balls, SpaceStrokes, pinned, space_arrows
from scenes.mobjects.space.space import View
from tests.scenes.drawn import draw, pixel_at

ASIDE = View(azimuth=0.7, elevation=0.4, middle=(0.5, -0.3))
WHITE = np.array([[255, 255, 255, 1]], np.float32)


def test_strokes_are_seen_where_the_view_says():
    ends = np.array([[0.0, 0, 0], [1, 2, 0.5]])
    strokes = SpaceStrokes(ends[:1], ends[1:], view=View())
    strokes.look_from(ASIDE)
    assert strokes.points == pytest.approx(ASIDE(ends))


def test_an_arrow_ends_in_its_head():
    feet, steps = np.array([[1.0, 1, 1]]), np.array([[0.0, 2, -0.5]])
    arrow = space_arrows(feet, steps, view=ASIDE)
    shaft, left, right = arrow.in_space.reshape(3, 2, 3)
    assert shaft == pytest.approx(np.array([[1, 1, 1], [1, 3, 0.5]]))
    for side in (left, right):
        assert side[0] == pytest.approx(shaft[1])
        back = side[1, :2] - side[0, :2]
        assert np.arccos(-back[1] / np.linalg.norm(back)) == pytest.approx(SPREAD)
        assert side[1, 2] > side[0, 2]  # back up along the shaft


def test_a_ball_is_a_disc_of_its_size_wherever_it_is():
    ball = Balls(np.array([1.0, 0, 0.5]), 0.3, view=ASIDE, fill=WHITE)
    ball.put(np.array([[0.2, 2, 1]]))
    place = ASIDE(np.array([[0.2, 2, 1]]))[0]
    assert ball.centers[0, :2] == pytest.approx(place[:2])
    assert np.ptp(ball.points[:, 0]) == pytest.approx(0.6)
    assert pixel_at(draw(ball), place)[0] == 255


def test_a_label_follows_the_view_of_its_part():
    part = Balls(np.zeros(3), 0.1, view=View(), fill=WHITE)
    label = pinned(Dot(), np.array([1.0, 1, 0]), part, (0.3, -0.2))
    part.look_from(ASIDE)
    label.update()
    assert label.get_center()[:2] == pytest.approx(ASIDE(np.array([[1.0, 1, 0]]))[0, :2] + [0.3, -0.2])
