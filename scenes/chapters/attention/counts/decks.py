"""Sheets that lie behind a picture like cards: as many as there are further ones of its kind."""

from __future__ import annotations

import numpy as np

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import palette
from scenes.mobjects.pictures.pixels import SignedPicture


def deck_of(strip: SignedPicture, count: int, color: str) -> Tiles:
    """Return so many sheets, each as large as a picture and where it is."""
    line = np.tile(np.append(rgb255(color), 0.9), (count, 1))
    fill = np.tile(np.append(rgb255(palette().background), 1.0), (count, 1))
    middles = np.tile(strip.get_center(), (count, 1))
    deck = Tiles(middles, 0.5, fill=fill, stroke=line, stroke_width=1.4)
    return deck.reshape_items(strip.width, strip.height)


def dealt(deck: Tiles, step: float) -> Tiles:
    """Return the sheets laid out, the last a step up and to the right of the picture, each before it a step further."""
    behind = np.arange(len(deck), 0, -1)[:, None]
    return deck.copy().move_items(deck.centers + behind * step * np.array([1.0, 1.0, 0.0]))
