"""Dots in piles, row by row: how far they are apart, and where each of them lies."""

from __future__ import annotations

import numpy as np

WIDEST = 0.16  # scene units from one dot to the next, at most


def pitch_of(most: int, width: float, height: float) -> float:
    """Return the distance, WIDEST at most, at which that many dots fit into so wide and high a pile."""
    abreast = 1
    while True:
        pitch = min(WIDEST, width / abreast)
        if -(-most // int(width / pitch + 1e-9)) * pitch <= height:
            return pitch
        abreast += 1


def dots_in_piles(pile: np.ndarray, order: np.ndarray, middles: np.ndarray, width: float, pitch: float) -> np.ndarray:
    """Return places (n, 3) of dots that stand in piles on height 0, row by row in the order given.

    pile: (n,) which pile each belongs to. order: (n,). middles: x of each pile.
    """
    abreast = int(width / pitch + 1e-9)
    places = np.zeros((len(pile), 3))
    for own in np.unique(pile):
        members = np.flatnonzero(pile == own)
        members = members[np.argsort(order[members], kind="stable")]
        row, column = np.divmod(np.arange(len(members)), abreast)
        places[members, 0] = middles[own] + (column - (abreast - 1) / 2) * pitch
        places[members, 1] = (row + 0.5) * pitch
    return places
