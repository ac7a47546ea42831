"""Diagrams stay within their area; nothing covers anything else, and no way runs through a picture or a word."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from engine.capture.tracing.module_graph import trace_module_graph
from scenes.animate.diagram.boxes import BoxGraph, Link, ModelBox
from scenes.animate.diagram.cells import Cell
from scenes.animate.diagram.diagram import Area, Diagram
from scenes.animate.diagram.folding import fold
from scenes.animate.diagram.layers import Room
from scenes.animate.diagram.rows import lay_out
from scenes.animate.diagram.wiring_graph import WiringGraph
from tests.engine.recorder.thirty.models import MODELS

AREA = Area(13.3, 6.6)
NOT_FITTING = ("looping", "state space", "translator")  # whose own code is a tangle: they are made a little smaller


def diagram_of(model: nn.Module, inputs: object, area: Area = AREA) -> Diagram:
    graph = WiringGraph(trace_module_graph(model, inputs))
    return Diagram(
        (fold(graph, most=most) for most in (12, 8, 5, 3)), area, None, lambda text, **values: text.format(**values)
    )


def rectangle(thing) -> tuple[np.ndarray, np.ndarray]:
    corners = thing.get_all_points() if hasattr(thing, "get_all_points") else thing.points
    return corners.min(axis=0)[:2], corners.max(axis=0)[:2]


def parts(cell: Cell) -> list[tuple[np.ndarray, np.ndarray]]:
    things = [cell.body, *cell.texts] if len(cell.picture) else list(cell.texts)
    return [rectangle(thing) for thing in things]


def overlaps(one, other, by: float = 0.0) -> bool:
    return bool((one[0] + by < other[1]).all() and (other[0] + by < one[1]).all())


@pytest.mark.parametrize("name", MODELS)
def test_boxes_are_apart_and_no_way_runs_through_one(name: str) -> None:
    torch.manual_seed(0)
    made = MODELS[name]
    diagram = diagram_of(made.build(), made.inputs())
    assert diagram.fits or name in NOT_FITTING
    low, high = rectangle(diagram.all)
    assert high[0] - low[0] <= AREA.width + 0.3 and high[1] - low[1] <= AREA.height + 0.3
    cells = {cell.box.name: parts(cell) for cell in diagram.cells}
    for one in cells:
        for other in cells:
            if one < other:
                assert not any(overlaps(a, b, 0.02) for a in cells[one] for b in cells[other]), (one, other)
    if diagram.fits:
        for wire, route in zip(diagram.wires, diagram.routes, strict=True):
            for cell, taken in cells.items():
                if cell not in (route.link.source, route.link.target):
                    inside = [
                        ((wire.way[:, :2] > low + 0.03) & (wire.way[:, :2] < high - 0.03)).all(axis=1)
                        for low, high in taken
                    ]
                    assert not any(one.any() for one in inside), (route.link, cell)


def test_a_way_leads_from_picture_to_picture_and_a_chain_is_a_straight_line() -> None:
    diagram = diagram_of(nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 4), nn.Linear(4, 2)), torch.zeros(2, 3))
    for wire, route in zip(diagram.wires, diagram.routes, strict=True):
        source, target = diagram.cell(route.link.source), diagram.cell(route.link.target)
        assert np.ptp(wire.way[:, 1]) < 1e-6
        assert wire.way[0, 0] == pytest.approx(source.body.get_right()[0] + 0.1, abs=0.02)
        if len(target.picture):
            assert wire.way[-1, 0] == pytest.approx(target.body.get_left()[0] - 0.1, abs=0.02)


def chain(count: int, *skips: tuple[int, int]) -> tuple[BoxGraph, dict[str, Room]]:
    boxes = tuple(ModelBox(f"{number}", "module", "Linear", (f"{number}",)) for number in range(count))
    links = [Link(f"{number}", f"{number + 1}") for number in range(count - 1)]
    links += [Link(f"{start}", f"{end}") for start, end in skips]
    return BoxGraph(boxes, tuple(links)), {box.name: Room(1.0, 1.5, 0.5, 0.8) for box in boxes}


def test_rows_are_about_equally_long_and_follow_below_each_other() -> None:
    picture, rooms = chain(12)
    one, three = (lay_out(picture, rooms, rows, (0.5, 0.2)) for rows in (1, 3))
    assert [list(three.rows.values()).count(row) for row in range(3)] == [4, 4, 4]
    assert three.width < one.width / 2 and three.height > 3 * 1.5
    tops = [max(place[1] for name, place in three.places.items() if three.rows[name] == row) for row in range(3)]
    assert tops == sorted(tops, reverse=True)


def test_what_passes_boxes_by_runs_above_them_and_apart_from_others() -> None:
    picture, rooms = chain(8, (0, 4), (2, 6), (1, 3))
    placed = lay_out(picture, rooms, 1, (0.5, 0.2))
    over = {(route.link.source, route.link.target): float(route.line[:, 1].max()) for route in placed.routes}
    top = max(place[1] for place in placed.places.values()) + 0.5
    heights = [over[way] for way in (("0", "4"), ("2", "6"), ("1", "3"))]
    assert min(heights) > top and len({round(height, 3) for height in heights}) == 3


def test_a_way_back_runs_above_its_row() -> None:
    picture, rooms = chain(4, (3, 1))
    placed = lay_out(picture, rooms, 1, (0.5, 0.2))
    back = next(route for route in placed.routes if route.link == Link("3", "1"))
    assert back.start > back.end and back.line[:, 1].max() > max(place[1] for place in placed.places.values()) + 0.5


def test_ways_arrive_in_the_middle_of_a_sign_also_where_it_is_used_again() -> None:
    torch.manual_seed(0)
    made = MODELS["looping"]
    diagram = diagram_of(made.build(), made.inputs())
    signs = {cell.box.name: cell for cell in diagram.cells if cell.box.is_sign}
    assert any(cell.box.returns for cell in signs.values())
    ways = [(wire, route.link) for wire, route in zip(diagram.wires, diagram.routes, strict=True)]
    arriving = [(wire, link, signs[link.target]) for wire, link in ways if link.target in signs]
    assert arriving
    for wire, link, cell in arriving:
        ring = cell.picture[0]
        assert wire.way[-1, 1] == pytest.approx(ring.get_y(), abs=1e-6 if link.values == 1 else ring.height / 2)
        assert abs(wire.way[-1, 0] - ring.get_left()[0]) < 0.2


def test_two_values_that_one_call_takes_are_two_ways_and_ways_of_several_calls_end_apart() -> None:
    torch.manual_seed(0)
    made = MODELS["twins"]
    diagram = diagram_of(made.build(), made.inputs())
    of_both = [wire.way for wire, route in zip(diagram.wires, diagram.routes, strict=True) if route.link.values == 2]
    assert len(of_both) == 2 and of_both[0][-1, 1] != of_both[1][-1, 1]
    into_first = [
        wire.way[-1, 1]
        for wire, route in zip(diagram.wires, diagram.routes, strict=True)
        if route.link.source.startswith("/input")
    ]
    assert len(set(np.round(into_first, 6))) == 2
