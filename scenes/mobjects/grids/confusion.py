"""Draws answers as a confusion matrix: a row for each true class, a column for each answer, a dot for each example."""

from __future__ import annotations

from typing import Self

import numpy as np
from manim import Group

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import palette
from scenes.mobjects.grids.attention_grid import grid_lines

FILLED = 0.84  # of a cell, by its dots
DOT = 0.42  # radius of a dot, of the distance between two
LARGEST = 0.15  # scene units, that radius at most
MARKED = 0.1  # alpha of the cells in which the answer is right


class ConfusionMatrix(Group):
    """A confusion matrix with a dot for each example, in the row of its true class.

    truth: (n,) rows. said: (n,) columns at first, below 0 where there is no answer. shape: rows and columns of the
    table, the answer being right in cell (i, i). cell: side, scene units. A dot has a place of its own in every cell of
    its row, so that it moves straight across when the answer changes.

    Members: `lines`, `marks` (of the cells where the answer is right), `dots` (one Tiles, in the order given).
    """

    def __init__(self, truth: np.ndarray, said: np.ndarray, shape: tuple[int, int], cell: float) -> None:
        self.truth, self.shape, self.cell = np.asarray(truth), shape, cell
        self.lines = grid_lines(shape, np.array([cell, cell]))
        same = np.arange(min(shape))
        green = np.tile(np.append(rgb255(palette().right), MARKED), (len(same), 1))
        self.marks = Tiles(self.place(same, same), cell / 2, fill=green)
        self.slots, pitch = _slots(self.truth, FILLED * cell)
        radius = min(DOT * pitch, LARGEST)
        fill = np.zeros((len(self.truth), 4))
        self.dots = Tiles(np.zeros((len(self.truth), 3)), radius, fill=fill, corner=1.0)
        super().__init__(self.marks, self.lines, self.dots)
        self.show(said)

    def place(self, row: np.ndarray | int, column: np.ndarray | int) -> np.ndarray:
        """Return the center (3,) of a cell, or (n, 3) of several."""
        rows, columns = self.shape
        x = (np.asarray(column) - (columns - 1) / 2) * self.cell
        y = ((rows - 1) / 2 - np.asarray(row)) * self.cell
        return np.stack([x, y, 0 * y], axis=-1) + self.lines.get_center()

    def places_of(self, said: np.ndarray) -> np.ndarray:
        """Return the places (n, 3) of the dots for answers `said` (n,), in the first column where there is none."""
        return self.place(self.truth, np.maximum(said, 0)) + self.slots

    def fill_of(self, said: np.ndarray) -> np.ndarray:
        """Return the colours (n, 4) of the dots for answers `said` (n,): transparent where there is none."""
        right, wrong = (np.append(rgb255(shade), 1) for shade in (palette().right, palette().negative))
        fill = np.where((said == self.truth)[:, None], right, wrong)
        fill[:, 3] = said >= 0
        return fill.astype(np.float32)

    def show(self, said: np.ndarray, after: np.ndarray | None = None, share: float = 0.0) -> Self:
        """Show the answers `said`, or a share of the way to those in `after`."""
        then = said if after is None else after
        both = (np.where(said < 0, then, said), np.where(then < 0, said, then))  # none moves while it is not seen
        starts, ends = (self.places_of(one) for one in both)
        self.dots.move_items(starts + (ends - starts) * share)
        fill = self.fill_of(said) * (1 - share) + self.fill_of(then) * share
        self.dots.fill = fill.astype(np.float32)
        return self


def _slots(truth: np.ndarray, side: float) -> tuple[np.ndarray, float]:
    """Return where in a cell each dot has its place, (n, 3) from the middle, and how far apart two are."""
    counts = np.bincount(truth, minlength=1)
    pitch = side / max(1, int(np.ceil(np.sqrt(counts.max(initial=1)))))
    slots = np.zeros((len(truth), 3))
    for row, count in enumerate(counts):
        if count:
            across = int(np.ceil(np.sqrt(count)))
            down = -(-count // across)
            place = np.arange(count)
            x = (place % across - (across - 1) / 2) * pitch
            y = ((down - 1) / 2 - place // across) * pitch
            slots[truth == row] = np.stack([x, y, 0 * x], axis=1)
    return slots, pitch
