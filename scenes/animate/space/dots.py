"""Draws many dots in a frame, and maps data into it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Rectangle, UpdateFromAlphaFunc, linear
from manim.animation.animation import Animation

from scenes.drawing.tiles import Tiles
from scenes.look.style import THIN, palette

Box = tuple[float, float, float, float]  # left, bottom, width, height, scene units

INSIDE = 0.4  # scene units that are left free along the edge
RADII = (0.05, 0.09)  # of a dot, scene units, where there are many and few
FEW = 100
ALPHA = 0.9
EDGE = 0.35  # opacity of a frame


class Dots(Tiles):
    """Dots at centers (n, 3) of colours (n, 3), 0-255."""

    def __init__(self, centers: np.ndarray, colors: np.ndarray) -> None:
        radius = float(np.clip(RADII[1] * np.sqrt(FEW / max(1, len(centers))), *RADII))
        fill = np.column_stack([colors, np.full(len(centers), ALPHA)])
        super().__init__(centers, radius, fill=fill, corner=1.0)


def swelling(dots: Dots, factor: float = 1.6, width: float = 0.25) -> Animation:
    """Return an animation in which each dot grows and shrinks back, one after the other.

    factor: how large one becomes. width: the share of the time that it takes one.
    """
    points, centers = dots.points.copy(), dots.centers
    begins = np.arange(len(centers)) / max(1, len(centers)) * (1 - width)

    def swell(_: object, share: float) -> None:
        along = np.clip((share - begins) / width, 0, 1)
        factors = 1 + (factor - 1) * np.sin(np.pi * along) ** 2
        corners = points.reshape(-1, 4, 3)
        dots.points = (centers[:, None] + (corners - centers[:, None]) * factors[:, None, None]).reshape(-1, 3)

    return UpdateFromAlphaFunc(dots, swell, rate_func=linear)


def scale_for(points: np.ndarray, box: Box, stretch: float = 1.0) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function that maps points (…, 2) into a box such that all of (step, n, 2) have room in it.

    stretch: how many times as much as the one axis the other may be drawn out, to use the room.
    """
    left, bottom, width, height = box
    middle = np.array([left + width / 2, bottom + height / 2])
    if not points.size:
        return lambda values: values
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    room = np.array([width, height]) - 2 * INSIDE
    sizes = room / np.maximum(high - low, 1e-12)
    size = np.minimum(sizes, stretch * sizes.min()) if (high > low).any() else np.ones(2)
    return lambda values: (values - (low + high) / 2) * size + middle


def as_points(places: np.ndarray) -> np.ndarray:
    """Return places (n, 2) as scene points (n, 3)."""
    return np.column_stack([places, np.zeros(len(places))])


def framed(box: Box) -> Rectangle:
    """Return the edge of a box."""
    left, bottom, width, height = box
    edge = Rectangle(width=width, height=height, stroke_color=palette().muted, stroke_width=THIN, stroke_opacity=EDGE)
    return edge.move_to([left + width / 2, bottom + height / 2, 0])
