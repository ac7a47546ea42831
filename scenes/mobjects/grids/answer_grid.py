"""Draws the answers at every position of every sequence as cells: green where right, red where wrong."""

from __future__ import annotations

from typing import Self

import numpy as np
from manim import Group

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import SMALL, palette
from scenes.mobjects.grids.attention_grid import grid_lines
from scenes.mobjects.pictures.pixels import grid_centers
from scenes.text.many_numbers import Numbers
from scenes.text.tokens import SMALLEST

STRONG = 0.75  # alpha of a cell
FILLED = 0.88  # of a cell, by its tile
DIGIT = 0.52  # em that a digit takes


class AnswerGrid(Group):
    """Cells (sequence, position), each coloured by its share of right answers.

    shares: (sequence, position), 1 green, 0 red, between them a mixture, NaN where nothing was answered. tokens: the
    answers, drawn as numbers where there is room; None for none. cell: width and height, scene units.
    """

    def __init__(self, shares: np.ndarray, cell: tuple[float, float], tokens: np.ndarray | None = None) -> None:
        self.shape, self.cell = shares.shape, cell
        rows, columns = shares.shape
        unit = grid_centers(rows, columns, float(rows))  # of cells one unit wide and high
        size = np.array([*cell, 1.0])
        self.lines = grid_lines(self.shape, size)
        self.tiles = Tiles(unit, FILLED / 2, fill=np.zeros((shares.size, 4)), corner=0.15)
        self.tiles.points = self.tiles.points * size
        super().__init__(self.tiles, self.lines)
        self.numbers: Numbers | None = None
        if tokens is not None:
            digits = len(str(int(np.max(tokens, initial=0))))
            em = min(SMALL, 0.8 * cell[0] / (DIGIT * digits), 0.8 * cell[1])
            if em >= SMALLEST:
                self.numbers = Numbers(tokens.ravel(), unit * size, form="{:.0f}", size=em)
                self.add(self.numbers)
        self.show(shares)

    def fill_of(self, shares: np.ndarray) -> np.ndarray:
        """Return the colours of the cells, (n, 4)."""
        share = shares.reshape(-1, 1)
        right, wrong = (np.append(rgb255(shade), STRONG) for shade in (palette().right, palette().negative))
        fill = np.where(np.isfinite(share), right * np.nan_to_num(share) + wrong * (1 - np.nan_to_num(share)), 0)
        return fill.astype(np.float32)

    def show(
        self,
        shares: np.ndarray,
        after: np.ndarray | None = None,
        part: float = 0.0,
        tokens: np.ndarray | None = None,
    ) -> Self:
        """Show shares, or `part` (0 to 1) of the way to `after`.

        tokens: (sequence, position), the answers, below 0 for none.
        """
        last = shares if after is None else after
        self.tiles.fill = _mixed(self.fill_of(shares), self.fill_of(last), part)
        if self.numbers is not None and tokens is not None:
            self.numbers.values = tokens.ravel().astype(float)
            self.numbers.shown = (tokens.ravel() >= 0).astype(np.float32)
        return self


def _mixed(one: np.ndarray, other: np.ndarray, part: float) -> np.ndarray:
    return (one * (1 - part) + other * part).astype(np.float32)
