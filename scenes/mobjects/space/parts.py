"""Draws what stands in space beside a surface: strokes, arrows, balls, and words that stay at their place."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from manim.mobject.mobject import Mobject

from scenes.drawing.edges import Edges
from scenes.drawing.tiles import Tiles
from scenes.mobjects.space.space import InSpace, View

HEAD = 0.24  # scene units, the length of an arrow's head; of a short arrow it is all
SPREAD = 0.45  # radians between an arrow's shaft and each side of its head

M = TypeVar("M", bound=Mobject)


class SpaceStrokes(InSpace, Edges):
    """Strokes in space. starts, ends: (n, 3), x to the right, y away, z up, scene units; the rest as of `Edges`."""

    def __init__(self, starts: np.ndarray, ends: np.ndarray, *, view: View, **kwargs: Any) -> None:
        self.in_space = np.stack([starts, ends], axis=1).reshape(-1, 3).astype(float)
        flat = view(self.in_space)
        super().__init__(flat[0::2], flat[1::2], **kwargs)
        self.view = view


def space_arrows(feet: np.ndarray, steps: np.ndarray, *, view: View, **kwargs: Any) -> SpaceStrokes:
    """Return arrows from `feet` (n, 3) by `steps` (n, 3), shaft after shaft, then the heads, which lie level."""
    lengths = np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), 1e-12)
    back = steps * np.minimum(1.0, HEAD / lengths)
    sides = []
    for angle in (np.pi - SPREAD, np.pi + SPREAD):
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        sides.append(np.column_stack([back[:, :2] @ turn, -back[:, 2]]))
    tips = feet + steps
    starts = np.concatenate([feet, tips, tips])
    ends = np.concatenate([tips, tips + sides[0], tips + sides[1]])
    return SpaceStrokes(starts, ends, view=view, **kwargs)


class Balls(InSpace, Tiles):
    """Discs of one size that stand at places in space, (n, 3); radius in scene units, near or far alike."""

    def __init__(self, places: np.ndarray, radius: float, *, view: View, **kwargs: Any) -> None:
        self.in_space = np.array(places, dtype=float).reshape(-1, 3)
        super().__init__(self._flat(view), radius, corner=1.0, **kwargs)
        self.view = view

    def _flat(self, view: View) -> np.ndarray:
        return view(self.in_space) * [1, 1, 0]

    def look_from(self, view: View) -> Balls:
        self.view = view
        return self.move_items(self._flat(view))

    def put(self, places: np.ndarray) -> Balls:
        """Put the balls at other places, (n, 3)."""
        self.in_space = np.array(places, dtype=float).reshape(-1, 3)
        return self.look_from(self.view)


def pinned(label: M, place: np.ndarray, part: InSpace, offset: tuple[float, float] = (0.0, 0.0)) -> M:
    """Return a label that stays at a place in space, (3,), as `part` is looked at; offset in scene units."""

    def follow(mobject: Mobject) -> None:
        x, y, _ = part.view(np.asarray(place, dtype=float)[None])[0]
        mobject.move_to([x + offset[0], y + offset[1], 0])

    follow(label)
    label.add_updater(follow)
    return label
