"""What a diagram says of a model's parts: each shape, count and meeting is the traced one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from engine.capture.tracing.module_graph import trace_module_graph
from engine.recording.format.structure import module_called
from scenes.animate.diagram.boxes import BoxGraph, ModelBox
from scenes.animate.diagram.folding import MOST, fold, inside_of, opened_box
from scenes.animate.diagram.wiring_graph import WiringGraph
from tests.engine.recorder.thirty.models import MODELS
from tests.scenes.animate.diagram.models import Again, Joining, Layered, Named, Placed, Pooled, traced


def boxes(picture: BoxGraph) -> dict[str, ModelBox]:
    return {box.name: box for box in picture.boxes}


def ways(picture: BoxGraph) -> set[tuple[str, str]]:
    return {(link.source, link.target) for link in picture.links}


def drawn(model: nn.Module, *shape: int) -> BoxGraph:
    return fold(WiringGraph(traced(model, *shape)))


@pytest.mark.parametrize("name", MODELS)
def test_everything_that_leads_to_the_output_is_in_one_box_with_its_shape_and_all_its_parameters(name: str) -> None:
    torch.manual_seed(0)
    made = MODELS[name]
    structure = trace_module_graph(made.build(), made.inputs())
    graph = WiringGraph(structure)
    for picture in (fold(graph), fold(graph, most=1)):
        members = [member for box in picture.boxes for member in box.members]
        told = {
            name for name in graph.nodes if graph.nodes[name].kind == "join"
        }  # some are told on the only way to them
        assert len(members) == len(set(members)) and set(members) | told == set(graph.nodes)
        assert picture.size <= MOST
        known = {box.name for box in picture.boxes}
        assert {end for link in picture.links for end in (link.source, link.target)} <= known
        order = [box.name for box in picture.boxes]
        modules = {module.path: module for module in structure.modules}
        for box in picture.boxes:
            if box.kind in ("module", "whole") and box.times == 1 and not box.after:
                shapes = [(modules[box.path].output), *(one.output for one in modules[box.path].further)]
                assert any(set(box.shape) <= set(shape) for shape in shapes), box
            if box.kind == "whole" and box.times == 1:
                assert all(box.path in graph.within(member) for member in box.members)
        counted = {member: module_called(member) for box in picture.holding for member in box.members}
        inside = sum(modules[path].inside for path in set(counted.values()) if path in modules)
        points = {point.name: point.parameters for point in structure.wiring.points} if structure.wiring else {}
        inside += sum(points.get(member, 0) for member in counted)
        assert sum(box.parameters for box in picture.holding) == inside or any(b.kind == "whole" for b in picture.boxes)
        assert len(order) == len(set(order))


def test_a_part_that_is_used_twice_has_the_shape_of_each_use() -> None:
    shapes = {box.name: (box.entry, box.shape) for box in drawn(Pooled(), 2, 3, 32, 32).boxes}
    assert shapes["pool"] == ((6, 28, 28), (6, 14, 14)) and shapes["pool#2"] == ((16, 10, 10), (16, 5, 5))


@pytest.mark.parametrize(
    ("join", "sign"),
    [
        (torch.add, "+"),
        (lambda one, other: one.add_(other), "+"),
        (lambda one, other: 2 * (one + other), "+"),
        (torch.mul, "×"),
        (torch.maximum, "maximum"),
        (lambda one, other: torch.cat([one, other], 1)[:, :4], "‖"),
        (lambda one, other: torch.stack([one, other]).amax(0) + 1, "‖"),
    ],
)
def test_where_values_meet_there_is_the_sign_of_what_is_done(
    join: Callable[[Tensor, Tensor], Tensor], sign: str
) -> None:
    picture = drawn(Joining(join), 5, 4)
    (meeting,) = (box for box in picture.boxes if box.kind == "join")
    assert (meeting.sign or meeting.title) == sign
    into = {link.source for link in picture.links if link.target == meeting.name}
    assert into == {"left", "right"} and (meeting.name, "last") in ways(picture)
    assert boxes(picture)["right"].after == ("relu",) and meeting.after[-1] == "relu"


def test_a_part_that_takes_in_nothing_comes_before_what_takes_it() -> None:
    picture = drawn(Placed(), 2, 6)
    order = [box.name for box in picture.boxes]
    assert order.index("places") < order.index("/add.1") < order.index("norm")
    assert ways(picture) >= {("words", "/add.1"), ("places", "/add.1"), ("/add.1", "norm")}
    assert not any(target == "places" for _, target in ways(picture))


def test_the_same_line_of_code_for_different_layers_is_drawn_for_each() -> None:
    picture = drawn(Layered(3), 2, 4)
    assert [box.title for box in picture.boxes if box.kind != "output"] == ["", *["Linear", "add"] * 3]
    assert [link for link in picture.links if link.source == "/input"].__len__() == 2


def test_a_layer_that_is_gone_through_again_is_drawn_once_with_a_way_back() -> None:
    for times in (5, 30):
        picture = drawn(Again(times), 2, 4)
        found = boxes(picture)
        assert (found["layer"].calls, found["head"].calls) == (times, 1)
        assert [box.title for box in picture.boxes if box.kind == "join"] == ["add"]
        assert ways(picture) >= {("layer", "/add.1"), ("/add.1", "layer"), ("/input", "/add.1"), ("/add.1", "head")}


def test_inputs_and_outputs_have_their_names_and_what_nothing_is_made_of_is_left_out() -> None:
    structure = trace_module_graph(
        Named(), {"words": torch.zeros(2, 4), "marks": torch.zeros(2, 3), "unused": torch.zeros(2, 1)}
    )
    picture = fold(WiringGraph(structure))
    assert [box.title for box in picture.boxes if box.kind == "input"] == ["words", "marks"]
    assert [box.title for box in picture.boxes if box.kind == "output"] == ["hidden", "logits"]
    assert boxes(picture)["/input.marks"].shape == (3,) and boxes(picture)["/output.logits"].shape == (2,)


def test_a_layer_with_a_matrix_of_its_own_is_one_box_with_the_function_that_it_calls() -> None:
    class Own(nn.Module):
        def __init__(self, before: int, behind: int) -> None:
            super().__init__()
            self.matrix, self.function = nn.Parameter(torch.ones(behind, before)), nn.SiLU()

        def forward(self, values: Tensor) -> Tensor:
            return nn.functional.linear(self.function(values), self.matrix)

    picture = drawn(nn.Sequential(Own(4, 6), Own(6, 2)), 3, 4)
    told = [(box.kind, box.title, box.after, box.shape, box.parameters) for box in picture.holding]
    assert told == [("module", "Own", ("SiLU",), (6,), 24), ("module", "Own", ("SiLU",), (2,), 12)]


def test_equal_layers_that_follow_each_other_are_one_and_say_how_many() -> None:
    layers = [layer for _ in range(11) for layer in (nn.Linear(5, 5), nn.ReLU())]
    picture = drawn(nn.Sequential(nn.Linear(3, 5), nn.ReLU(), *layers, nn.Linear(5, 2)), 4, 3)
    told = [(box.title, box.times, box.after, box.parameters) for box in picture.holding]
    assert told == [("Linear", 1, ("ReLU",), 20), ("Linear", 11, ("ReLU",), 330), ("Linear", 1, (), 12)]


def test_a_long_model_is_cut_in_the_middle_and_the_count_told() -> None:
    sizes = range(2, 40)
    model = nn.Sequential(*[nn.Linear(one, one + 1) for one in sizes])
    picture = drawn(model, 4, 2)
    (gap,) = (box for box in picture.boxes if box.kind == "elided")
    assert gap.elided == len(sizes) - (MOST - 1) == len(gap.members)
    assert sum(box.parameters for box in picture.holding) == sum(one.numel() for one in model.parameters())


def test_inside_of_a_part_what_comes_in_is_told_apart() -> None:
    torch.manual_seed(0)
    made = MODELS["padded encoder"]
    graph = WiringGraph(trace_module_graph(made.build(), made.inputs()))
    opened = opened_box(fold(graph))
    assert opened is not None and (opened.title, opened.times) == ("TransformerEncoderLayer", 2)
    inner = inside_of(graph, opened)
    coming = {box.name: box for box in inner.boxes if box.kind == "input"}
    assert {name: box.title for name, box in coming.items()} == {"/in:/add.1": "", "/in:/input.1": "lengths"}
    assert [box.sign for box in inner.boxes if box.is_sign] == ["+", "+"]
    assert sum(box.kind == "output" for box in inner.boxes) == 1


def test_a_recording_without_wiring_is_drawn_by_the_flow_between_its_modules() -> None:
    structure = traced(Joining(torch.add), 5, 4)
    now, before = (fold(WiringGraph(one)) for one in (structure, replace(structure, wiring=None)))
    assert [(box.kind, box.title) for box in now.boxes] == [(box.kind, box.title) for box in before.boxes]
    assert len(ways(now)) == len(ways(before))


def test_a_model_of_thousands_of_modules_is_folded_at_once() -> None:
    block = lambda: nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4))  # noqa: E731
    model = nn.Sequential(*[nn.Sequential(*[block() for _ in range(10)]) for _ in range(66)])
    picture = drawn(model, 2, 4)
    assert picture.size <= MOST and sum(box.parameters for box in picture.holding) == 66 * 10 * 40
