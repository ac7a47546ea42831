"""Where data comes in, meets and goes out between the modules of a model."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.capture.tracing.module_graph import trace_module_graph
from engine.recording.format.structure import Point, Structure, Wiring
from tests.engine.recorder.thirty.models import MODELS


class Meeting(nn.Module):
    """Adds, joins, multiplies and masks; puts two things out, by names, with the matrix that it begins with."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(9, 4), nn.Embedding(5, 4)
        self.shift = nn.Parameter(torch.zeros(5, 4))
        self.one, self.two = nn.Linear(4, 4), nn.Linear(8, 4)

    def forward(self, words: Tensor, mask: Tensor) -> dict[str, Tensor]:
        begun = self.words(words) + self.places(torch.arange(5))
        begun = begun + self.shift
        both = torch.cat([begun, self.one(begun).relu()], -1)
        hidden = self.two(both) * mask.unsqueeze(-1)
        return {"hidden": hidden, "logits": hidden @ self.words.weight.T}


class Own(nn.Module):
    """A layer with a matrix of its own, which calls a function that is a module."""

    def __init__(self) -> None:
        super().__init__()
        self.matrix, self.function = nn.Parameter(torch.ones(2, 4)), nn.SiLU()

    def forward(self, values: Tensor) -> Tensor:
        return F.linear(self.function(values), self.matrix)


class Loop(nn.Module):
    """The same layer thirty times, and what it makes written into one tensor."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.head = nn.Linear(4, 4), nn.Linear(4, 2)

    def forward(self, values: Tensor) -> Tensor:
        state, states = values.new_zeros(len(values), 4), torch.zeros(len(values), 30, 4)
        for position in range(30):
            state = torch.tanh(self.layer(state) + values[:, position])
            states[:, position] = state
        return self.head(states)


def wiring_of(model: nn.Module, inputs: object) -> Wiring:
    structure = trace_module_graph(model, inputs)
    assert Structure.from_json(structure.to_json()) == structure
    assert structure.wiring is not None
    return structure.wiring


def ways(wiring: Wiring) -> set[tuple[str, str]]:
    return {(way.source, way.target) for way in wiring.ways}


def test_where_values_meet_there_is_a_point_and_inputs_outputs_and_parameters_are_points() -> None:
    inputs = {"words": torch.ones(3, 5, dtype=torch.long), "mask": torch.ones(3, 5)}
    found = wiring_of(Meeting(), inputs)
    assert ways(found) == {
        ("/input.words", "words"),
        ("words", "/add.1"),
        ("places", "/add.1"),
        ("/add.1", "/add.2"),
        ("/parameter.shift", "/add.2"),
        ("/add.2", "/cat.3"),
        ("/add.2", "one"),
        ("one", "/cat.3"),
        ("/cat.3", "two"),
        ("two", "/mul.4"),
        ("/input.mask", "/mul.4"),
        ("/mul.4", "/output.hidden"),
        ("/mul.4", "/matmul.5"),
        ("/parameter.words.weight", "/matmul.5"),  # the matrix that `words` has
        ("/matmul.5", "/output.logits"),
    }
    points = {point.name: point for point in found.points}
    assert [point.told for point in found.points if point.kind == "input"] == ["words", "mask"]
    assert points["/parameter.shift"] == Point("/parameter.shift", "parameter", "shift", "", (5, 4), 20)
    assert (points["/cat.3"].told, points["/cat.3"].shape) == ("cat", (3, 5, 8))
    assert points["/output.logits"].shape == (3, 5, 9)
    through = {(way.source, way.target): way.through for way in found.ways}
    assert through[("one", "/cat.3")] == ("relu",)
    assert through[("/input.mask", "/mul.4")] == ("unsqueeze",)


def test_two_ways_from_one_place_are_two() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.last = nn.Linear(4, 3), nn.Linear(6, 2)

        def forward(self, values: Tensor) -> Tensor:
            made = self.first(values)
            return self.last(torch.cat([made.sin(), made.cos()], -1)) * 2

    found = wiring_of(Twice(), torch.ones(3, 4))
    assert [way.through for way in found.ways if way.target == "/cat.1"] == [("sin",), ("cos",)]
    assert ("/cat.1", "last") in ways(found) and ("last", "/output") in ways(found)


def test_what_is_written_into_parts_of_a_tensor_meets_where_that_is_used() -> None:
    class Routed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.share, self.experts = nn.Linear(4, 1), nn.ModuleList(nn.Linear(4, 3) for _ in range(2))

        def forward(self, values: Tensor) -> Tensor:
            made = values.new_zeros(len(values), 3)
            for expert, rows in zip(self.experts, (slice(0, 2), slice(2, 4)), strict=True):
                made[rows] = expert(values[rows])
            return made * self.share(values)

    found = ways(wiring_of(Routed(), torch.ones(4, 4)))
    assert found >= {("experts.0", "/setitem.1"), ("experts.1", "/setitem.1"), ("/setitem.1", "/mul.2")}
    assert ("share", "/mul.2") in found


def test_what_a_hook_of_the_models_own_adds_is_seen() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Sigmoid())
    model[0].register_forward_hook(lambda module, inputs, output: output + inputs[0])
    found = wiring_of(model, torch.ones(3, 4))
    assert ways(found) >= {("0", "/add.1"), ("/input", "/add.1"), ("/add.1", "1")}


def test_each_tensor_of_what_is_put_out_has_its_way() -> None:
    found = wiring_of(nn.LSTM(4, 3, batch_first=True), torch.ones(2, 5, 4))
    assert [point.told for point in found.points if point.kind == "output"] == ["0", "1.0", "1.1"]


def test_a_parameter_of_a_layer_that_calls_another_is_within_it() -> None:
    found = wiring_of(nn.Sequential(Own(), nn.ReLU()), torch.ones(3, 4))
    points = {point.name: point for point in found.points}
    assert points["/parameter.0.matrix"] == Point("/parameter.0.matrix", "parameter", "0.matrix", "0", (2, 4), 8)
    assert points["/linear.1"].within == "0"
    assert ("/parameter.0.matrix", "/linear.1") in ways(found)


@pytest.mark.parametrize("wrapped", [nn.utils.parametrizations.weight_norm, nn.utils.parametrizations.spectral_norm])
def test_what_a_layers_weights_come_from_is_part_of_it(wrapped) -> None:
    structure = trace_module_graph(nn.Sequential(wrapped(nn.Linear(4, 6)), nn.ReLU()), torch.ones(3, 4))
    layer = structure.modules[1]
    assert [module.path for module in structure.modules] == ["", "0", "1"]
    assert (layer.kind, layer.leaf, layer.parameters) == ("Linear", True, structure.parameters)
    assert structure.wiring is not None
    assert ways(structure.wiring) == {("/input", "0"), ("0", "1"), ("1", "/output")}


def test_a_loop_has_few_points_and_all_that_was_written_into_a_tensor_goes_on() -> None:
    found = wiring_of(Loop(), torch.ones(3, 30, 4))
    joins = [point.name for point in found.points if point.kind == "join"]
    assert joins == ["/add.1", *[f"/add.1#{number}" for number in range(2, 9)], "/setitem.2"]
    assert {(join, "/setitem.2") for join in joins[:-1]} | {("/setitem.2", "head")} <= ways(found)


def test_what_only_has_the_shape_of_something_does_not_come_from_it() -> None:
    class Shaped(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 4)

        def forward(self, values: Tensor) -> Tensor:
            return self.layer(torch.ones_like(values))

    structure = trace_module_graph(Shaped(), torch.ones(3, 4))
    assert structure.wiring is not None
    assert ways(structure.wiring) == {("layer", "/output")}
    assert {(flow.source, flow.target) for flow in structure.flow} == {("layer", "")}


@pytest.mark.parametrize("name", MODELS)
def test_without_its_points_the_wiring_is_the_flow_between_modules(name: str) -> None:
    torch.manual_seed(0)
    made = MODELS[name]
    structure = trace_module_graph(made.build(), made.inputs())
    assert structure.wiring is not None
    points = {point.name: point for point in structure.wiring.points}
    before: dict[str, set[str]] = {}
    for way in structure.wiring.ways:
        before.setdefault(way.target, set()).add(way.source)

    def modules_before(target: str, seen: frozenset[str] = frozenset()) -> set[str]:
        found = set()
        for source in before.get(target, set()) - seen:
            point = points.get(source)
            if point is None:
                found.add(source)
            elif point.kind == "input":
                found.add("")
            else:
                found |= modules_before(source, seen | {source})
        return found

    targets = [*(module for module in before if module not in points)]
    between = {(source, target) for target in targets for source in modules_before(target)}
    flow = {(one.source, one.target) for one in structure.flow if one.target}
    assert between >= flow
    assert {source for source, _ in between - flow} <= {module.path for module in structure.leaves}  # by a weight
