"""Draws amounts that span powers of ten, row by row: a map that grows column by column, and a bar for each row."""

from __future__ import annotations

from typing import Self

import numpy as np
from manim import Dot, Group, VGroup

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import palette
from scenes.mobjects.pictures.picture_table import rectangles
from scenes.mobjects.plots.axes import AxisLine
from scenes.mobjects.plots.growing_plot import power_ticks

FAINTEST = 0.16  # of the way from the background, of the least amount that is drawn
HUE = 0.8  # of the way: there the colour is that of what is positive, from there on to what is bright
ODD = 0.75  # of the full colour, of a zero, and of what is no finite number
THICK, THICKEST = 0.62, 0.75  # of a row, by its bar, and scene units
MOST_MARKS = 4
OVER = 0.02  # scene units that a cell lies over the next one


def amount_shades(values: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    """Return the colours (n, 4) of amounts (n,), along a span of powers of ten.

    They go from the background over the palette's `positive` to its `bright`; 0 has the colour `attention`, what is no
    finite number `negative`.
    They are opaque, on the background's colour, so that cells may lie over each other's edges without a seam.
    """
    known = np.isfinite(values) & (values > 0)
    share = np.zeros(len(values))
    share[known] = (np.log10(values[known]) - span[0]) / (span[1] - span[0])
    strength = FAINTEST + (1 - FAINTEST) * np.clip(share, 0, 1)
    shades = palette()
    ends = np.stack([rgb255(one) for one in (shades.background, shades.positive, shades.bright)])
    mixed = np.stack([np.interp(strength, (0, HUE, 1), channel) for channel in ends.T], axis=1)
    odd = np.where((values == 0)[:, None], rgb255(shades.attention), rgb255(shades.negative))
    mixed[~known] = (ends[0] + ODD * (odd - ends[0]))[~known]
    return np.append(mixed, np.ones((len(values), 1)), axis=1).astype(np.float32)


class RowHeat(Tiles):
    """A map of amounts, (row, column), of which `show_columns` shows as many as are known.

    span: powers of ten at which a cell is faintest and brightest. left, width, heights, pitch: scene units.
    """

    def __init__(
        self,
        values: np.ndarray,
        span: tuple[float, float],
        left: float,
        width: float,
        heights: np.ndarray,
        pitch: float,
    ) -> None:
        rows, columns = values.shape
        self.columns_of_items = np.tile(np.arange(columns), rows)
        x = left + width * (np.arange(columns) + 0.5) / columns
        centers = np.stack([np.tile(x, rows), np.repeat(heights, columns), np.zeros(rows * columns)], axis=1)
        super().__init__(centers, 0.5, fill=amount_shades(values.ravel(), span))
        self.reshape_items(width / columns, pitch * (0.94 if pitch > 0.12 else 1.0))
        self.points[2::4, 0] = self.points[1::4, 0] = np.minimum(self.points[1::4, 0] + OVER, left + width)
        self.show_columns(0)

    def show_columns(self, count: float) -> Self:
        """Show the first `count` columns; where that is no whole number the last one is faint."""
        self.shown = np.clip(count - self.columns_of_items, 0, 1).astype(np.float32)
        return self


class LogBars(Group):
    """A bar for each row, as long as its amount on an axis of powers of ten, with a dot at its end.

    shades: powers of ten of the faintest and the strongest colour of a bar; those of the axis unless given.

    Members: `axis`, `bars` (one Tiles), `dots`. Zeros and what is no finite number have a dot of another colour at the
    axis's low end.
    """

    def __init__(
        self,
        span: tuple[float, float],
        left: float,
        width: float,
        heights: np.ndarray,
        pitch: float,
        shades: tuple[float, float] | None = None,
    ) -> None:
        self.shades = shades or span
        self.span, self.heights, self.pitch, self._ends = span, heights, pitch, (left, left + width)
        marks = power_ticks(*span)
        marks["ticks"] = marks["ticks"][:: -(-len(marks["ticks"]) // MOST_MARKS)]
        self.axis = AxisLine(span, width, **marks)
        bottom = float(heights.min()) - pitch / 2 - 0.12
        self.axis.shift(np.array([left, bottom, 0]) - self.axis.line.get_start())
        count = len(heights)
        self.bars = Tiles(np.zeros((count, 3)), 0.5, fill=np.zeros((count, 4)))
        radius = min(0.09, 0.45 * pitch)
        self.dots = VGroup(*[Dot(radius=radius, color=palette().text) for _ in heights])
        super().__init__(self.axis, self.bars, self.dots)
        self.show_values(np.full(count, 10.0 ** span[0]))

    def place(self, values: np.ndarray) -> np.ndarray:
        """Return how far to the right amounts (n,) are; zeros and what is no finite number are at the low end."""
        known = np.isfinite(values) & (values > 0)
        share = np.zeros(len(values))
        share[known] = (np.log10(values[known]) - self.span[0]) / (self.span[1] - self.span[0])
        return self._ends[0] + (self._ends[1] - self._ends[0]) * np.clip(share, 0, 1)

    def show_values(self, values: np.ndarray) -> Self:
        """Show amounts, (row,)."""
        self.values = np.array(values, dtype=float)
        self.show_places(self.place(self.values))
        self.bars.fill = amount_shades(self.values, self.shades)
        shades = palette()
        for dot, value in zip(self.dots, self.values, strict=True):
            odd = shades.attention if value == 0 else shades.negative
            dot.set_color(shades.text if np.isfinite(value) and value > 0 else odd)
        return self

    def show_places(self, ends: np.ndarray) -> Self:
        """Let the bars end at these places, (row,), scene units, whatever their values are."""
        self.ends = ends
        left = self._ends[0]
        middles = np.stack([(left + ends) / 2, self.heights, 0 * ends], axis=1)
        self.bars.move_items(middles).reshape_items(np.maximum(ends - left, 1e-3), min(THICK * self.pitch, THICKEST))
        for dot, x, y in zip(self.dots, ends, self.heights, strict=True):
            dot.move_to([x, y, 0])
        return self


def row_frame(left: float, width: float, heights: np.ndarray, pitch: float) -> Tiles:
    """Return the frame of a map whose columns are not shown yet."""
    line = np.append(rgb255(palette().line), 0.25)[None]
    middle = np.array([[left + width / 2, heights.mean(), 0]])
    size = (width + 0.06, float(np.ptp(heights)) + pitch + 0.06)
    return rectangles(middle, *size, fill=0 * line, stroke=line, stroke_width=1.2)
