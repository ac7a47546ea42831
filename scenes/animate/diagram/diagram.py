"""Draws a model as a diagram: a picture for each box, what it is called, what it puts out, and the ways between."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from manim import ORIGIN, Group
from manim.mobject.mobject import Mobject

from scenes.animate.diagram.boxes import HOLDING, BoxGraph
from scenes.animate.diagram.cells import BoxSizes, Cell, CellMaker, Picture, Translate
from scenes.animate.diagram.layers import Room
from scenes.animate.diagram.rows import Layered, Route, lay_out
from scenes.mobjects.diagram.wires import Journey, Wire

APART, CROWDED = 0.5, 0.34  # scene units from layer to layer, and where there is little room
BETWEEN = 0.18  # from box to box within a layer
WIDEST, FILLED = 1.7, 0.85  # from layer to layer at most, where there is room, and how much of the width is used then
SIZES = (
    BoxSizes(1.75, 2.6, lines=4),
    BoxSizes(1.4, 2.1, lines=4),
    BoxSizes(1.15, 1.75),
    BoxSizes(0.9, 1.5),
    BoxSizes(0.7, 1.35, lines=2),
    BoxSizes(0.55, 1.25, lines=2),
    BoxSizes(0.4, 1.1, lines=2),
)


@dataclass(frozen=True)
class Area:
    """The room that a diagram may take: its width and height, scene units; rows, at most; sizes, the largest first."""

    width: float
    height: float
    rows: int = 4
    sizes: tuple[BoxSizes, ...] = SIZES


class Diagram:
    """A model, or a part of one, as a diagram: as large as its area allows, with its middle at the origin.

    pictures: of it, of which the first is drawn that there is room for. first: the picture of the first thing that
    goes in, by its height. tr: translates a text.
    """

    def __init__(self, pictures: Iterable[BoxGraph], area: Area, first: Picture | None, tr: Translate) -> None:
        self.boxes, self.sizes, self.cells, self.layered = _fitting(pictures, area, first, tr)
        for cell in self.cells:
            cell.move_to(self.layered.places[cell.box.name])
        self.routes = self.layered.routes
        self.wires = [Wire(route.line) for route in self.routes]
        factor = min(area.width / self.layered.width, area.height / self.layered.height)
        self.fits = factor >= 1
        if not self.fits:  # nothing fits: too many ways lead side by side
            self.all.scale(factor, about_point=ORIGIN)
            for wire in self.wires:
                wire.way = wire.way * factor

    @property
    def all(self) -> Group:
        """Everything that is drawn."""
        return Group(*self.wires, *[cell.parts for cell in self.cells])

    @property
    def everything(self) -> list[Mobject]:
        """Everything that is drawn, each text by itself."""
        return [*self.wires, *[part for cell in self.cells for part in (cell.picture, *cell.texts)]]

    @property
    def below_names(self) -> list[Mobject]:
        """What is written below the names of parts: numbers among it would be taken for those of parameters."""
        return [text for cell in self.cells if cell.box.kind in HOLDING for text in cell.texts[1:]]

    @property
    def height(self) -> float:
        """The height of everything, scene units."""
        return self.layered.height

    @property
    def layers(self) -> list[list[Cell]]:
        """The boxes layer by layer, from the left, row by row."""
        count = max(self.layered.layers.values()) + 1
        return [[cell for cell in self.cells if self.layered.layers[cell.box.name] == layer] for layer in range(count)]

    @property
    def holding(self) -> list[Cell]:
        """The boxes that have parameters; all that might have, where none has any."""
        holding = {box.name for box in self.boxes.holding}
        return [cell for cell in self.cells if cell.box.name in holding]

    def cell(self, name: str) -> Cell:
        """Return a box by its name."""
        return next(cell for cell in self.cells if cell.box.name == name)

    def arriving(self, cell: Cell) -> list[Wire]:
        """Return the ways that lead forwards into a box."""
        return [wire for wire, route in self._ways() if route.link.target == cell.box.name and route.start < route.end]

    @property
    def returning(self) -> list[Wire]:
        """The ways that lead back."""
        return [wire for wire, route in self._ways() if route.start >= route.end]

    def journeys(self) -> list[Journey]:
        """Return the journeys of pulses along all ways: one turn from each layer to the next."""
        return [
            Journey(wire.way, float(route.start), float(max(route.end, route.start + 1)))
            for wire, route in self._ways()
        ]

    def move_to(self, place: np.ndarray) -> None:
        """Put its middle somewhere, with its lines."""
        self.all.shift(place)
        for wire in self.wires:
            wire.way = wire.way + place

    def _ways(self) -> Iterator[tuple[Wire, Route]]:
        yield from zip(self.wires, self.routes, strict=True)


def _fitting(
    pictures: Iterable[BoxGraph], area: Area, first: Picture | None, tr: Translate
) -> tuple[BoxGraph, BoxSizes, list[Cell], Layered]:
    """Return the first picture that fits into the area, its boxes and their places, in the largest sizes that do.

    Where nothing fits it is what is nearest to it.
    """
    nearest: list[_Fit] = []
    for picture in pictures:
        *larger, smallest = area.sizes
        found = _fit(picture, smallest, area, CellMaker(first, tr))
        nearest.append(found)
        if found.over > 1:
            continue
        while larger:  # the largest that fits, found by halves
            middle = len(larger) // 2
            tried = _fit(picture, larger[middle], area, CellMaker(first, tr))
            if tried.over <= 1:
                found, larger = tried, larger[:middle]
            else:
                larger = larger[middle + 1 :]
        return found.picture, found.sizes, found.cells, found.layered
    best = min(nearest, key=lambda one: one.over)
    return best.picture, best.sizes, best.cells, best.layered


@dataclass(frozen=True)
class _Fit:
    """A picture in boxes of some sizes. over: how many times larger than its area it is, the longer side."""

    over: float
    picture: BoxGraph
    sizes: BoxSizes
    cells: list[Cell]
    layered: Layered


def _fit(picture: BoxGraph, sizes: BoxSizes, area: Area, maker: CellMaker) -> _Fit:
    """Return a picture in as few rows as fit, or in those that are nearest to it."""
    finest = max((max(box.shape[-2:]) for box in picture.boxes if len(box.shape) > 2), default=1)
    sizes = replace(sizes, finest=finest)
    cells = [maker.cell(box, sizes) for box in picture.boxes]
    found: list[_Fit] = []
    for near, even, rows in itertools.product((APART, CROWDED), (True, False), range(1, area.rows + 1)):
        placed = lay_out(picture, _rooms(cells, even=even), rows, (near, BETWEEN))
        if rows == 1 and near == APART:
            spare = (FILLED * area.width - placed.width) / max(1, *placed.layers.values())
            apart = min(WIDEST, APART + max(0.0, spare))
            placed = lay_out(picture, _rooms(cells, even=even), rows, (apart, BETWEEN))
        over = max(placed.width / area.width, placed.height / area.height)
        found.append(_Fit(over, picture, sizes, cells, placed))
        if over <= 1:
            break
    return min(found, key=lambda one: one.over)


def _rooms(cells: Sequence[Cell], *, even: bool) -> dict[str, Room]:
    """Return the room of each box. even: whether all pictures take as much, so that what follows is on one line.

    What is no picture has room below it in any case, so that it is on one line with the pictures.
    """
    rooms = {cell.box.name: cell.room for cell in cells}
    pictures = {name: room for name, room in rooms.items() if not room.is_small}
    if even:
        above = max((room.arrival for room in pictures.values()), default=0.0)
        below = max((room.height - room.arrival for room in pictures.values()), default=0.0)
        rooms |= {name: replace(room, height=above + below, arrival=above) for name, room in pictures.items()}
    raised = float(np.median([rooms[name].raised for name in pictures])) if pictures else 0.0
    small = {name: room for name, room in rooms.items() if room.is_small}
    heights = {name: max(room.height, 2 * (room.arrival + raised)) for name, room in small.items()}
    return rooms | {name: replace(room, height=heights[name]) for name, room in small.items()}
