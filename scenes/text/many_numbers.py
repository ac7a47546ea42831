"""Contains thousands of numbers as one batched mobject. One alone is `scenes.text.numbers.Number`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from scenes.drawing.batched import Batched, Canvas, rgb255
from scenes.evidence.evidence import Because, as_evidence
from scenes.look.style import SMALL, palette
from scenes.text.glyphs import atlas, digit_height, draw_masks, format_number, in_line, split_places
from scenes.text.numbers import BEFORE, Side
from scenes.text.text_box import TextBox


class Numbers(Batched):
    """Thousands of numbers as one mobject; `animate` and `Transform` move them, and change what they say halfway.

    values: (n,). places: (n, 3) where each stands, at half the height of its digits. form: as `str.format` takes it,
    for floats. size: the em in scene units, a number or (n,). rgba: (n, 4), colours 0-255, alpha 0-1, the text colour
    unless given. align: which part of a number stands at its place.
    The points of a number are half an em below and half an em above its place: it scales and turns with the mobject.
    """

    points_each = 2
    item_arrays = ("values", "rgba")
    switched_arrays = ("values",)

    def __init__(
        self,
        values: np.ndarray,
        places: np.ndarray,
        *,
        form: str = "{:.2f}",
        size: float | np.ndarray = SMALL,
        rgba: np.ndarray | None = None,
        align: Side = "center",
        because: Because = None,
        **kwargs: Any,
    ) -> None:
        self.evidence = as_evidence(because)
        self.values = np.array(values, dtype=float).ravel()
        count = len(self.values)
        if len(places) != count:
            raise ValueError(f"{count} numbers need {count} places, got {len(places)}")
        self.form, self.align = form, align
        half = np.broadcast_to(np.asarray(size, dtype=float) / 2, (count,))[:, None] * [0, 1, 0]
        super().__init__(np.stack([places - half, places + half], axis=1), **kwargs)
        plain = np.append(rgb255(palette().text), 1)
        self.rgba = np.array(np.broadcast_to(plain if rgba is None else rgba, (count, 4)), dtype=np.float32)

    @property
    def places(self) -> np.ndarray:
        """The places of the numbers, (n, 3)."""
        return self.points.reshape(-1, 2, 3).mean(axis=1)

    def show_values(self, values: np.ndarray) -> Self:
        """Show other numbers; `.animate.show_values(...)` changes them halfway."""
        self.values = np.array(values, dtype=float).ravel()
        return self

    def move_items(self, places: np.ndarray) -> Self:
        """Move each number to its place in `places` (n, 3), keeping size and angle."""
        ends = self.points.reshape(-1, 2, 3)
        self.points = (ends + (np.asarray(places) - self.places)[:, None]).reshape(-1, 3)
        return self

    def texts(self) -> list[str]:
        """Return the numbers as they are written."""
        return [format_number(value, self.form) for value in self.values.tolist()]

    # Drawing ----------------------------------------------------------------------------------------------------

    def draw(self, canvas: Canvas) -> None:
        names, which, owner, along = _lay_out(self.texts(), self.align)
        ends = canvas.to_pixels(self, self.points).reshape(-1, 2, 2)
        up = ends[:, 1] - ends[:, 0]
        right = np.stack([-up[:, 1], up[:, 0]], axis=1)
        pens = ends.mean(axis=1)[owner] + right[owner] * along[:, None] - up[owner] * digit_height() / 2
        rgba = self.visible(self.rgba)[owner]
        for angle, mine in _by_angle(up, owner):  # numbers of one size and angle share an atlas: as a rule there is one
            whole, phases = split_places(pens[mine])
            masks_of = atlas(angle)
            masks = masks_of.find(names, which[mine], phases)
            draw_masks(canvas.frame, whole, masks, rgba[mine], *masks_of.pixels())

    def look(self) -> tuple[Any, ...]:
        return (*super().look(), self.form, self.align)

    # Extent -----------------------------------------------------------------------------------------------------

    def corners(self) -> np.ndarray:
        """Return the corners of each number as written now, (n, 4, 3)."""
        ends = self.points.reshape(-1, 2, 3)
        up = ends[:, 1] - ends[:, 0]
        right = np.stack([up[:, 1], -up[:, 0], up[:, 2] * 0], axis=1)
        texts = self.texts()
        _, _, owner, advances = in_line(texts)
        widths = np.bincount(owner, weights=advances, minlength=len(texts))
        half = up * digit_height() / 2
        left_end = self.places - right * (widths * BEFORE[self.align])[:, None]
        right_end = left_end + right * widths[:, None]
        return np.stack([left_end - half, right_end - half, right_end + half, left_end + half], axis=1)

    def get_points_defining_boundary(self) -> np.ndarray:
        return self.corners().reshape(-1, 3)

    def reach(self) -> float:
        ends = self.points.reshape(-1, 2, 3)
        return 0.4 * float(np.abs(ends[:, 1] - ends[:, 0]).max(initial=0.0))  # commas and brackets go below the line

    def reduce_across_dimension(self, reduce_func: Any, dim: int) -> float | None:
        return reduce_func(self.get_points_defining_boundary()[:, dim]) if len(self) else None

    def text_boxes(self) -> list[TextBox]:
        """Return a box for each number."""
        low, high = self.corners().min(axis=1), self.corners().max(axis=1)
        ends = self.points.reshape(-1, 2, 3)
        sizes = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
        alphas = self.visible(self.rgba)[:, 3]
        return [
            TextBox(text.strip(), *map(float, (*low[i, :2], *high[i, :2], sizes[i], alphas[i])))
            for i, text in enumerate(self.texts())
        ]


def _by_angle(up: np.ndarray, owner: np.ndarray) -> Iterator[tuple[tuple[float, float], np.ndarray]]:
    """Yield each em vector among `up` (n, 2), in pixels to 1/64, and the characters set by it, given their owner."""
    rounded = np.round(up * 64) / 64
    if len(up) and (rounded == rounded[0]).all():
        angles, group = rounded[:1], np.zeros(len(up), dtype=np.int64)
    else:
        angles, group = np.unique(rounded, axis=0, return_inverse=True)
    for place, (x, y) in enumerate(angles.tolist()):
        mine = np.flatnonzero(group.ravel()[owner] == place)
        if len(mine) and (x or y):
            yield (x, y), mine


def _lay_out(texts: list[str], align: Side) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Return the distinct characters of all texts, and three arrays (n,) with an entry a character that leaves ink.

    The arrays hold the character's position among the distinct ones, the text that it belongs to, and its place along
    that text in ems.
    """
    names, which, owner, advances = in_line(texts)
    widths = np.bincount(owner, weights=advances, minlength=len(texts))
    before = np.cumsum(advances) - advances  # as if all texts stood in one line
    begins = np.cumsum(widths) - widths
    along = before - (begins + BEFORE[align] * widths)[owner]
    inked = np.array([not name.isspace() for name in names], dtype=bool)[which]
    return names, which[inked], owner[inked], along[inked]
