"""The two near sides of a plane as axes that lie on the ground, and turn with it."""

from __future__ import annotations

import numpy as np
from manim import Group

from scenes.chapters.gradient_descent.landscape.ground import Ground
from scenes.evidence.evidence import Mark
from scenes.look.style import SMALL, STROKE, palette
from scenes.mobjects.plots.axes import round_numbers
from scenes.mobjects.space.parts import SpaceStrokes, pinned
from scenes.mobjects.space.surface import Surface
from scenes.text.numbers import Number
from scenes.text.typeset import Typeset

TICK, NUMBER = 0.14, 0.42  # scene units beyond the side: how far a tick reaches, and where its number stands


class MeasuredSides(Group):
    """Axes along a plane's front and left sides. strokes: what turns with the ground; all else is pinned to it.

    names: of the two directions. gaps: scene units beyond the side at which they stand. origin: what both coordinates
    are where the plane has its 0. ticks: about how many round numbers on each.
    """

    def __init__(
        self,
        plane: Ground,
        surface: Surface,
        names: tuple[Typeset, Typeset],
        *,
        gaps: tuple[float, float],
        origin: np.ndarray,
        ticks: int,
    ) -> None:
        wide, deep = np.abs(plane.sides) / 2
        corner = np.array([-wide, -deep, 0.0])
        starts, ends, labels = [corner, corner], [[wide, -deep, 0.0], [-wide, deep, 0.0]], []
        for axis, (values, name, gap) in enumerate(zip((plane.first, plane.second), names, gaps, strict=True)):
            outward = -np.eye(3)[1 - axis]
            low, high = values[[0, -1]] + origin[axis]
            for value in round_numbers(low, high, ticks):
                at = np.zeros(2)
                at[axis] = value - origin[axis]
                foot = plane.to_space(at[0], at[1], np.zeros(()))
                foot[1 - axis] = corner[1 - axis]
                starts.append(foot)
                ends.append(foot + TICK * outward)
                number = Number(value, "{:g}", size=SMALL, color=palette().muted, because=Mark(value))
                labels.append(pinned(number, foot + NUMBER * outward, surface))
            middle = np.where(np.eye(3)[1 - axis], corner, 0.0)
            away = (0.3, -0.3)[axis] * name.width  # a long name keeps clear of the numbers
            labels.append(pinned(name, middle + gap * outward, surface, (away, 0.0)))
        look = {"color": palette().muted, "stroke": STROKE}
        self.strokes = SpaceStrokes(np.array(starts), np.array(ends), view=surface.view, **look).set_z_index(-1)
        self.labels = Group(*labels).set_z_index(2)
        super().__init__(self.strokes, self.labels)
