"""Draws what a model of two numbers answers everywhere, as a map: a cell for each input of a grid."""

from __future__ import annotations

import numpy as np
from manim import DashedVMobject, Group, Polygon, UpdateFromAlphaFunc, VMobject, there_and_back_with_pause
from manim.animation.animation import Animation

from scenes.animate.answers.answers import NONE
from scenes.animate.regions.answered_grid import AnsweredGrid
from scenes.animate.space.dots import Box, Dots, swelling
from scenes.animate.space.shading import Shading
from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import STROKE, THIN, palette
from scenes.mobjects.plots.axes import Axes2D
from scenes.text.typeset import Typeset

FAINT, STRONG = 0.1, 0.62  # opacity of a cell whose class is no surer than chance, and of one that is sure
LAP = 1.06  # of a cell's width and height, so that no line shows between two
RIM = 0.9  # times the usual stroke, around a dot
UNCHANGED = 0.12  # times as opaque as before: cells whose answer is the same


class AnswerMap(Group):
    """Axes over two numbers, a cell in the colour of the answer at each place, and the probe as dots.

    box: of the axes' lines. shading: of classes or of numbers. labels: of the axes.

    Members: `axes`, `field` (one Tiles), `edge` (around the probe), `dots`.
    """

    def __init__(self, grid: AnsweredGrid, shading: Shading, box: Box, labels: tuple[Typeset, Typeset]) -> None:
        assert grid.up is not None
        left, bottom, width, height = box
        half = [(float(side[1] - side[0]) / 2) for side in (grid.across, grid.up)]
        spans = [
            (float(side[0]) - room, float(side[-1]) + room)
            for side, room in zip((grid.across, grid.up), half, strict=True)
        ]
        self.axes = Axes2D(spans[0], spans[1], width, height, x={"label": labels[0]}, y={"label": labels[1]})
        self.axes.shift(np.array([left, bottom, 0]) - self.axes.x_axis.line.get_start())
        self._grid, self._shading = grid, shading
        places = self.axes.point(grid.places[:, 0], grid.places[:, 1])
        self.field = Tiles(places, 0.5, fill=np.zeros((len(places), 4)))
        self.field.reshape_items(LAP * width / len(grid.across), LAP * height / len(grid.up))
        self.field.set_z_index(-1)  # behind the dots, whichever comes first
        self.dots = Dots(self.axes.point(grid.inputs[:, 0], grid.inputs[:, 1]), shading.colors(grid.truth))
        self.dots.stroke[:] = np.append(rgb255(palette().background), 1.0)
        self.dots.stroke_width[:] = RIM * STROKE
        self.edge = self._around_the_probe()
        super().__init__(self.axes, self.field, self.edge, self.dots)
        self.show(0)

    def _around_the_probe(self) -> VMobject:
        """Return the dashed edge of the oblong in which the probe lies."""
        (x, y), (right, top) = self._grid.inputs.min(axis=0), self._grid.inputs.max(axis=0)
        corners = self.axes.point(np.array([x, right, right, x]), np.array([y, y, top, top]))
        edge = Polygon(*corners, stroke_color=palette().text, stroke_width=THIN)
        return DashedVMobject(edge, num_dashes=90)

    def show(self, place: int, only: np.ndarray | None = None) -> None:
        """Show the answers of a snapshot. only: (place,) cells beside which all others fade."""
        opacity = self._opacity(place)[:, None]
        if only is not None:
            opacity[~only] *= UNCHANGED
        colors = opacity * self._colors(place) + (1 - opacity) * rgb255(palette().background)
        self.field.fill = np.column_stack([colors, np.ones(len(colors))]).astype(np.float32)

    def animate_probe(self) -> Animation:
        """Return an animation that lets the dots swell and shrink, one after the other."""
        return swelling(self.dots)

    def animate_changed(self) -> Animation:
        """Return an animation that fades for a while those cells whose last answer is their first."""
        before = self.field.fill.copy()
        self.show(len(self._grid.steps) - 1, self._grid.changed)
        after = self.field.fill.copy()
        self.field.fill = before

        def fade(_: object, share: float) -> None:
            self.field.fill = before + np.float32(share) * (after - before)

        return UpdateFromAlphaFunc(self.field, fade, rate_func=there_and_back_with_pause)

    def _colors(self, place: int) -> np.ndarray:
        grid = self._grid
        told = grid.winners[place] if grid.classes else np.nan_to_num(grid.answers[place, :, 0])
        return self._shading.colors(told)

    def _opacity(self, place: int) -> np.ndarray:
        """Return how opaque each cell is, (place,): by the confidence of a class; not at all without a number."""
        grid = self._grid
        if not grid.classes:
            return np.isfinite(grid.answers[place, :, 0]).astype(float)
        best = np.nan_to_num(grid.shares[place]).max(axis=-1)
        chance = 1 / grid.answers.shape[-1]
        surer = np.clip((best - chance) / (1 - chance), 0, 1)
        return np.where(grid.winners[place] == NONE, 0.0, FAINT + (STRONG - FAINT) * surer)
