"""Sheets that lie behind a picture like cards: as many as there are further ones of its kind."""

from __future__ import annotations

import numpy as np

from scenes.mobjects.batched import rgb255
from scenes.mobjects.pixels import SignedPicture
from scenes.mobjects.tiles import Tiles
from scenes.style import palette


def deck_of(strip: SignedPicture, count: int, color: str) -> Tiles:
    """Return so many sheets, each as large as a picture and where it is."""
    half = np.array([[-strip.width, -strip.height, 0]]) / 2
    corners = half * np.array([[1, 1, 1], [-1, 1, 1], [-1, -1, 1], [1, -1, 1]]) + strip.get_center()
    line = np.tile(np.append(rgb255(color), 0.9), (count, 1))
    fill = np.tile(np.append(rgb255(palette().background), 1.0), (count, 1))
    deck = Tiles(np.zeros((count, 3)), 1.0, fill=fill, stroke=line, stroke_width=1.4)
    deck.points = np.tile(corners, (count, 1))
    return deck
