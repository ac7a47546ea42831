"""Lays out the lines of a model's diagram: from block to block, and around those that are passed by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scenes.animate.diagram.anatomy import DiagramBlocks
from scenes.mobjects.diagram.wires import HEAD, rounded

CLEAR = 0.1  # scene units between a picture and a line's end
JOIN = 0.5  # from the mark where ways come together to the picture behind it
BRANCH = 0.2  # from a picture to where a way leaves that goes around
LANE = 0.24  # from one way around to the next above it
RING = 0.13  # radius of the mark where ways come together


@dataclass(frozen=True)
class BlockPlace:
    """The place of a block's picture: its row, its left and right ends, its middle's height, and its top."""

    row: int
    left: float
    right: float
    middle: float
    top: float


@dataclass(frozen=True)
class Connection:
    """A line (n, 3) from behind the place `start` to before the place `end`.

    around: whether it passes something by. head: whether it has an arrowhead.
    """

    line: np.ndarray
    start: int
    end: int
    around: bool
    head: bool = True


@dataclass
class Ways:
    """The lines of a diagram, and the marks where they come together: place number, where, whether they are added."""

    ways: list[Connection] = field(default_factory=list)
    joins: list[tuple[int, np.ndarray, bool]] = field(default_factory=list)


class _Lanes:
    """Keeps which stretches above each row are taken by ways that go around."""

    def __init__(self) -> None:
        self._taken: list[tuple[int, int, float, float]] = []

    def free(self, stretches: Sequence[tuple[int, float, float]]) -> int:
        """Return the lowest lane in which all stretches, (row, left, right), are free, and take it."""
        lane = 0
        while any(
            row == other and lane == at and left < end + 0.1 and start < right + 0.1
            for row, left, right in stretches
            for other, at, start, end in self._taken
        ):
            lane += 1
        self._taken.extend((row, lane, left, right) for row, left, right in stretches)
        return lane


def ways_of(anatomy: DiagramBlocks, places: Sequence[BlockPlace], ends: tuple[float, float]) -> Ways:
    """Return the lines between places, of which the first is the input's and the last is the way out.

    ends: how far to the left and to the right lines may run.
    """
    found = Ways()
    lanes = _Lanes()
    arrivals = _arrivals(anatomy)
    around = [(end, start, joined) for end, taken in enumerate(arrivals, 1) for start, joined in taken]
    joined_at = {end for end, taken in enumerate(arrivals, 1) if len(taken) > 1}
    for end in sorted(joined_at):
        adds = anatomy.adds[end - 1]
        found.joins.append((end, np.array([_join_x(places[end]), places[end].middle, 0]), adds))
    for end, start, joined in sorted(around, key=lambda way: (way[0] - way[1], way[0])):
        to_join = end in joined_at
        if start == end - 1 and not joined:
            line = _straight(places[start], places[end], ends)
            found.ways.append(Connection(line, start, end, around=False))
        else:
            line = _around(places, start, end, joined, to_join, ends, lanes)
            found.ways.append(Connection(line, start - (1 if joined else 0), end, around=True, head=True))
    for number, block in enumerate(anatomy.blocks, 1):
        covered = any(way.around and way.start < number < way.end for way in found.ways)
        if block.joins and not covered:
            line, ring = _own(places[number])
            found.ways.append(Connection(line, number - 1, number + 1, around=True))
            found.joins.append((number + 1, ring, True))
    return found


def _arrivals(anatomy: DiagramBlocks) -> list[list[tuple[int, bool]]]:
    """Return for each block, and the output, what arrives: (place, whether from the mark before that place).

    What has been added up before is not added up again: the sum itself goes on.
    """
    found: list[list[tuple[int, bool]]] = []
    for number, sources in enumerate(anatomy.sources):
        taken: list[tuple[int, bool]] = []
        left = set(sources)
        sums = [k for k in range(number) if len(anatomy.sources[k]) > 1 and anatomy.sources[k] < sources]
        if anatomy.adds[number] and sums:
            largest = max(sums, key=lambda k: len(anatomy.sources[k]))
            left -= anatomy.sources[largest]
            taken.append((largest + 1, True))
        found.append([*((source, False) for source in sorted(left)), *taken])
    return found


def _join_x(place: BlockPlace) -> float:
    return place.left - JOIN


def _straight(start: BlockPlace, end: BlockPlace, ends: tuple[float, float]) -> np.ndarray:
    """Return the line from one picture to the next; from a row's end it goes back to the left below it."""
    first, last = (start.right + CLEAR, start.middle), (end.left - CLEAR, end.middle)
    if start.row == end.row:
        return rounded([first, last])
    between = end.top + 2.2 * LANE
    corners = [(ends[1], start.middle), (ends[1], between), (ends[0], between), (ends[0], end.middle)]
    return rounded([first, *corners, last])


def _around(
    places: Sequence[BlockPlace],
    start: int,
    end: int,
    joined: bool,
    to_join: bool,
    ends: tuple[float, float],
    lanes: _Lanes,
) -> np.ndarray:
    """Return the line that leaves behind a picture, or behind the mark before it, and passes others by from above."""
    source, target = places[start], places[end]
    x = _join_x(source) + RING + 0.08 if joined else source.right + BRANCH
    to = _join_x(target) if to_join else target.left - CLEAR - HEAD
    bottom = target.middle + RING + 0.02 if to_join else target.middle
    stop = [(to, bottom)] if to_join else [(to, target.middle), (target.left - CLEAR, target.middle)]
    if source.row == target.row:
        lane = lanes.free([(source.row, x, to)])
        height = source.top + LANE * (lane + 0.7)
        return rounded([(x, source.middle), (x, height), (to, height), *stop])
    lane = lanes.free([(source.row, x, ends[1]), (target.row, ends[0], to)])
    up, down = source.top + LANE * (lane + 0.7), target.top + LANE * (lane + 0.7)
    side = ends[1] - 0.12 * (lane + 1)
    return rounded([(x, source.middle), (x, up), (side, up), (side, down), (to, down), *stop])


def _own(place: BlockPlace) -> tuple[np.ndarray, np.ndarray]:
    """Return the line around what a block holds, and where it is joined again."""
    height, ring = place.top + 0.7 * LANE, place.right + CLEAR + RING
    start = place.left - CLEAR - HEAD - 0.06
    line = rounded([(start, place.middle), (start, height), (ring, height), (ring, place.middle + RING + 0.02)])
    return line, np.array([ring, place.middle, 0.0])
