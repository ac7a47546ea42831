"""Draws the bar that shows which colour of a surface stands for which height."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Group

from scenes.drawing.tiles import Tiles
from scenes.look.style import SMALL
from scenes.mobjects.pictures.colormap import height_colors
from scenes.mobjects.plots.axes import AxisLine
from scenes.text.typeset import Typeset

CELLS = 64
THICK = 0.26  # scene units


class HeightBar(Group):
    """The colours from the lowest to the highest value, upright, with round numbers beside them.

    span: the lowest and the highest value. length: scene units. name: what the heights are, above the bar, or, if
    `beside`, at its foot.
    """

    def __init__(
        self, span: tuple[float, float], name: Typeset, *, length: float = 2.0, ticks: int = 4, beside: bool = False
    ) -> None:
        self.axis = AxisLine(span, length, ticks=ticks, upright=True, size=SMALL)
        middles = span[0] + (np.arange(CELLS) + 0.5) / CELLS * (span[1] - span[0])
        places = self.axis.to_point(middles) + (THICK / 2) * RIGHT
        self.colors = Tiles(places, 0.1, fill=height_colors(middles, *span))
        self.colors.reshape_items(THICK, 1.6 * length / CELLS)  # they overlap, so that no seam shows
        scale = Group(self.colors, self.axis)
        if beside:
            name.next_to(scale, RIGHT, buff=0.25, aligned_edge=DOWN)
        else:
            name.next_to(scale, UP, buff=0.25, aligned_edge=LEFT)
        super().__init__(name, scale)
