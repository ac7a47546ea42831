"""Draws the shape of a value without its numbers: stacked planes, a strip of columns, a column of units.

How many are drawn is cut short, and sizes only tell which is larger; nothing is drawn that would be a value.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles, oblong_tiles
from scenes.look.style import palette

PLANES, UNITS, COLUMNS, ROWS = 6, 8, 9, 6  # at most, of each
OFFSET = 0.075  # of the height, from one plane to the next
LEAST = 0.34  # of the height, that the smallest plane has
SOLID = 0.24  # how far a plane is from the background towards its line


def shape_picture(shape: Sequence[int], height: float, *, finest: int = 1) -> Tiles:
    """Return the picture of a value's shape, for one example, centered.

    shape: (feature,), (position, feature) or (channel, …, height, width). height: scene units. finest: the longest side
    of any plane of the model, which fills the height.
    """
    shape = [max(1, length) for length in shape]  # of what holds nothing, too, something is to be seen
    if len(shape) >= 3:
        return _planes(shape, height, finest)
    if len(shape) == 2:
        return _strip(shape, height)
    return _units(shape[0] if shape else 1, height)


def box_picture(width: float, height: float, *, copies: int = 1) -> Tiles:
    """Return a box for what holds more than can be drawn, the foremost of `copies` that stand behind each other."""
    at = np.arange(copies - 1, -1, -1) * OFFSET * height
    centers = np.stack([at, at, 0 * at], axis=1)
    half = np.array([width, height]) / 2 - OFFSET * height * (copies - 1) / 2
    return _boxes(centers, np.tile(half, (copies, 1)), corner=0.2)


def _planes(shape: Sequence[int], height: float, finest: int) -> Tiles:
    *channels, rows, columns = shape
    count = min(int(np.prod(channels)), PLANES)
    longest = max(rows, columns)
    step = OFFSET * height
    room = height - step * (PLANES - 1)
    side = room * max(LEAST, float(np.sqrt(longest / max(finest, longest))))
    half = side * np.array([columns, rows]) / longest / 2
    half = np.maximum(half, 0.06 * height)
    at = (count - 1) / 2 - np.arange(count)  # the hindmost first
    centers = np.stack([at * step, at * step, 0 * at], axis=1)
    return _boxes(centers, np.tile(half, (count, 1)))


def _strip(shape: Sequence[int], height: float) -> Tiles:
    return _grid(min(shape[1], ROWS), min(shape[0], COLUMNS), 0.13 * height)


def _grid(rows: int, columns: int, side: float) -> Tiles:
    row, column = np.divmod(np.arange(rows * columns), columns)
    x, y = (column - (columns - 1) / 2) * side, ((rows - 1) / 2 - row) * side
    centers = np.stack([x, y, 0 * x], axis=1)
    return _boxes(centers, np.full((len(centers), 2), 0.44 * side), corner=0.15)


def _units(count: int, height: float) -> Tiles:
    """Return a column of discs, with three dots in the middle where there are more than can be drawn."""
    drawn = min(count, UNITS)
    step = height / (UNITS + 1)
    y = ((drawn - 1) / 2 - np.arange(drawn)) * step
    half = np.full((drawn, 2), 0.4 * step)
    if count > drawn:
        middle = len(y) // 2
        half[middle - 1 : middle + 1] = 0.08 * step
    centers = np.stack([0 * y, y, 0 * y], axis=1)
    return _boxes(centers, half, corner=1.0)


def _boxes(centers: np.ndarray, half: np.ndarray, corner: float = 0.06) -> Tiles:
    """Return boxes of half their width and height each, (n, 2), that hide what is behind them."""
    behind, line = rgb255(palette().background), rgb255(palette().line)
    fill = np.tile(np.append(behind + SOLID * (line - behind), 1.0), (len(centers), 1))
    stroke = np.tile(np.append(line, 0.9), (len(centers), 1))
    return oblong_tiles(centers, half, fill=fill, stroke=stroke, stroke_width=1.4, corner=corner)
