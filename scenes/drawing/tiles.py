"""Draws thousands of boxes or discs as one mobject: pixels, cells of a matrix, neurons."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from scenes.drawing.batched import Batched, Canvas
from scenes.drawing.tile_kernels import draw_tiles

# lower left, lower right, upper right, upper left, in half sides
_CORNERS = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], dtype=float)


class Tiles(Batched):
    """Boxes as one mobject, whose corners run from square (0) to fully round (1: discs).

    centers: (n, 3). half: half the side, scene units, a number or (n,). fill, stroke: (n, 4), colours 0-255, alpha 0-1.
    stroke_width: manim's stroke width, a number or (n,). corner: a number or (n,).
    The points of an item are its four corners, so that boxes scale and turn with the mobject.
    """

    points_each = 4
    item_arrays = ("fill", "stroke", "stroke_width", "corner")
    colour_arrays = ("fill", "stroke")

    def __init__(
        self,
        centers: np.ndarray,
        half: float | np.ndarray,
        *,
        fill: np.ndarray,
        stroke: np.ndarray | None = None,
        stroke_width: float | np.ndarray = 0.0,
        corner: float | np.ndarray = 0.0,
        **kwargs: Any,
    ) -> None:
        count = len(centers)
        half = np.broadcast_to(np.asarray(half, dtype=float), (count,))
        super().__init__(np.asarray(centers)[:, None] + half[:, None, None] * _CORNERS, **kwargs)
        self.fill = np.array(fill, dtype=np.float32)
        self.stroke = np.zeros((count, 4), np.float32) if stroke is None else np.array(stroke, dtype=np.float32)
        self.stroke_width = np.broadcast_to(np.asarray(stroke_width, dtype=np.float32), (count,)).copy()
        self.corner = np.broadcast_to(np.asarray(corner, dtype=np.float32), (count,)).copy()

    @property
    def centers(self) -> np.ndarray:
        """The centers of the items, (n, 3)."""
        return self.points.reshape(-1, 4, 3).mean(axis=1)

    def item(self, index: int) -> Tiles:
        """Return a copy of one item as a mobject of its own."""
        corners = self.points.reshape(-1, 4, 3)[index]
        copy = Tiles(
            corners.mean(axis=0)[None],
            float(np.linalg.norm(corners[1] - corners[0])) / 2,
            fill=self.fill[index : index + 1],
            stroke=self.stroke[index : index + 1],
            stroke_width=self.stroke_width[index],
            corner=self.corner[index],
        )
        return copy.set_opacity(self.opacity)

    def move_items(self, centers: np.ndarray) -> Self:
        """Move each item's center to `centers` (n, 3), keeping size and angle."""
        corners = self.points.reshape(-1, 4, 3)
        self.points = (corners + (np.asarray(centers) - self.centers)[:, None]).reshape(-1, 3)
        return self

    def scale_items(self, factor: float | np.ndarray) -> Self:
        """Scale each item about its own center; factor a number or (n,)."""
        corners, centers = self.points.reshape(-1, 4, 3), self.centers[:, None]
        factor = np.broadcast_to(np.asarray(factor, dtype=float), (len(self),))[:, None, None]
        self.points = (centers + (corners - centers) * factor).reshape(-1, 3)
        return self

    def reshape_items(self, width: float | np.ndarray, height: float | np.ndarray) -> Self:
        """Make every item an upright box of that width and height, scene units, numbers or (n,), about its center."""
        half = np.stack(np.broadcast_arrays(width, height, 0.0), axis=-1) / 2  # (3,) or (n, 3)
        self.points = (self.centers[:, None] + half.reshape(-1, 1, 3) * _CORNERS).reshape(-1, 3)
        return self

    def reach(self) -> float:
        return 0.01 * float(self.stroke_width.max(initial=0.0))

    def draw(self, canvas: Canvas) -> None:
        self.draw_as(canvas, self.fill, self.stroke)

    def draw_as(self, canvas: Canvas, fill: np.ndarray, stroke: np.ndarray) -> None:
        """Draw the boxes with another fill and stroke, (n, 4) each."""
        corners = canvas.to_pixels(self, self.points).reshape(-1, 4, 2)
        center = corners.mean(axis=1)
        across, up = (corners[:, 1] - corners[:, 0]) / 2, (corners[:, 3] - corners[:, 0]) / 2
        boxes = np.concatenate([center, across, up], axis=1)
        widths = canvas.stroke_pixels(self.stroke_width)
        draw_tiles(canvas.frame, boxes, self.corner, self.visible(fill), self.visible(stroke), widths)


def oblong_tiles(centers: np.ndarray, half: np.ndarray, **kwargs: Any) -> Tiles:
    """Return boxes around centers (n, 3). half: half their width and half their height, (n, 2) or (2,), scene units."""
    tiles = Tiles(centers, 1.0, **kwargs)
    sides = np.column_stack([np.broadcast_to(half, (len(centers), 2)), np.ones(len(centers))])
    tiles.points = (np.asarray(centers)[:, None] + _CORNERS * sides[:, None]).reshape(-1, 3)
    return tiles
