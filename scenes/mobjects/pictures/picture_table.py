"""Draws many small pictures in a table, or one matrix, as one mobject whose cells take other values as time runs."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import palette
from scenes.mobjects.pictures.colormap import diverging

BETWEEN = 0.14  # of a picture's longer side, between two pictures
APART = 1.0  # cells between a matrix and the line of values beside it
LONGEST = 3.0  # times as long as wide that a matrix's cells may be
LARGEST = 0.55  # scene units, the side of a cell
ODD = 0.85  # alpha of what is no number
_LINE, _WIDTH = 0.3, 1.4  # alpha and stroke of the frames

Aside = Literal["", "column", "row"]


def rectangles(centers: np.ndarray, width: float, height: float, **kwargs: Any) -> Tiles:
    """Return boxes of one size, scene units, around their centers (n, 3); the rest as for `Tiles`."""
    return Tiles(centers, 0.5, **kwargs).reshape_items(width, height)


class PictureTable(Tiles):
    """Pictures row by row, cell by cell, in a table that fills its room as well as it can.

    values: (picture, row, column) signed, or (picture, row, column, 3) planes of colour. scale: the |value| that is
    drawn fully: blue or red, or of a plane of colour as bright or as dark as can be, zero being grey. room: width and
    height, scene units. aside: whether the last column or row is no part of the matrix, and stands apart. What is no
    finite number is yellow.
    """

    def __init__(self, values: np.ndarray, scale: float, room: tuple[float, float], *, aside: Aside = "") -> None:
        self.scale_of_values = scale
        count, rows, columns = values.shape[:3]
        gap = (APART * (aside == "column"), APART * (aside == "row"))  # in cells, across and up
        across, cell = _arrangement(count, (columns + gap[0], rows + gap[1]), room)
        self.picture_size = np.array([columns + gap[0], rows + gap[1]]) * cell
        centers = _centers(rows, columns, cell, aside) - np.append(self.picture_size / 2, 0) * [1, -1, 0]
        self.places = _places(count, across, self.picture_size * (1 + _margin(count, self.picture_size)))
        super().__init__((self.places[:, None] + centers).reshape(-1, 3), 0.5, fill=self.shades(values))
        self.reshape_items(*cell)

    def shades(self, values: np.ndarray) -> np.ndarray:
        """Return the colours of values, (cell, 4)."""
        if values.ndim == 4:
            bright = np.clip(127.5 * (1 + np.nan_to_num(values.reshape(-1, 3)) / self.scale_of_values), 0, 255)
            fill = np.append(bright, np.ones((len(bright), 1)), axis=1).astype(np.float32)
            odd = ~np.isfinite(values.reshape(-1, 3)).all(axis=1)
        else:
            fill = diverging(np.nan_to_num(values.ravel(), posinf=0, neginf=0), self.scale_of_values)
            odd = ~np.isfinite(values.ravel())
        fill[odd] = np.append(rgb255(palette().attention), ODD)
        return fill

    def show_values(self, values: np.ndarray) -> Self:
        """Show other values of the same shape."""
        self.fill = self.shades(values)
        return self

    def frames(self) -> Tiles:
        """Return the frames of the pictures, where they are now."""
        scale = self.width / self._width_at_first()
        middle = (self.places.max(axis=0) + self.places.min(axis=0)) / 2
        places = (self.places - middle) * scale + self.get_center()
        line = np.tile(np.append(rgb255(palette().bright), _LINE), (len(places), 1))
        size = self.picture_size * scale + 0.06
        return rectangles(places, *size, fill=line * [1, 1, 1, 0], stroke=line, stroke_width=_WIDTH)

    def _width_at_first(self) -> float:
        return float(np.ptp(self.places[:, 0]) + self.picture_size[0])


def _arrangement(count: int, cells: tuple[float, float], room: tuple[float, float]) -> tuple[int, np.ndarray]:
    """Return how many pictures stand in a row, and a cell's width and height, so that cells are as large as can be."""
    if count == 1:
        cell = np.minimum(np.array(room) / cells, LARGEST)
        return 1, np.minimum(cell, LONGEST * cell.min())
    between = BETWEEN * max(cells)
    sides = {}
    for across in range(1, count + 1):
        down = -(-count // across)
        wide, tall = across * (cells[0] + between) - between, down * (cells[1] + between) - between
        sides[across] = min(room[0] / wide, room[1] / tall, LARGEST)
    best = max(sides, key=lambda across: (round(sides[across], 6), -across))
    return best, np.full(2, sides[best])


def _margin(count: int, size: np.ndarray) -> np.ndarray:
    """Return the space between pictures as a share of their width and height."""
    return BETWEEN * size.max() / size if count > 1 else np.zeros(2)


def _places(count: int, across: int, pitch: np.ndarray) -> np.ndarray:
    """Return the pictures' centers, (n, 3), the table's middle at the origin."""
    row, column = np.divmod(np.arange(count), across)
    down = -(-count // across)
    x, y = (column - (min(across, count) - 1) / 2) * pitch[0], ((down - 1) / 2 - row) * pitch[1]
    return np.stack([x, y, 0 * x], axis=1)


def _centers(rows: int, columns: int, cell: np.ndarray, aside: Aside) -> np.ndarray:
    """Return the centers of a picture's cells, (cell, 3), its upper left corner at the origin."""
    x, y = np.arange(columns) + 0.5, np.arange(rows) + 0.5
    x[-1] += APART * (aside == "column")
    y[-1] += APART * (aside == "row")
    xx, yy = np.meshgrid(x * cell[0], -y * cell[1])
    return np.stack([xx.ravel(), yy.ravel(), 0 * xx.ravel()], axis=1)
