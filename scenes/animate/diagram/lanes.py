"""Keeps ways apart that turn beside each other: between layers, above rows, and at the end of rows.

Ways out of one box run together as long as they have the same way, and so do those into one box where they arrive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenes.animate.diagram.boxes import Link

NEAREST, FURTHEST = 0.15, 0.5  # of the room between layers, from a box to where its ways turn
MOST_VALUES = 3  # ways side by side for as many values, or more
LEVEL = 1e-3  # scene units
_EDGE = 0.5  # rows from the middle of one to the gutter above it


class Lanes:
    """Where ways turn that lead back, or from row to row: each source has lanes of its own.

    links: those ways, in any order. rows: the row of each box. last: the boxes from which a way leads straight to the
    right end of its row.
    """

    def __init__(self, links: Sequence[Link], rows: Mapping[str, int], last: Iterable[str]) -> None:
        straight = frozenset(last)
        self._above: dict[int, dict[str, int]] = {}
        for link in links:
            start, end = rows[link.source], rows[link.target]
            for row in (end, *([start] if start != end and link.source not in straight else ())):
                lanes = self._above.setdefault(row, {})
                lanes.setdefault(link.source, len(lanes))
        aside = [link for link in links if rows[link.source] != rows[link.target]]
        spans = {(link.source, rows[link.target]): _span(rows[link.source], rows[link.target]) for link in aside}
        self._beside = _apart(spans)

    def above(self, row: int) -> int:
        """Return how many ways run beside each other above a row."""
        return len(self._above.get(row, ()))

    def number_above(self, row: int, source: str) -> int:
        """Return the lane above a row of the ways out of a box, 0 the nearest to it."""
        return self._above[row][source]

    def number_beside(self, source: str, row: int) -> int:
        """Return the lane at the right end of rows of the ways out of a box that lead to a row, 0 the innermost."""
        return self._beside[source, row]


def _span(start: int, end: int) -> tuple[float, float]:
    """Return from where to where a way runs beside rows, from the middle of one to the gutter above another."""
    return min(start, end - _EDGE), max(start, end - _EDGE)


def _apart(spans: Mapping[tuple[str, int], tuple[float, float]]) -> dict[tuple[str, int], int]:
    """Return a number for each span such that those that overlap have others, the shorter the lower ones."""
    found: dict[tuple[str, int], int] = {}
    for key, (low, high) in sorted(spans.items(), key=lambda one: one[1][1] - one[1][0]):
        taken = {found[other] for other in found if spans[other][0] < high and low < spans[other][1]}
        found[key] = next(number for number in count() if number not in taken)
    return found


def turning_places(names: Iterable[str], layers: Mapping[str, int], heights: Mapping[str, float]) -> dict[str, float]:
    """Return where the ways of each box turn, as a share of the room between layers: those of lower boxes further away.

    names: boxes that have such ways. heights: of each box's middle.
    """
    of_layer: dict[int, list[str]] = {}
    for name in dict.fromkeys(names):
        of_layer.setdefault(layers[name], []).append(name)
    found = {}
    for boxes in of_layer.values():
        step = (FURTHEST - NEAREST) / max(1, len(boxes) - 1)
        first = NEAREST if len(boxes) > 1 else (NEAREST + FURTHEST) / 2
        for number, name in enumerate(sorted(boxes, key=lambda one: -heights[one])):
            found[name] = first + number * step
    return found


def ports(into: Mapping[Link, float], apart: float) -> dict[Link, list[float]]:
    """Return the heights at which ways end at a box, so many of each way as it brings values, up to `MOST_VALUES`.

    into: how far above the box each comes from. apart: from one end to the next. The way that comes straight from the
    box before ends at 0, the others above and below it; without such a one they lie about 0.
    """
    straight = next((link for link in sorted(into, key=lambda one: -one.values) if abs(into[link]) < LEVEL), None)
    lower = sorted((link for link in into if link != straight and into[link] < 0), key=into.__getitem__)
    upper = sorted((link for link in into if link != straight and into[link] >= 0), key=into.__getitem__)
    ends = [link for link in (*lower, *([straight] if straight else []), *upper) for _ in range(_drawn(link))]
    of_middle = [number for number, link in enumerate(ends) if link == straight] or range(len(ends))
    zero = sum(of_middle) / max(1, len(of_middle))
    found: dict[Link, list[float]] = {}
    for number, link in enumerate(ends):
        found.setdefault(link, []).append(apart * (number - zero))
    return found


def meeting_ports(into: Iterable[Link], apart: float) -> dict[Link, list[float]]:
    """Return the same of ways that all meet at a sign: those of one way lie about the place where it arrives."""
    return {link: [apart * (number - (_drawn(link) - 1) / 2) for number in range(_drawn(link))] for link in into}


def _drawn(link: Link) -> int:
    return min(link.values, MOST_VALUES)
