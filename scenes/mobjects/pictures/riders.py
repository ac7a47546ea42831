"""Draws small pictures that move along with points, each beside its own, pushed apart where they meet."""

from __future__ import annotations

import numpy as np

from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.look.style import palette

FINEST = 28  # pixels along a picture's longer side; larger ones are averaged over squares of pixels
ROUNDS = 40  # of pushing pictures apart, at each step
PULL = 0.12  # share of the way back to its point that a picture takes at each step
GAP = 1.12  # sides between the middles of two pictures, at least


class Riders(Tiles):
    """Pictures (n, height, width) or (n, height, width, 3), in [0, 1], in frames of their own colours (n, 3), 0-255.

    places: (n, 3) their middles. side: of a picture's frame, scene units. One mobject; `move_to_places` moves them.
    """

    def __init__(self, pictures: np.ndarray, places: np.ndarray, side: float, colors: np.ndarray) -> None:
        count, rows, columns = pictures.shape[:3]
        cell = side / max(rows, columns)
        x = (np.arange(columns) - (columns - 1) / 2) * cell
        y = ((rows - 1) / 2 - np.arange(rows)) * cell
        grid = np.stack([*np.meshgrid(x, y), np.zeros((rows, columns))], axis=-1).reshape(-1, 3)
        self.around = np.concatenate([np.zeros((1, 3)), grid])  # of each picture: its ground, then its pixels
        self.places = np.array(places, dtype=float)
        shades = pictures.reshape(count, rows * columns, -1)
        fill = np.ones((count, 1 + rows * columns, 4), dtype=np.float32)
        fill[:, 0, :3] = rgb255(palette().background)
        fill[:, 1:, :3] = 255 * shades
        if pictures.ndim == 3:
            fill[:, 1:, :3], fill[:, 1:, 3:] = rgb255(palette().bright), shades
        stroke = np.zeros_like(fill)
        stroke[:, 0] = np.column_stack([colors, np.ones(count)])
        half = np.concatenate([[0.5 * side * 1.08], np.full(rows * columns, 0.5 * cell)])
        width = np.concatenate([[2.5], np.zeros(rows * columns)])
        super().__init__(
            (self.places[:, None] + self.around).reshape(-1, 3),
            np.tile(half, count),
            fill=fill.reshape(-1, 4),
            stroke=stroke.reshape(-1, 4),
            stroke_width=np.tile(width, count),
        )

    def move_to_places(self, places: np.ndarray) -> Riders:
        """Move each picture to its place (n, 3)."""
        moved = np.repeat(places - self.places, len(self.around), axis=0)
        self.points = self.points + np.repeat(moved, self.points_each, axis=0)
        self.places = np.array(places, dtype=float)
        return self


def in_small(pictures: np.ndarray) -> np.ndarray:
    """Return pictures (n, height, width) or (n, height, width, 3), scaled from 0, their least value, to 1.

    Those larger than `FINEST` are averaged over squares of pixels.
    """
    values = np.asarray(pictures, dtype=float)
    factor = -(-max(values.shape[1:3]) // FINEST)
    rows, columns = values.shape[1] // factor, values.shape[2] // factor
    cut = values[:, : rows * factor, : columns * factor]
    small = cut.reshape(len(cut), rows, factor, columns, factor, *values.shape[3:]).mean(axis=(2, 4))
    low, high = float(small.min()), float(small.max())
    return (small - low) / (high - low) if high > low else 0 * small


def ways_beside(
    points: np.ndarray, side: float, low: tuple[float, float], high: tuple[float, float], away: float
) -> np.ndarray:
    """Return the places (step, n, 2) of pictures that accompany points (step, n, 2) within a box, from `low` to `high`.

    Each is drawn towards a place a little `away` from its point, outwards from the middle of all points, and pushed
    from the others; each step begins where the one before ended, so that the pictures move as smoothly as the points.
    """
    spots = _anchors(points[0], away)
    ways = []
    for now in points:
        spots = spots + PULL * (_anchors(now, away) - spots)
        for _ in range(ROUNDS):
            spots = _pushed(spots, now, side)
        spots = np.clip(spots, np.asarray(low) + side / 2, np.asarray(high) - side / 2)
        ways.append(spots)
    return np.array(ways)


def _anchors(points: np.ndarray, away: float) -> np.ndarray:
    outwards = points - points.mean(axis=0)
    turn = 2 * np.pi * np.arange(len(points)) / len(points)
    outwards = outwards + 1e-3 * np.stack([np.cos(turn), np.sin(turn)], axis=1)  # those on one spot part as well
    return points + away * outwards / np.linalg.norm(outwards, axis=1, keepdims=True)


def _pushed(spots: np.ndarray, points: np.ndarray, side: float) -> np.ndarray:
    """Return spots moved away from each other where their pictures meet, and from the points."""
    apart = spots[:, None] - spots[None]  # (one, other, axis)
    room = GAP * side - np.abs(apart).max(axis=2)
    np.fill_diagonal(room, 0)
    direction = apart / np.maximum(np.linalg.norm(apart, axis=2, keepdims=True), 1e-6)
    spots = spots + 0.25 * (direction * np.maximum(room, 0)[..., None]).sum(axis=1)
    own = spots - points
    near = np.maximum(0.75 * side - np.abs(own).max(axis=1), 0)[:, None]
    return spots + 0.25 * own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-6) * near
