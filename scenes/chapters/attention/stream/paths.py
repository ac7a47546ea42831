"""Vectors on their way through the layers: their directions, a plane to see them in, and the ways as they are drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Dot, Group, VGroup
from manim.utils.color import ParsableManimColor

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import STROKE
from scenes.mobjects.plots.axes import Curve

TIP = 0.095  # radius of the dot at the end of a way
MARK = 0.038  # radius of the dot at a layer


def unit_vectors(stream: np.ndarray) -> np.ndarray:
    """Return vectors (…, feature) at length 1."""
    lengths = np.linalg.norm(stream.astype(float), axis=-1, keepdims=True)
    return stream / np.maximum(lengths, 1e-12)


def fitted_places(places: np.ndarray, center: Sequence[float], width: float, height: float) -> np.ndarray:
    """Return places (…, 2) of a plane as scene points (…, 3), both directions to one scale, as large as they fit."""
    flat = places.reshape(-1, 2)
    low, high = flat.min(axis=0), flat.max(axis=0)
    scale = float(np.min(np.array([width, height]) / np.maximum(high - low, 1e-12)))
    moved = (places - (low + high) / 2) * scale + np.asarray(center)[:2]
    return np.concatenate([moved, np.zeros((*places.shape[:-1], 1))], axis=-1)


class VectorPaths(Group):
    """Ways from layer to layer that are drawn as far as a layer.

    points: (path, layer, 3) scene points, at least two layers. colors: one for each path.
    Members: `curves`, `marks` (a dot at each layer passed) and `tips`. Between two layers a way runs straight.
    """

    def __init__(self, points: np.ndarray, colors: Sequence[ParsableManimColor], *, marked: bool = True) -> None:
        self.places = np.asarray(points, dtype=float)
        paths, layers = self.places.shape[:2]
        self.now = 0.0
        self.curves = VGroup(*[Curve(self.places[0, :2], np.ones(2, dtype=bool), color=color) for color in colors])
        self.curves.set_stroke(width=1.3 * STROKE)
        self.tips = VGroup(*[Dot(radius=TIP, color=color) for color in colors])
        fill = np.ones((paths, layers, 4), np.float32)
        fill[:, :, :3] = np.array([rgb255(color) for color in colors])[:, None]
        self.marks = Tiles(self.places.reshape(-1, 3), MARK, fill=fill.reshape(-1, 4), corner=1.0)
        super().__init__(self.curves, *([self.marks] if marked else []), self.tips)
        self.show(0.0)

    @property
    def last(self) -> int:
        """The number of the last layer."""
        return self.places.shape[1] - 1

    def show(self, now: float) -> VectorPaths:
        """Draw all ways from layer 0 up to `now`, which may lie between two layers."""
        self.now = float(np.clip(now, 0, self.last))
        whole = int(self.now)
        for path, curve, tip in zip(self.places, self.curves, self.tips, strict=True):
            ahead = path[min(whole + 1, self.last)]
            here = path[whole] + (ahead - path[whole]) * (self.now - whole)
            way = np.concatenate([path[: whole + 1], here[None]])
            curve.set_points(Curve(way, np.ones(len(way), dtype=bool)).points)
            tip.move_to(here)
        self.marks.shown = np.tile(np.arange(self.last + 1) <= self.now, len(self.places)).astype(np.float32)
        return self
