"""How much every block adds to a vector, as bars beside the blocks."""

from __future__ import annotations

from typing import Self

import numpy as np
from manim import RIGHT

from scenes.chapters.attention.stream.tower import Additions, TowerLayout
from scenes.drawing.batched import rgb255
from scenes.drawing.edges import Edges
from scenes.look.style import palette


class AddedBars(Edges):
    """Two bars for each block: what attention adds to the last word's vector, and what the network adds.

    room: of the blocks. left, width: where the bars begin, and of the longest. `parts`: (layer, 2), their lengths as
    shares of the vector's own; `unit`: scene units for the vector's own.
    """

    def __init__(self, added: Additions, room: TowerLayout, left: float, width: float) -> None:
        self.parts = np.stack([added.attention[:, -1], added.network[:, -1]], axis=1)
        self.unit = width / max(1.0, float(self.parts.max()))
        layers = np.arange(len(self.parts))
        y = np.stack([room.y(layers, share) for share in (0.32, 0.72)], axis=1)
        self.feet = np.stack([np.full(y.size, left), y.ravel(), np.zeros(y.size)], axis=1)
        shades = np.array([np.append(rgb255(shade), 1.0) for shade in (palette().attention, palette().positive)])
        thick = min(0.34 * room.block, 0.2) * 100
        super().__init__(self.feet, self.feet, rgba=np.tile(shades, (len(layers), 1)), stroke=thick)
        self.show(0.0)

    def show(self, now: float) -> Self:
        """Draw the bars of the blocks that are passed."""
        share = np.clip(now - np.arange(len(self.parts)), 0, 1)[:, None]
        points = self.points.reshape(-1, 2, 3)
        points[:, 1] = self.feet + (self.parts * share * self.unit).reshape(-1, 1) * RIGHT
        self.points = points.reshape(-1, 3)
        self.shown = np.repeat(share[:, 0] > 0, 2).astype(np.float32)
        return self
