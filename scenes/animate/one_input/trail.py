"""Draws the row of dots above the pictures that shows how far an input has come on its way."""

from __future__ import annotations

import numpy as np

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import palette

APART, HEIGHT = 0.42, 3.62  # from dot to dot, and where they stand, scene units
TO_COME = 0.25  # alpha of a place that the input has not come to


def trail(count: int) -> Tiles:
    """Return a dot for each place."""
    x = (np.arange(count) - (count - 1) / 2) * APART
    fill = np.tile(np.append(rgb255(palette().line), TO_COME), (count, 1))
    return Tiles(np.stack([x, 0 * x + HEIGHT, 0 * x], axis=1), 0.07, fill=fill, corner=1.0)


def lit(dots: Tiles, number: int) -> Tiles:
    """Return the dots with that of the place `number`, counted from 0, in yellow, and those after it faint."""
    places = np.arange(len(dots))
    dots.fill[places == number, :3] = rgb255(palette().attention)
    dots.fill[:, 3] = np.where(places <= number, 1.0, TO_COME)
    return dots
