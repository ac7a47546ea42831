"""Draws the cost over two weights as a plane of colours, with walks on it and a bar that tells the heights."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, UP, DashedLine, Group

from scenes.chapters.backpropagation.steps.values import TwoPaces
from scenes.look.boxes import FrameBox
from scenes.look.style import palette
from scenes.mobjects.pictures.colormap import height_colors
from scenes.mobjects.pictures.pixels import CellPicture
from scenes.mobjects.plots.axes import Axes2D, Curve
from scenes.mobjects.plots.height_bar import HeightBar
from scenes.text.typeset import Formula, Words

DIM = 0.75  # of the colours: walks are drawn over them
BESIDE = 2.2  # scene units for the bar


class WalkPlane(Group):
    """The cost over the changes of two weights. name: what the heights are, above their bar."""

    def __init__(self, paces: TwoPaces, box: FrameBox, name: Words) -> None:
        first, second, costs = (paces.read(f"plane.{name}") for name in ("first", "second", "cost"))
        low, high = float(costs.min()), float(costs.max())
        side = min(box.width - BESIDE - 0.8, box.height - 0.8)
        across, up = ((float(ticks[0]), float(ticks[-1])) for ticks in (first, second))
        look = {"ticks": 5, "form": "{:g}"}
        self.axes = Axes2D(across, up, side, side, x=look, y=look)
        fill = height_colors(costs[::-1].ravel(), low, max(high, low + 1e-9))  # rows from the top
        fill[:, 3] = DIM
        cells = CellPicture(costs.shape, fill, height=side, gap=0.0, line=0.0)
        cells.move_to((self.axes.point(across[0], up[0]) + self.axes.point(across[1], up[1])) / 2)
        bar = HeightBar((low, max(high, low + 1e-9)), name, length=0.6 * side, ticks=4)
        bar.next_to(cells, RIGHT, buff=0.6)
        names = (f"Delta w_({out}, {into})" for out, into in paces.read("walk.entry"))
        below, beside = (Formula(one, 0.36, palette().muted) for one in names)
        below.next_to(self.axes.x_axis.line.get_end(), DOWN, buff=0.15, aligned_edge=RIGHT).shift([0.9, 0, 0])
        beside.next_to(self.axes.y_axis.line.get_end(), UP, buff=0.12)
        super().__init__(cells, self.axes, bar, below, beside)
        self._paces = paces
        self.move_to(box.center)

    def straight(self) -> DashedLine:
        """Return the straight line from the start of the walks to the end of the one with all images."""
        places = self._paces.read("walk.full")
        ends = [self.axes.point(float(place[0]), float(place[1])) for place in (places[0], places[-1])]
        return DashedLine(*ends, color=palette().bright, stroke_width=2)

    def walk(self, way: str, color: str) -> Curve:
        """Return the line that a descent went, "full" or "mini"."""
        places = self._paces.read(f"walk.{way}")
        points = self.axes.point(places[:, 0], places[:, 1])
        return Curve(points, np.ones(len(points), dtype=bool), color=color, stroke_width=3)
