"""The bar of a surface's colours: each stands beside its number, and is the colour that the surface has there."""

from __future__ import annotations

import numpy as np
import pytest
from manim import LEFT

from scenes.drawing.batched import rgb255
from scenes.look.style import palette
from scenes.mobjects.pictures.colormap import height_colors
from scenes.mobjects.plots.height_bar import HeightBar
from scenes.text.typeset import Words


def test_each_colour_stands_beside_its_number():
    bar = HeightBar((0.08, 0.47), Words("cost"))
    heights = bar.colors.centers[:, 1]
    for value in (0.1, 0.2, 0.3, 0.4):
        nearest = np.abs(heights - bar.axis.to_point(value)[1]).argmin()
        assert bar.colors.fill[nearest] == pytest.approx(height_colors([value], 0.08, 0.47)[0], abs=4)
    assert [label.text for label in bar.axis.labels] == ["0.1", "0.2", "0.3", "0.4"]


def test_colours_run_from_the_lowest_to_the_highest_and_no_further():
    low, middle, high = (rgb255(code) for code in palette().heights)
    colors = height_colors([-1.0, 2.0, 3.0, 4.0, 9.0], 2.0, 4.0)
    assert colors[:, :3] == pytest.approx(np.array([low, low, middle, high, high]))
    with pytest.raises(ValueError, match=r"from a lower to a higher value, got 2\.0 and 2\.0"):
        height_colors([1.0], 2.0, 2.0)


def test_its_name_stands_above_it():
    bar = HeightBar((0.0, 4.0), Words("cost"))
    name, scale = bar
    assert name.get_bottom()[1] > scale.get_top()[1]
    assert name.get_edge_center(LEFT)[0] == pytest.approx(scale.get_edge_center(LEFT)[0])
