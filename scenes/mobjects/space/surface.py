"""Draws a surface over a plane, shaded, with a grid and contour lines."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from scenes.drawing.batched import Batched, Canvas, rgb255
from scenes.drawing.mesh_kernels import draw_mesh
from scenes.look.style import palette
from scenes.mobjects.space.space import InSpace, View

LIGHT = np.array([-0.45, 0.55, 0.7])  # from where light falls on the frame: right, up, towards the viewer
LINE_WIDTH = 1.2  # of grid and contours, manim's stroke width


class Surface(InSpace, Batched):
    """Heights over a plane, one corner a value; `animate`, `Transform` and fades work as on every batched mobject.

    Light changes how bright a colour is, never its hue. A grid lies on a level surface alone: where colours tell
    heights it would tint them.

    in_space: (rows * columns, 3), x to the right, y away, z up, scene units. shape: (rows, columns). rgba: (rows *
    columns, 4), colours 0-255, of each corner. grid: cells from one grid line to the next, 0 for none. levels:
    (rows * columns,) coordinate whose whole numbers are contour lines, None for none.
    """

    points_each = 1
    item_arrays: ClassVar[tuple[str, ...]] = ("rgba", "in_space", "levels")

    def __init__(
        self,
        in_space: np.ndarray,
        shape: tuple[int, int],
        *,
        view: View,
        rgba: np.ndarray | None = None,
        grid: int = 0,
        levels: np.ndarray | None = None,
        **kwargs: Any,
    ) -> None:
        rows, columns = shape
        if len(in_space) != rows * columns:
            raise ValueError(f"a surface of {rows} × {columns} corners needs {rows * columns}, got {len(in_space)}")
        self.shape, self.grid, self.contoured = shape, grid, levels is not None
        self.in_space = np.array(in_space, dtype=float)
        super().__init__(view(self.in_space), **kwargs)
        self.view = view
        plain = np.append(rgb255(palette().line), 1)
        self.rgba = np.array(np.broadcast_to(plain if rgba is None else rgba, (len(in_space), 4)), dtype=np.float32)
        self.levels = np.zeros(len(in_space)) if levels is None else np.array(levels, dtype=float)

    def look(self) -> tuple[Any, ...]:
        return (*super().look(), self.shape, self.grid, self.contoured)

    def align_points(self, other: Any) -> Self:
        if getattr(other, "shape", None) != self.shape:
            raise TypeError(f"a surface of {self.shape} corners can only be transformed into another of as many")
        return self

    def draw(self, canvas: Canvas) -> None:
        rows, columns = self.shape
        corners = np.concatenate([canvas.to_pixels(self, self.points), self.points[:, 2:]], axis=1)
        colors = self.rgba[:, :3] * self._brightness()[:, None]
        marks, lines = self._lines()
        corners, colors, marks = (part.reshape(rows, columns, -1) for part in (corners, colors, marks))
        draw_mesh(
            canvas.frame,
            corners,
            colors,
            marks,
            lines,
            width=float(canvas.stroke_pixels(np.array(LINE_WIDTH))),
            alpha=float(self.opacity * self.shown.mean()),
        )

    def _brightness(self) -> np.ndarray:
        """Return how much light falls on each corner, (n,), from the way that the surface lies there in the view."""
        corners = self.points.reshape(*self.shape, 3)
        normals = np.cross(np.gradient(corners, axis=1), np.gradient(corners, axis=0)).reshape(-1, 3)
        normals *= np.where(normals[:, 2:] < 0, -1.0, 1.0)  # the side that is seen
        length = np.maximum(np.linalg.norm(normals, axis=1), 1e-12)
        lit = np.clip(normals @ (LIGHT / np.linalg.norm(LIGHT)) / length, 0, 1)
        darkest = palette().shadow
        return darkest + (1 - darkest) * lit

    def _lines(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the coordinates of each corner whose whole numbers are lines, (n, m), and colour and alpha, (m, 4)."""
        rows, columns = self.shape
        marks, lines = [], []
        if self.grid and not np.ptp(self.in_space[:, 2]):
            row, column = np.divmod(np.arange(rows * columns), columns)
            marks += [row / self.grid, column / self.grid]
            lines += [np.append(rgb255(palette().bright), 0.14)] * 2
        if self.contoured:
            marks.append(self.levels)
            lines.append(np.append(rgb255(palette().bright), 0.55))
        return np.array(marks).reshape(len(marks), rows * columns).T, np.array(lines, dtype=np.float32).reshape(-1, 4)
