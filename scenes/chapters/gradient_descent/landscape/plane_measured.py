"""What the beats with landscapes measure of the recorded planes."""

from __future__ import annotations

import numpy as np

from scenes.chapters.gradient_descent.landscape.ground import Ground
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

ANALYSIS = "digits-landscape"


def measure_directions(all_of_them: int, axes: int, parameters: tuple[str, ...]) -> Measured:
    """Measure how many directions there are, one for each of the parameters, and how many of them a plane has."""
    how = N_("how many weights and biases there are, and how many of them turned at first")
    return Measured("directions", {"all": all_of_them, "before": axes}, how, (*parameters, f"{ANALYSIS}/entry"))


def steepest(plane: Ground, rows: np.ndarray, columns: np.ndarray) -> tuple[int, Measured]:
    """Return which of some places of the pair's plane is the steepest, its four corners left out, and a measure.

    Where there are no others the corners are not left out. The measure is the slope where it is steepest of all.
    """
    slopes = np.linalg.norm(plane.slope[rows, columns], axis=1)
    corners = np.isin(rows, [rows.min(), rows.max()]) & np.isin(columns, [columns.min(), columns.max()])
    shown = np.flatnonzero(~corners) if not corners.all() else np.arange(len(rows))
    how = N_("the slope at the steepest of the places that have an arrow")
    measured = Measured("steepest", float(slopes.max()), how, (f"{ANALYSIS}/pair.slope",))
    return int(shown[slopes[shown].argmax()]), measured


def descent(costs: np.ndarray, plane: Ground) -> Measured:
    """Measure the cost at the start and the end of the descent (place,), and the lowest and highest of its plane."""
    value = {"start": float(costs[0]), "end": float(costs[-1]), "lowest": plane.lowest, "highest": plane.highest}
    how = N_("cost at the start and the end of the descent, and the lowest and highest recorded in its plane")
    return Measured("descent", value, how, (f"{ANALYSIS}/random.descent_cost", f"{ANALYSIS}/random.cost"))


def uphill(plane: Ground, row: int, column: int) -> Measured:
    """Measure the direction of the gradient at a corner of the pair's plane, and that of the neighbour furthest up.

    In degrees, counterclockwise from the first direction. Of the eight neighbours it is the one to which the cost rises
    most on the same way.
    """
    across, up = plane.slope[row, column]
    around = [(di, dj) for di in (-1, 0, 1) for dj in (-1, 0, 1) if di or dj]
    pitch = float(plane.first[1] - plane.first[0]), float(plane.second[1] - plane.second[0])
    ways = [np.array([dj * pitch[0], di * pitch[1]]) for di, dj in around]
    rises = [
        (plane.cost[row + di, column + dj] - plane.cost[row, column]) / np.linalg.norm(way)
        for (di, dj), way in zip(around, ways, strict=True)
    ]
    steepest = ways[int(np.argmax(rises))]
    value = {"gradient": angle_of(across, up), "neighbour": angle_of(*steepest)}
    how = N_("degrees: where the gradient points, and where the cost rises most among the eight places around")
    return Measured("uphill", value, how, (f"{ANALYSIS}/pair.slope", f"{ANALYSIS}/pair.cost"))


def angle_of(right: float, up: float) -> float:
    """Return the direction of a vector in degrees, counterclockwise from the right."""
    return float(np.degrees(np.arctan2(up, right)))


def apart(one: float, other: float) -> float:
    """Return how many degrees there are between two directions."""
    return abs((one - other + 180) % 360 - 180)
