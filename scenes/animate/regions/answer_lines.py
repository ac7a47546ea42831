"""Draws what a model of one number answers to any input, as lines over it: its answer, or how sure each class is."""

from __future__ import annotations

import numpy as np
from manim import Create, DashedLine, Group
from manim.animation.animation import Animation

from scenes.animate.regions.answered_grid import AnsweredGrid
from scenes.animate.space.dots import Box, Dots, swelling
from scenes.animate.space.shading import ByClass, Shading
from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import STROKE, THIN, palette
from scenes.mobjects.plots.axes import Axes2D, Curve
from scenes.text.typeset import Typeset

BEYOND = 0.12  # of the span of what is right, above and below it
MARK = 0.035  # scene units, half the height of a mark on the axis
STRIP = 0.07  # of the upright axis, below 0: where the probe of a classification lies


class AnswerLines(Group):
    """Axes over one number, a line for the answer or for each class that has a colour, and the probe as dots.

    box: of the axes' lines. labels: of the axes. A line breaks where it is out of the axes or no number.

    Members: `axes`, `field` (the lines), `edge` (the ends of the probe), `dots`.
    """

    def __init__(self, grid: AnsweredGrid, shading: Shading, box: Box, labels: tuple[Typeset, Typeset]) -> None:
        left, bottom, width, height = box
        self._grid = grid
        self._classes = shading.shown.tolist() if isinstance(shading, ByClass) else [0]
        self._values = (grid.shares if grid.classes else grid.answers)[..., self._classes]
        span = (-2 * STRIP, 1.0) if grid.classes else _span(grid)
        ticks = {"ticks": (0.0, 0.25, 0.5, 0.75, 1.0)} if grid.classes else {}
        ends = float(grid.across[0]), float(grid.across[-1])
        self.axes = Axes2D(ends, span, width, height, x={"label": labels[0]}, y={"label": labels[1], **ticks})
        self.axes.shift(np.array([left, bottom, 0]) - self.axes.x_axis.line.get_start())
        shades = [shading.shade(one) if isinstance(shading, ByClass) else palette().attention for one in self._classes]
        nothing = np.zeros(len(grid.across), dtype=bool)
        across = self.axes.point(grid.across, np.full(len(grid.across), span[0]))
        self.field = Group(*[Curve(across, nothing, color=shade, stroke_width=1.6 * STROKE) for shade in shades])
        up = np.full(len(grid.truth), -STRIP) if grid.classes else np.clip(grid.truth, *span)
        colors = shading.colors(grid.truth) if grid.classes else np.tile(rgb255(palette().line), (len(up), 1))
        self.dots = Dots(self.axes.point(grid.inputs[:, 0], up), colors)
        probe = (float(grid.inputs.min()), float(grid.inputs.max()))
        self.edge = Group(
            *[
                DashedLine(
                    self.axes.point(at, span[0]), self.axes.point(at, span[1]), color=palette().text, stroke_width=THIN
                )
                for at in probe
            ]
        )
        super().__init__(self.axes, self.edge, self.dots, self.field)
        self.show(0)

    @property
    def is_cut(self) -> bool:
        """Whether an answer is further out than the axis reaches, at any snapshot."""
        low, high = self.axes.y_axis.span
        known = self._values[np.isfinite(self._values)]
        return bool(((known < low) | (known > high)).any())

    def show(self, place: float) -> None:
        """Show the answers of a snapshot, or between two of them a share of the way from the one to the other."""
        before = int(place)
        after = min(before + 1, len(self._values) - 1)
        share = place - before
        now = self._values[before] if not share else (1 - share) * self._values[before] + share * self._values[after]
        low, high = self.axes.y_axis.span
        for line, values in zip(self.field, now.T, strict=True):
            shown = np.isfinite(values) & (values >= low) & (values <= high)
            points = self.axes.point(self._grid.across, np.where(shown, values, low))
            line.set_points(Curve(points, shown).points)

    def animate_probe(self) -> Animation:
        """Return an animation that lets the dots swell and shrink, one after the other."""
        return swelling(self.dots)

    def animate_changed(self) -> Animation:
        """Return an animation that marks, along the axis, where the class answered is another than at the first."""
        places = self._grid.across[self._grid.changed]
        low, high = self.axes.x_axis.span
        width = self.axes.x_axis.line.get_length() * (self._grid.across[1] - self._grid.across[0]) / (high - low)
        fill = np.tile(np.append(rgb255(palette().attention), 1.0), (len(places), 1))
        self.marks = Tiles(self.axes.point(places, np.zeros(len(places))), MARK, fill=fill)
        self.marks.reshape_items(1.3 * width, 2 * MARK)
        return Create(self.marks)


def _span(grid: AnsweredGrid) -> tuple[float, float]:
    """Return the ends of the upright axis: what is right, with room above and below."""
    low, high = float(grid.truth.min()), float(grid.truth.max())
    room = BEYOND * ((high - low) or 1.0)
    known = grid.answers[-1][np.isfinite(grid.answers[-1])]
    least, most = (float(known.min()), float(known.max())) if len(known) else (low, high)
    return max(min(low, least), low - (high - low)) - room, min(max(high, most), high + (high - low)) + room
