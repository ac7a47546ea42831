"""Vectors as strips of coloured cells, and matrices as stacks of such strips: one cell for every recorded number."""

from __future__ import annotations

from typing import Self

import numpy as np
from manim import Group

from scenes.drawing.tiles import Tiles
from scenes.look.style import SMALL
from scenes.mobjects.pictures.colormap import diverging
from scenes.text.many_numbers import Numbers

FULL = 0.7  # alpha of the strongest cell, so that a number on it can be read
NOTHING = 0.005  # a number below this is written as 0.00
NUMBERED = 4  # cells of a strip that are wide enough for their numbers
NUMBER_WIDTH = 3.0  # em that such a cell takes
STRONG = 0.97  # share of the values whose colour is not yet at its full


def scale_of(values: np.ndarray) -> float:
    """Return the |value| that is drawn in full colour."""
    return float(np.quantile(np.abs(values), STRONG)) or 1.0


def cell_shades(values: np.ndarray, scale: float) -> np.ndarray:
    """Return the colours of values, (n, 4): blue positive, red negative, never more opaque than FULL."""
    return diverging(values.ravel(), scale) * np.array([1, 1, 1, FULL], np.float32)


def matrix_cells(values: np.ndarray, width: float, height: float, scale: float) -> Tiles:
    """Return a matrix (rows, columns) as cells, row by row, around the origin."""
    rows, columns = values.shape
    row, column = np.divmod(np.arange(rows * columns), columns)
    x = ((column + 0.5) / columns - 0.5) * width
    y = (0.5 - (row + 0.5) / rows) * height
    gap = 0.92 if rows > 1 else 1.0  # of a row's height, so that rows can be told apart
    places = np.stack([x, y, np.zeros(len(x))], axis=1)
    return Tiles(places, 0.5, fill=cell_shades(values, scale)).reshape_items(width / columns, gap * height / rows)


class Strips(Group):
    """Vectors, one strip each, the first few cells wide enough for their numbers.

    values: (row, feature). heights: (row,) where each strip's middle is. left, width: of all strips. thick: their
    height. scale: the |value| in full colour. size: em of the numbers.
    Members: `cells` (one Tiles, row by row) and `numbers` (one Numbers, the first of each row).
    """

    def __init__(
        self,
        values: np.ndarray,
        heights: np.ndarray,
        *,
        left: float,
        width: float,
        thick: float,
        scale: float,
        size: float = SMALL,
    ) -> None:
        rows, count = values.shape
        self.numbered, self.full_at, self.values = min(NUMBERED, count), scale, np.array(values)
        wide = NUMBER_WIDTH * size
        rest = (width - self.numbered * wide) / max(1, count - self.numbered)
        widths = np.where(np.arange(count) < self.numbered, wide, min(wide, rest))
        self.ends = left, left + float(widths.sum())
        x = left + np.cumsum(widths) - widths / 2
        places = np.zeros((rows, count, 3))
        places[..., 0], places[..., 1] = x, np.asarray(heights)[:, None]
        self.cells = Tiles(places.reshape(-1, 3), 0.5, fill=cell_shades(values, scale))
        self.cells.reshape_items(np.tile(widths, rows), thick)
        first = slice(0, self.numbered)
        self.numbers = Numbers(values[:, first], places[:, first].reshape(-1, 3), size=size)
        super().__init__(self.cells, self.numbers)

    def show(self, values: np.ndarray, *, zeros: bool = True) -> Self:
        """Show other values (row, feature); with `.animate.show(...)` shades run, and numbers change halfway.

        zeros: whether numbers are written of which two decimals leave nothing.
        """
        self.values = np.array(values)
        self.shade(values)
        self.numbers.show_values(values[:, : self.numbered])
        if not zeros:
            self.numbers.rgba[np.abs(self.numbers.values) < NOTHING, 3] = 0
        return self

    def shade(self, values: np.ndarray) -> Self:
        """Give the cells the shades of values (row, feature), whatever the numbers say."""
        self.cells.fill = cell_shades(values, self.full_at)
        return self

    def row_of_cells(self) -> np.ndarray:
        """Return which row each cell belongs to, (row * feature,)."""
        rows, count = self.values.shape
        return np.repeat(np.arange(rows), count)
