"""Draws thousands of straight strokes as one mobject."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from manim.utils.color import ParsableManimColor

from scenes.drawing.batched import Batched, Canvas, rgb255
from scenes.drawing.stroke_kernels import draw_segments
from scenes.look.style import THIN, palette


class Edges(Batched):
    """Straight strokes from `starts` to `ends` as one mobject.

    starts, ends: (n, 3) scene points. rgba: (n, 4), colours 0-255 and alpha 0-1, or None for `color` at full alpha.
    stroke: manim's stroke width, a number or (n,). Edges of greater alpha are drawn above fainter ones.
    """

    points_each = 2
    item_arrays: ClassVar[tuple[str, ...]] = ("rgba", "stroke")

    def __init__(
        self,
        starts: np.ndarray,
        ends: np.ndarray,
        *,
        rgba: np.ndarray | None = None,
        color: ParsableManimColor | None = None,
        stroke: float | np.ndarray = THIN,
        **kwargs: Any,
    ) -> None:
        count = len(starts)
        super().__init__(np.stack([starts, ends], axis=1), **kwargs)
        if rgba is None:
            rgba = np.ones((count, 4), dtype=np.float32)
            rgba[:, :3] = rgb255(color or palette().line)
        self.rgba = np.array(rgba, dtype=np.float32)
        self.stroke = np.broadcast_to(np.asarray(stroke, dtype=np.float32), (count,)).copy()

    @property
    def starts(self) -> np.ndarray:
        """The points at which the strokes begin, (n, 3)."""
        return self.points[0::2]

    @property
    def ends(self) -> np.ndarray:
        """The points at which the strokes end, (n, 3)."""
        return self.points[1::2]

    def reach(self) -> float:
        return 0.01 * float(self.stroke.max(initial=0.0))

    def draw(self, canvas: Canvas) -> None:
        rgba = self.visible(self.rgba)
        order = np.argsort(rgba[:, 3], kind="stable")
        ends = canvas.to_pixels(self, self.points).reshape(-1, 4)
        draw_segments(canvas.frame, ends[order], rgba[order], canvas.stroke_pixels(self.stroke)[order])
