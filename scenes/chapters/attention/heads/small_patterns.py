"""Many heads' patterns at once: small squares of cells, and the heads among them that do one thing most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.recording import Recording
from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import palette
from scenes.mobjects.pictures.pixels import grid_centers


@dataclass(frozen=True)
class BestHead:
    """The head that does one thing most, its score from 0 to 1, and its pattern (query, key)."""

    layer: int
    head: int
    score: float
    pattern: np.ndarray


def best_head(reading: Recording, kind: str) -> BestHead:
    """Return the head with the greatest score of a kind; an induction head's pattern is on the repeated tokens."""
    scores = reading.read("head_score")[reading.config["score_names"].index(kind)]  # (layer, head)
    layer, head = (int(index) for index in np.unravel_index(scores.argmax(), scores.shape))
    pattern = reading.read("repeated.pattern") if kind == "induction" else reading.read("patterns")[layer, head]
    return BestHead(layer, head, float(scores[layer, head]), pattern)


def pattern_tiles(patterns: np.ndarray, centers: np.ndarray, side: float, *, least: float = 0.0) -> Tiles:
    """Return patterns (n, query, key) as squares of cells around their centers (n, 3), one after the other, row by row.

    A cell's alpha is the root of its weight, as a disc's radius is in the large grids. least: weights below, which
    nobody could see, are no items.
    """
    count, rows, columns = patterns.shape
    cells = grid_centers(rows, columns, side)
    places = np.asarray(centers)[:, None] + cells[None]  # (n, cell, 3)
    weights = patterns.reshape(count, -1)
    kept = weights >= least
    fill = np.empty((int(kept.sum()), 4), np.float32)
    fill[:, :3] = rgb255(palette().attention)
    fill[:, 3] = np.sqrt(np.clip(weights[kept], 0, 1))
    return Tiles(places[kept], side / rows / 2, fill=fill)
