"""Draws the paths of data: lines with round corners and arrowheads, and pulses that run along them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from manim import Circle, VGroup, VMobject
from manim.animation.animation import Animation
from manim.utils.color import ParsableManimColor
from manim.utils.rate_functions import linear

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import STROKE, palette

HEAD = 0.13  # scene units, the length of an arrow's head
ROUND = 0.16  # scene units, the radius of a corner
RING = 0.16  # scene units, the radius of the mark where values meet
_ARC = 6  # points of a corner


def rounded(corners: Sequence[Sequence[float]], radius: float = ROUND) -> np.ndarray:
    """Return a polyline (n, 3) through corners (x, y) whose bends are round."""
    points = np.array([(x, y, 0.0) for x, y in corners])
    way = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        back, forth = before - here, after - here
        lengths = float(np.linalg.norm(back)), float(np.linalg.norm(forth))
        reach = min(radius, 0.5 * min(lengths))
        if reach < 1e-6:
            continue
        start, end = here + back / lengths[0] * reach, here + forth / lengths[1] * reach
        share = np.linspace(0, 1, _ARC)[:, None]
        way.extend((1 - share) ** 2 * start + 2 * share * (1 - share) * here + share**2 * end)
    return np.array([*way, points[-1]])


class Wire(VGroup):
    """A line along a path (n, 3), with an arrowhead at its end unless `head` is False."""

    def __init__(self, way: np.ndarray, *, head: bool = True, color: ParsableManimColor | None = None) -> None:
        self.way = way
        shade = palette().muted if color is None else color
        line = VMobject(stroke_color=shade, stroke_width=STROKE)
        line.set_points_as_corners(way)
        super().__init__(line)
        if head:
            along = way[-1] - way[-2]
            along /= max(float(np.linalg.norm(along)), 1e-9)
            aside = np.array([-along[1], along[0], 0])
            tip = VMobject(fill_color=shade, fill_opacity=1, stroke_width=0)
            base = way[-1] - HEAD * along
            tip.set_points_as_corners([base + 0.5 * HEAD * aside, way[-1], base - 0.5 * HEAD * aside])
            self.add(tip)


def meeting(place: np.ndarray, sign: str, radius: float = RING) -> VGroup:
    """Return the mark where values meet: "+" where they are added, "×" multiplied, "‖" laid side by side."""
    shade = palette().line
    ring = Circle(radius, color=shade, stroke_width=STROKE).set_fill(palette().background, opacity=1)
    across, upwards = np.array([0.6 * radius, 0, 0]), np.array([0, 0.6 * radius, 0])
    bars = {
        "+": [(-across, across), (-upwards, upwards)],
        "×": [
            (-0.7 * (across + upwards), 0.7 * (across + upwards)),
            (0.7 * (upwards - across), 0.7 * (across - upwards)),
        ],
        "‖": [(side * across / 2 - upwards, side * across / 2 + upwards) for side in (-1, 1)],
    }
    mark = VGroup(ring)
    for start, end in bars[sign]:
        bar = VMobject(stroke_color=shade, stroke_width=STROKE)
        bar.set_points_as_corners([start, end])
        mark.add(bar)
    return mark.shift(place)


@dataclass(frozen=True)
class Journey:
    """A path (n, 3), and when a pulse runs along it, in turns."""

    way: np.ndarray
    start: float
    end: float


class Pulses(Animation):
    """Dots that run along the paths of journeys, each from its start to its end, and are gone afterwards."""

    def __init__(self, journeys: Sequence[Journey], *, radius: float = 0.11, **kwargs: object) -> None:
        self._journeys = journeys
        self._turns = max(journey.end for journey in journeys)
        fill = np.tile(np.append(rgb255(palette().attention), 1.0), (len(journeys), 1))
        dots = Tiles(np.array([journey.way[0] for journey in journeys]), radius, fill=fill, corner=1.0)
        super().__init__(dots, remover=True, introducer=True, **{"rate_func": linear, **kwargs})

    def interpolate_mobject(self, alpha: float) -> None:
        turn = self.rate_func(alpha) * self._turns
        places, seen = [], []
        for journey in self._journeys:
            share = (turn - journey.start) / (journey.end - journey.start)
            places.append(along(journey.way, float(np.clip(share, 0, 1))))
            seen.append(0 <= share < 1)
        self.mobject.move_items(np.array(places))
        self.mobject.shown = np.array(seen, dtype=np.float32)


def along(way: np.ndarray, share: float) -> np.ndarray:
    """Return the place (3,) after a share, 0 to 1, of the length of a path (n, 3)."""
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(way, axis=0), axis=1))])
    return np.array([np.interp(share * length[-1], length, way[:, axis]) for axis in range(3)])
