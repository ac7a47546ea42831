"""A plane through the space of all parameters as a landscape: the ground that balls roll on."""

from __future__ import annotations

import numpy as np
from manim import Group

from engine.recording import Recording
from scenes.drawing.batched import rgb255
from scenes.look.style import palette
from scenes.mobjects.pictures.colormap import height_colors
from scenes.mobjects.space.parts import pinned
from scenes.mobjects.space.space import View
from scenes.mobjects.space.surface import Surface
from scenes.text.typeset import Typeset

SIDE, HEIGHT = 5.9, 3.0  # of a landscape, scene units
UPWARDS = np.array([0, 0, 0.04])  # scene units by which what lies on the ground is drawn above it
LONGEST = 1.0  # of an arrow, scene units along the ground
LEVELS = 12  # contour lines
NAME_GAP = 0.75  # scene units between the left edge, as it lies on the ground, and the name of the second direction
RADIUS, STEP_RADIUS = 0.11, 0.045  # of the ball, and of the marks that its steps leave


class Ground:
    """A recorded plane with its costs, and where each of its places is in space.

    cost: (row, column). slope: (row, column, axis). sides: scene units along the first direction and the second, below
    0 where it is drawn mirrored. lowest, highest: costs. rise: scene units that a cost of 1 is high. levels: contour
    lines between the lowest cost and the highest.
    """

    def __init__(
        self,
        recording: Recording,
        name: str,
        *,
        sides: tuple[float, float] = (SIDE, SIDE),
        height: float = HEIGHT,
        levels: int = LEVELS,
    ) -> None:
        self.first, self.second = recording.read(f"{name}.first"), recording.read(f"{name}.second")
        self.cost, self.slope = recording.read(f"{name}.cost"), recording.read(f"{name}.slope")
        self.lowest, self.highest = float(self.cost.min()), float(self.cost.max())
        self.sides, self.rise, self.levels = np.array(sides), height / self.highest, levels

    def to_space(self, first: np.ndarray, second: np.ndarray, cost: np.ndarray) -> np.ndarray:
        """Return points in space, (…, 3), of coordinates in the plane and costs; cost 0 is at the bottom."""
        wide, deep = self.sides / 2
        x = np.interp(first, self.first[[0, -1]], [-wide, wide])
        y = np.interp(second, self.second[[0, -1]], [-deep, deep])
        return np.stack([x, y, self.rise * np.asarray(cost)], axis=-1)

    def surface(self, view: View, raised: bool = True) -> Surface:
        """Return the landscape, coloured by the cost, or the plane that it rises from."""
        first, second = np.meshgrid(self.first, self.second)
        corners = self.to_space(first, second, self.cost if raised else 0 * self.cost)
        levels = self.levels * (self.cost - self.lowest) / (self.highest - self.lowest) - 0.5
        plain = np.tile(np.append(rgb255(palette().ground), 1), (self.cost.size, 1))
        rgba = height_colors(self.cost.ravel(), self.lowest, self.highest) if raised else plain
        lines = levels.ravel() if raised else np.full(self.cost.size, 0.5)
        return Surface(corners.reshape(-1, 3), self.cost.shape, view=view, rgba=rgba, grid=4, levels=lines)

    def downhill(self, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return feet and steps (n, 3) of arrows along −∇C on the ground, the steepest of the plane LONGEST long."""
        slope = self.slope[rows, columns]  # (n, axis)
        steepest = np.linalg.norm(self.slope[1:-1, 1:-1].reshape(-1, 2), axis=1).max()
        feet = self.to_space(self.first[columns], self.second[rows], self.cost[rows, columns]) + UPWARDS
        unit = self.sides / [np.ptp(self.first), np.ptp(self.second)]  # scene units a unit of the plane
        along = -slope / steepest * LONGEST * np.sign(unit)
        climb = (slope * along / unit).sum(axis=1) * self.rise
        return feet, np.column_stack([along, climb])

    def on_surface(self, places: np.ndarray) -> np.ndarray:
        """Return where places (n, axis) of the plane are on the landscape as it is drawn, (n, 3).

        Between the corners, whose costs are recorded, it is the drawing that has a height there.
        """
        column, row = (
            np.interp(at, ticks, np.arange(len(ticks)))
            for at, ticks in zip(places.T, (self.first, self.second), strict=True)
        )
        left = np.minimum(column.astype(int), len(self.first) - 2)
        below = np.minimum(row.astype(int), len(self.second) - 2)
        across, up = column - left, row - below
        near = self.cost[below, left] * (1 - across) + self.cost[below, left + 1] * across
        far = self.cost[below + 1, left] * (1 - across) + self.cost[below + 1, left + 1] * across
        return self.to_space(places[:, 0], places[:, 1], near * (1 - up) + far * up)

    def name_sides(self, surface: Surface, along: Typeset, away: Typeset) -> Group:
        """Return names of the plane's two directions, kept at its edges and before all else."""
        wide, deep = np.abs(self.sides) / 2
        places = np.array([[0, -deep, 0], [-wide, 0, 0]])
        offsets = (-0.25 * along.width, -0.4), (-NAME_GAP - away.width / 2, -0.25)
        named = [pinned(*one) for one in zip((along, away), places, [surface] * 2, offsets, strict=True)]
        return Group(*named).set_z_index(2)


def ball_fill() -> np.ndarray:
    """Return the colour of a ball, (1, 4)."""
    return np.append(rgb255(palette().bright), 1)[None]


def mark_fill(count: int) -> np.ndarray:
    """Return the colour of the marks that a ball leaves on its way, (count, 4)."""
    return np.tile(np.append(rgb255(palette().attention), 1), (count, 1))
