"""Defines the base class of mobjects that draw many items of one kind.

A network has 12,960 edges; one manim `Line` each costs seconds a frame. A `Batched` mobject keeps all its items in
arrays and draws them with one kernel. Its `points` are the items' own points, so `shift`, `scale`, `rotate`, `animate`,
`Transform`, `MoveToTarget`, `next_to` work as on any mobject; its item arrays (colours, widths, values) are
interpolated with them; `opacity` multiplies all, so fades and `set_opacity` keep what the data says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from manim.mobject.mobject import Mobject
from manim.mobject.types.image_mobject import AbstractImageMobject
from manim.utils.color import ManimColor, ParsableManimColor
from manim.utils.paths import straight_path


@dataclass(frozen=True)
class Canvas:
    """The picture that a batched mobject draws on, and the mapping from scene points to its pixels.

    frame: (height, width, 4) uint8, premultiplied. to_pixels(mobject, points): (n, 3) scene points to (n, 2) pixels, y
    down. scale: pixels a scene unit.
    """

    frame: np.ndarray
    to_pixels: Callable[[Mobject, np.ndarray], np.ndarray]
    scale: float

    def stroke_pixels(self, width: np.ndarray) -> np.ndarray:
        """Return manim's stroke widths (hundredths of a unit) in pixels."""
        return width * (0.01 * self.scale)


class WrongCameraError(TypeError):
    """A batched mobject in a scene whose camera cannot draw it."""


def rgb255(color: ParsableManimColor) -> np.ndarray:
    """Return (3,) float32 red, green, blue from 0 to 255."""
    return np.asarray(ManimColor(color).to_rgb() * 255, dtype=np.float32)


class Batched(AbstractImageMobject):
    """Many items of one kind, kept in arrays and drawn by one kernel.

    Subclasses set `points_each` (points of one item), `item_arrays` (attributes whose first axis is the item,
    interpolated by animations), `switched_arrays` (those of them that change halfway instead), `colour_arrays` (those
    that `set_color` sets), and implement `draw(canvas)`.
    It derives from manim's image so that a plain camera, which cannot draw it, asks for its pixels and gets a clear
    `WrongCameraError` instead of a black picture.
    """

    points_each: ClassVar[int]
    item_arrays: ClassVar[tuple[str, ...]]
    switched_arrays: ClassVar[tuple[str, ...]] = ()
    colour_arrays: ClassVar[tuple[str, ...]] = ("rgba",)

    def __init__(self, points: np.ndarray, **kwargs: Any) -> None:
        # manim's constructor resets the points, so they are kept aside until it is done
        self._initial_points = np.array(points, dtype=float).reshape(-1, 3)
        self.opacity = 1.0
        self.shown = np.ones(
            len(self._initial_points) // self.points_each, dtype=np.float32
        )  # (item,) 0 hidden, 1 shown
        super().__init__(scale_to_resolution=0, **kwargs)

    def reset_points(self) -> Self:
        self.points = self._initial_points.copy()
        return self

    def __len__(self) -> int:
        return len(self.points) // self.points_each

    def draw(self, canvas: Canvas) -> None:
        """Draw all items onto the canvas."""
        raise NotImplementedError

    def look(self) -> tuple[Any, ...]:
        """Return all that decides how the items are drawn, to be compared with what it was before."""
        arrays = (self.points, self.shown, *(getattr(self, name) for name in self.item_arrays))
        return (self.opacity, *(array.tobytes() for array in arrays))

    def reach(self) -> float:
        """Return how far the drawing goes beyond the points of its boundary, scene units."""
        return 0.0

    def get_pixel_array(self) -> np.ndarray:
        raise WrongCameraError(
            f"{type(self).__name__} is drawn by a batched camera, this scene has another: "
            "use Scene(camera_class=scenes.drawing.camera.BatchedCamera), or mix BatchedCameraMixin into yours"
        )

    # What manim's animations call ---------------------------------------------------------------------------------

    def interpolate(
        self, start: Mobject, end: Mobject, alpha: float, path_func: Callable[..., Any] = straight_path()
    ) -> Self:
        self.points = path_func(start.points, end.points, alpha)
        self.interpolate_color(start, end, alpha)
        return self

    def interpolate_color(self, start: Any, end: Any, alpha: float) -> Self:
        for name in ("shown", *self.item_arrays):
            if name in self.switched_arrays:
                setattr(self, name, getattr(start if alpha < 0.5 else end, name).copy())
            else:
                setattr(self, name, getattr(start, name) * (1 - alpha) + getattr(end, name) * alpha)
        self.opacity = start.opacity * (1 - alpha) + end.opacity * alpha
        return self

    def align_points(self, other: Mobject) -> Self:
        """Give two mobjects of one kind the same number of items; the added ones are invisible copies."""
        if not isinstance(other, Batched) or other.item_arrays != self.item_arrays:
            raise TypeError(
                f"{type(self).__name__} can be transformed into its like only, not into {type(other).__name__}: "
                "fade one out and the other in"
            )
        self._pad_to(len(other))
        other._pad_to(len(self))
        return self

    def _pad_to(self, count: int) -> None:
        have = len(self)
        if have >= count:
            return
        if have == 0:
            raise ValueError(f"an empty {type(self).__name__} cannot be transformed: it has no item to start from")
        source = np.arange(count - have) * have // (count - have)
        points = self.points.reshape(have, self.points_each, 3)
        self.points = np.concatenate([points, points[source]]).reshape(-1, 3)
        for name in self.item_arrays:
            array = getattr(self, name)
            setattr(self, name, np.concatenate([array, array[source]]))
        self.shown = np.concatenate([self.shown, np.zeros(count - have, dtype=np.float32)])

    def pointwise_become_partial(self, mobject: Batched, a: float, b: float) -> Self:
        """Show a share of the items, in order, as `Create` does with a curve."""
        self.interpolate(mobject, mobject, 0)
        count = len(mobject)
        place = np.arange(count)
        share = np.clip(b * count - place, 0, 1) * np.clip(place + 1 - a * count, 0, 1)
        self.shown = (mobject.shown * share).astype(np.float32)
        return self

    # Colour and opacity of all items ----------------------------------------------------------------------------------

    def set_color(self, color: ParsableManimColor, alpha: Any = None, family: bool = True) -> Self:
        """Give all items one colour and keep their alpha, which may show data."""
        for name in self.colour_arrays:
            array = getattr(self, name).copy()
            array[:, :3] = rgb255(color)
            setattr(self, name, array)
        self.color = ManimColor(color)
        return self

    def set_opacity(self, opacity: float, family: bool = True) -> Self:
        """Multiply what is drawn by `opacity`, 0 to 1; 1 shows the data as it is."""
        self.opacity = float(opacity)
        return self

    def get_opacity(self) -> float:
        return self.opacity

    def fade(self, darkness: float = 0.5, family: bool = True) -> Self:
        self.opacity *= 1 - darkness
        return self

    def visible(self, rgba: np.ndarray) -> np.ndarray:
        """Return colours (item, 4), float32, with what is hidden and the mobject's opacity multiplied into alpha."""
        rgba = np.array(rgba, dtype=np.float32)
        rgba[:, 3] *= self.shown * self.opacity
        return rgba
