"""Draws values inside a model as pictures: maps, columns of units, strips of positions, tables of attention.

Each is one batched mobject of boxes, so that all its parts can fly to their places; `order` tells in which order they
come, `scale` and `signed` how shades are to be read. Values are shown by brightness where none is below zero, else by
blue and red.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import RIGHT, VGroup

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles, oblong_tiles
from scenes.look.style import SMALL, palette
from scenes.mobjects.pictures.colormap import brightness, diverging
from scenes.text.numbers import Number

BETWEEN = 0.12  # of a map's side, that is left free between two
LINE = 0.2  # alpha of the line around each unit
NUMBERED = 16  # units beside which their numbers are written
TALL = 16  # units in one column
DEAD = 1e-12


@dataclass(frozen=True)
class ValuePicture:
    """A picture of values as boxes.

    order: (n,) in 0 to 1, when each box comes. numbers: what is written beside them. scale: the value of a full shade.
    signed: whether any value is below zero. coloured: whether the boxes have colours of their own.
    """

    boxes: Tiles
    order: np.ndarray
    numbers: VGroup
    scale: float
    signed: bool
    coloured: bool = False


def value_shades(values: np.ndarray) -> tuple[np.ndarray, float, bool]:
    """Return colours (n, 4) of values (n,), the value of the full shade, and whether any is below zero."""
    known = np.nan_to_num(np.asarray(values, dtype=float).ravel(), nan=0.0, posinf=0.0, neginf=0.0)
    scale = float(np.abs(known).max(initial=0.0))
    signed = bool((known < 0).any())
    return (diverging if signed else brightness)(known, max(scale, DEAD)), scale, signed


def map_pictures(maps: np.ndarray, width: float, height: float, aspect: float = 1.0) -> ValuePicture:
    """Return maps (n, row, column) side by side in as square a table as the room allows, one shade for all.

    aspect: how many times as high as wide a cell is, where rows were left out.
    """
    count, rows, columns = maps.shape
    across = min(count, max(1, round(np.sqrt(count * width / height * rows * aspect / columns))))
    down = -(-count // across)
    cell = min(width / (across * columns * (1 + BETWEEN)), height / (down * rows * aspect * (1 + BETWEEN)))
    number, row, column = np.unravel_index(np.arange(maps.size), maps.shape)
    line, place = np.divmod(number, across)
    x = cell * (column - (columns - 1) / 2 + (place - (across - 1) / 2) * columns * (1 + BETWEEN))
    y = cell * aspect * ((rows - 1) / 2 - row + ((down - 1) / 2 - line) * rows * (1 + BETWEEN))
    fill, scale, signed = value_shades(maps)
    frames = np.stack([x, y, 0 * x], axis=1)
    half = np.array([cell, cell * aspect]) / 2
    boxes = oblong_tiles(frames, half, fill=_seen(fill, 0.07), corner=0.0)
    return ValuePicture(boxes, number / max(1, count - 1), VGroup(), scale, signed)


def _seen(fill: np.ndarray, least: float) -> np.ndarray:
    """Return shades of which none is so faint that its cell could not be told from the background."""
    seen = fill.copy()
    weak = seen[:, 3] < least
    seen[weak, :3] = rgb255(palette().line)
    seen[weak, 3] = least
    return seen


def colour_picture(pixels: np.ndarray, width: float, height: float) -> ValuePicture:
    """Return a picture (3, row, column) in 0 to 1, red, green and blue."""
    _, rows, columns = pixels.shape
    grey = map_pictures(pixels[:1], width, height)
    fill = np.ones((rows * columns, 4), np.float32)
    fill[:, :3] = 255 * np.clip(pixels.reshape(3, -1).T, 0, 1)
    grey.boxes.fill = fill
    return ValuePicture(grey.boxes, np.zeros(len(fill)), VGroup(), 1.0, signed=False, coloured=True)


def unit_pictures(values: np.ndarray, height: float) -> ValuePicture:
    """Return units (n,) as discs, column after column; up to 16 units have their numbers beside them."""
    count = len(values)
    tall = min(count, TALL)
    columns = -(-count // tall)
    step = min(height / tall, 0.62, 4.4 / columns)
    column, row = np.divmod(np.arange(count), tall)
    x, y = (column - (columns - 1) / 2) * step, ((tall - 1) / 2 - row) * step
    fill, scale, signed = value_shades(values)
    rim = brightness(np.full(count, 0.55))
    centers = np.stack([x, y, 0 * x], axis=1)
    boxes = Tiles(centers, 0.4 * step, fill=fill, stroke=rim, stroke_width=1.2, corner=1.0)
    numbers = VGroup()
    if count <= NUMBERED:
        for value, place in zip(values, centers, strict=True):
            number = Number(float(value) if np.isfinite(value) else 0.0, "{:.2f}", SMALL, palette().line, fixed="right")
            if np.isfinite(value):
                numbers.add(number.move_to(place + (0.5 * step + 0.45) * RIGHT))
    return ValuePicture(boxes, np.arange(count) / max(1, count - 1), numbers, scale, signed)


def strip_picture(values: np.ndarray, width: float, height: float) -> ValuePicture:
    """Return a strip (position, unit): positions from left to right, which is the order in which they come."""
    positions, units = values.shape
    cell = np.minimum([width / positions, height / units], 0.42)
    position, unit = np.unravel_index(np.arange(values.size), values.shape)
    x, y = (position - (positions - 1) / 2) * cell[0], ((units - 1) / 2 - unit) * cell[1]
    fill, scale, signed = value_shades(values)
    centers = np.stack([x, y, 0 * x], axis=1)
    boxes = oblong_tiles(centers, 0.47 * cell, fill=_seen(fill, 0.07), corner=0.0)
    return ValuePicture(boxes, position / max(1, positions - 1), VGroup(), scale, signed)


def pattern_pictures(patterns: np.ndarray, width: float, height: float) -> ValuePicture:
    """Return tables (head, query, key) of attention; a cell's alpha is the square root of its weight."""
    known = np.clip(np.nan_to_num(patterns), 0, 1)
    tables = map_pictures(known, width, height)
    fill = np.empty((known.size, 4), np.float32)
    fill[:, :3] = rgb255(palette().attention)
    fill[:, 3] = np.sqrt(known.ravel())
    tables.boxes.fill = _seen(fill, 0.05)
    row = np.unravel_index(np.arange(known.size), known.shape)[1]
    order = row / max(1, known.shape[1] - 1)
    return ValuePicture(tables.boxes, order, VGroup(), 1.0, signed=False)
