"""Puts the layers of a picture into rows, and leads its ways: what would be too long for one row goes on in the next.

Ways that pass boxes by, which other ways lead through, run above these.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scenes.animate.diagram.boxes import BoxGraph, Link
from scenes.animate.diagram.lanes import Lanes, meeting_ports, ports, turning_places
from scenes.animate.diagram.layers import InLayers, Room, in_layers
from scenes.mobjects.diagram.wires import HEAD, rounded

SAMPLES = 20  # points of a bend
GUTTER = 0.3  # scene units beside rows that lead to the next, and between rows
LANE = 0.15  # from one way in a gutter to the next, and from boxes to the first way above them
OVER = 0.2  # from one way above boxes to the next
PORT = 0.13  # from where one way into a box ends to the next, at most
FAR = 100.0  # scene units above any box
CROSSING = 0.6  # rooms of a row that one way across its end is worth

Corner = Sequence[float] | np.ndarray  # (x, y)


@dataclass(frozen=True)
class Route:
    """A link's line (n, 3), and the layers that it begins and ends in, counted through all rows."""

    link: Link
    line: np.ndarray
    start: int
    end: int


@dataclass(frozen=True)
class Layered:
    """Where boxes are and ways run, centered. places: the (x, y) at which a box's ways arrive, in its middle.

    layers: of each box. rows: the row of each. width, height: of everything.
    """

    places: Mapping[str, np.ndarray]
    layers: Mapping[str, int]
    rows: Mapping[str, int]
    routes: tuple[Route, ...]
    width: float
    height: float


def lay_out(picture: BoxGraph, rooms: Mapping[str, Room], rows: int, apart: tuple[float, float]) -> Layered:
    """Return a picture in a number of rows. apart: scene units from layer to layer, and from box to box in one."""
    placed = in_layers(picture, rooms, apart)
    return _Rows(picture, rooms, placed, _rows(picture, rooms, placed, rows), apart[0]).laid_out()


def _rows(picture: BoxGraph, rooms: Mapping[str, Room], placed: InLayers, rows: int) -> list[int]:
    """Return the row of each layer: rows are about equally long, and few ways lead from one to another."""
    layers = placed.layers
    count = max(layers.values()) + 1
    left = [
        min(placed.middles[name][0] - rooms[name].width / 2 for name in layers if layers[name] == one)
        for one in range(count)
    ]
    right = [
        max(placed.middles[name][0] + rooms[name].width / 2 for name in layers if layers[name] == one)
        for one in range(count)
    ]
    rows = min(rows, count)
    crossing = [
        sum(
            min(layers[link.source], layers[link.target]) < cut <= max(layers[link.source], layers[link.target])
            for link in picture.links
        )
        for cut in range(count)
    ]
    even = (right[-1] - left[0]) / rows

    def cost(start: int, end: int) -> float:
        """Return how bad a row of the layers from `start` up to `end` is."""
        long = (right[end - 1] - left[start]) / max(even, 1e-9)
        return max(0.0, long - 1) ** 2 * 9 + (CROSSING * (crossing[end] - 1) / count if end < count else 0.0)

    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {(0, 0): (0.0, ())}
    for row in range(1, rows + 1):
        for end in range(row, count - (rows - row) + 1):
            tried = [
                (best[row - 1, start][0] + cost(start, end), (*best[row - 1, start][1], end))
                for start in range(row - 1, end)
                if (row - 1, start) in best
            ]
            best[row, end] = min(tried)
    ends = best[rows, count][1]
    return [sum(layer >= end for end in ends[:-1]) for layer in range(count)]


class _Rows:
    """Puts the layers of a picture into rows, and leads ways from row to row, and above boxes that they pass by."""

    def __init__(
        self,
        picture: BoxGraph,
        rooms: Mapping[str, Room],
        placed: InLayers,
        rows: Sequence[int],
        apart: float,
    ) -> None:
        self.picture, self.rooms, self.placed, self.layers, self.apart = picture, rooms, placed, placed.layers, apart
        self.row = {name: rows[layer] for name, layer in self.layers.items()}
        self.half = [  # half the width of each layer
            max(rooms[name].width for name, one in self.layers.items() if one == layer) / 2
            for layer in range(len(rows))
        ]
        self.last = [max(layer for layer, one in enumerate(rows) if one == row) for row in range(max(rows) + 1)]
        self.over = self._heights_over()
        back = [link for link in picture.links if self._gutter(link) >= 0]
        ends = [name for name, layer in self.layers.items() if layer == self.last[self.row[name]]]
        self.lanes = Lanes(back, self.row, ends)
        heights = {name: float(middle[1]) for name, middle in placed.middles.items()}
        turning = [*self.over, *back]
        self.leaving = turning_places([link.source for link in turning], self.layers, heights)
        self.arriving = turning_places([link.target for link in turning], self.layers, heights)
        self.shift = self._shifts()
        self.ports = {name: self._ports(name) for name in self.layers}

    # How each way runs ----------------------------------------------------------------------------------------------

    def _gutter(self, link: Link) -> int:
        """Return the row above which a way runs that leaves its row, or runs back in it; -1 for the others."""
        start, end = self.row[link.source], self.row[link.target]
        return end if start != end or self.layers[link.source] >= self.layers[link.target] else -1

    def _heights_over(self) -> dict[Link, float]:
        """Return how high above the boxes that they pass by ways run within a row: those out of one box together."""
        passing: dict[str, list[Link]] = {}
        for link in self.picture.links:
            if link not in self.placed.curves and self._gutter(link) < 0:
                passing.setdefault(link.source, []).append(link)
        spans = {
            source: (self.layers[source], max(self.layers[link.target] for link in links))
            for source, links in passing.items()
        }
        heights: dict[str, float] = {}
        for source, (start, end) in sorted(spans.items(), key=lambda one: one[1][1] - one[1][0]):
            height = max(self._top_of(name) for name, layer in self.layers.items() if start <= layer <= end) + LANE
            others = [heights[one] for one in heights if spans[one][0] < end and start < spans[one][1]]
            while any(abs(height - other) < OVER - 1e-6 for other in others):
                height += OVER
            heights[source] = height
        return {link: heights[source] for source, links in passing.items() for link in links}

    def _top_of(self, name: str) -> float:
        return float(self.placed.middles[name][1]) + self.rooms[name].height / 2

    # Rows -----------------------------------------------------------------------------------------------------------

    def _shifts(self) -> list[np.ndarray]:
        """Return how far each row is moved from where dot has put it."""
        found, top = [], 0.0
        for row in range(len(self.last)):
            low, high = self._extent(row, 1)
            if row or self.lanes.above(row):
                top -= GUTTER + LANE * self.lanes.above(row)
            found.append(np.array([-self._extent(row, 0)[0], top - high]))
            top -= high - low
        return found

    def _extent(self, row: int, axis: int) -> tuple[float, float]:
        """Return the least and the largest coordinate of a row's boxes and ways them."""
        ends = []
        for name, middle in self.placed.middles.items():
            if self.row[name] == row:
                half = (self.rooms[name].width, self.rooms[name].height)[axis] / 2
                ends += [float(middle[axis]) - half, float(middle[axis]) + half]
        if axis:
            of_row = [link for link in self.picture.links if self.row[link.source] == row and self._gutter(link) < 0]
            for link in of_row:
                curve = self.placed.curves.get(link)
                ends += [self.over[link]] if curve is None else [float(curve[:, 1].min()), float(curve[:, 1].max())]
        return min(ends), max(ends)

    def _top(self, row: int) -> float:
        return self._extent(row, 1)[1] + float(self.shift[row][1])

    def _right(self) -> float:
        """Return the right end of the longest row."""
        return max(self._extent(row, 0)[1] + float(self.shift[row][0]) for row in range(len(self.last)))

    # Lines ----------------------------------------------------------------------------------------------------------

    def laid_out(self) -> Layered:
        """Return the places and ways, with the middle of everything at (0, 0)."""
        places = {name: self._place(name) for name in self.placed.middles}
        drawn = [(link, port) for link in self.picture.links for port in self.ports[link.target][link]]
        lines = [self._line(link, port, places) for link, port in drawn]
        corners = [
            places[name] + np.array([side * room.width / 2, room.arrival - level * room.height])
            for name, room in self.rooms.items()
            for side in (-1, 1)
            for level in (0, 1)
        ]
        points = np.concatenate([np.array(corners), *[line[:, :2] for line in lines]])
        low, high = points.min(axis=0), points.max(axis=0)
        middle = (low + high) / 2
        routes = tuple(
            Route(link, line - np.array([*middle, 0]), self.layers[link.source], self.layers[link.target])
            for (link, _), line in zip(drawn, lines, strict=True)
        )
        at = {name: place - middle for name, place in places.items()}
        width, height = high - low
        return Layered(at, self.layers, self.row, routes, float(width), float(height))

    def _place(self, name: str) -> np.ndarray:
        """Return where a box's ways arrive."""
        return self.placed.middles[name] + self.shift[self.row[name]] + np.array([0.0, self.rooms[name].raised])

    def _ports(self, name: str) -> dict[Link, list[float]]:
        """Return how far above the place where a box's ways arrive each ends, once for each value that it brings."""
        into = {link: self._height_of_arrival(link) for link in self.picture.links if link.target == name}
        apart = min(PORT, self.rooms[name].arrival / max(1, len(into)))
        return meeting_ports(into, apart) if self.rooms[name].is_small else ports(into, apart)

    def _height_of_arrival(self, link: Link) -> float:
        """Return how far above a box a way comes from."""
        if link in self.over or self._gutter(link) >= 0:
            return self.over.get(link, FAR) + FAR
        source, target = (self.placed.middles[one][1] + self.rooms[one].raised for one in (link.source, link.target))
        return float(source - target)

    def _line(self, link: Link, port: float, places: Mapping[str, np.ndarray]) -> np.ndarray:
        beginning = places[link.source] + np.array([0, port if link.values > 1 else 0])
        ending = places[link.target] + np.array([0, port])
        start = beginning + np.array([self.rooms[link.source].picture / 2, 0])
        end = ending - np.array([self.rooms[link.target].picture / 2, 0])
        out = beginning + np.array([self.half[self.layers[link.source]], 0])
        into = ending - np.array([self.half[self.layers[link.target]] + HEAD, 0])  # level where it arrives
        row = self.row[link.source]
        if self._gutter(link) >= 0:
            return self._back(link, start, out, into, end)
        if link in self.over:
            height = self.over[link] + float(self.shift[row][1])
            beside, before = self._turns(link, out, into)
            return _cornered([start, (beside, start[1]), (beside, height), (before, height), (before, end[1]), end])
        return _smooth([start, out, *self._through_layers(link), into, end])

    def _through_layers(self, link: Link) -> list[np.ndarray]:
        """Return the corners of the stretches on which a way passes through the layers between its ends."""
        curve, shift = self.placed.curves[link], self.shift[self.row[link.source]]
        found = []
        for layer in range(self.layers[link.source] + 1, self.layers[link.target]):
            inside = [name for name, one in self.layers.items() if one == layer]
            middle, half = float(self.placed.middles[inside[0]][0]), self.half[layer]
            height = float(np.interp(middle, curve[:, 0], curve[:, 1]))
            found += [np.array([middle + side * half, height]) + shift for side in (-1, 1)]
        return found

    def _turns(self, link: Link, out: np.ndarray, into: np.ndarray) -> tuple[float, float]:
        """Return where a way that does not lead straight on turns first, and where it turns last."""
        room = self.apart - HEAD
        return out[0] + self.leaving[link.source] * room, into[0] - self.arriving[link.target] * room

    def _back(self, link: Link, start: np.ndarray, out: np.ndarray, into: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Return the line that leaves its row, or runs back to the left in it, above the row that it leads to."""
        row, first = self.row[link.target], self.row[link.source]
        above = self._height_above(row, link.source)
        beside, before = self._turns(link, out, into)
        ending: list[Corner] = [(before, above), (before, end[1]), end]
        if row == first:
            return _cornered([start, (beside, start[1]), (beside, above), *ending])
        side = self._right() + 0.12 + LANE * self.lanes.number_beside(link.source, row)
        if self.layers[link.source] == self.last[first]:
            return _cornered([start, (side, start[1]), (side, above), *ending])
        over = self._height_above(first, link.source)
        return _cornered([start, (beside, start[1]), (beside, over), (side, over), (side, above), *ending])

    def _height_above(self, row: int, source: str) -> float:
        """Return the height above a row at which ways out of a box run."""
        return self._top(row) + 0.5 * GUTTER + LANE * self.lanes.number_above(row, source)


def _cornered(corners: Sequence[Sequence[float] | np.ndarray]) -> np.ndarray:
    return rounded([(float(x), float(y)) for x, y in corners])


def _smooth(corners: Sequence[np.ndarray]) -> np.ndarray:
    """Return a line (n, 3) through corners, level at each of them."""
    share = np.linspace(0, 1, SAMPLES)
    points = [corners[0]]
    for start, end in itertools.pairwise(corners):
        if abs(start[1] - end[1]) < 1e-3:
            points.append(end)
        else:
            xs = start[0] + (end[0] - start[0]) * share
            points += list(np.stack([xs, start[1] + (end[1] - start[1]) * share**2 * (3 - 2 * share)], axis=1)[1:])
    kept = [points[0], *(after for before, after in itertools.pairwise(points) if np.abs(after - before).max() > 1e-6)]
    return np.array([(x, y, 0.0) for x, y in kept])
