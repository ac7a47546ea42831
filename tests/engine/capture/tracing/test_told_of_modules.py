"""What the trace of a model tells beside its ways: names of inputs, shapes of one, shared weights, maps, new parts."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from engine.capture.tracing.module_graph import trace_module_graph
from engine.recording.format.structure import ModuleInfo, Structure
from tests.engine.recorder.thirty.models import MODELS


def traced(name: str) -> Structure:
    """Return what is told of one of the thirty models and more."""
    torch.manual_seed(0)
    made = MODELS[name]
    return trace_module_graph(made.build(), made.inputs())


def module_of(structure: Structure, path: str) -> ModuleInfo:
    return next(module for module in structure.modules if module.path == path)


def points_of(structure: Structure, kind: str) -> dict[str, str]:
    """Return what is told of points of a kind, by their names."""
    assert structure.wiring is not None
    return {point.name: point.told for point in structure.wiring.points if point.kind == kind}


def ways_of(structure: Structure) -> set[tuple[str, str, tuple[str, ...]]]:
    assert structure.wiring is not None
    return {(way.source, way.target, way.through) for way in structure.wiring.ways}


class Many(nn.Module):
    """Takes two things by name, and any number of others."""

    def forward(self, first: Tensor, /, other: list[Tensor], *rest: Tensor) -> Tensor:
        return first + other[0] + other[1] + sum(rest)


def test_inputs_in_order_have_the_names_of_forward_and_numbers_where_it_has_none() -> None:
    one = torch.ones(2, 3)
    named = points_of(trace_module_graph(Many(), (one, [one + 1, one + 2], one + 3)), "input")
    assert named == {"/input.0": "first", "/input.1.0": "other.0", "/input.1.1": "other.1", "/input.2": "2"}
    assert points_of(trace_module_graph(nn.Linear(3, 2), one), "input") == {"/input": ""}


class Packed(nn.Module):
    """Passes sequences of different lengths through a recurrent layer, packed."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = nn.GRU(3, 4, batch_first=True)

    def forward(self, values: Tensor) -> Tensor:
        packed = pack_padded_sequence(values, torch.tensor([5, 3]), batch_first=True)
        return pad_packed_sequence(self.memory(packed)[0], batch_first=True)[0]


def test_packed_sequences_have_the_shapes_of_padded_ones() -> None:
    memory = module_of(trace_module_graph(Packed(), torch.randn(2, 5, 3)), "memory")
    assert (memory.input, memory.output) == ((2, 5, 3), (2, 5, 4))


@pytest.mark.parametrize(("first", "batch"), [(False, 2), (True, 0)])
def test_where_positions_come_first_the_number_of_inputs_is_told(first: bool, batch: int) -> None:
    structure = trace_module_graph(nn.LSTM(3, 4, batch_first=first), torch.randn(5, 2, 3))
    assert structure.batch == batch
    assert structure.modules[0].for_one(structure.inputs).output == ((5, 4) if batch else (2, 4))


def test_rows_picked_by_values_are_told_and_those_of_a_table_are_none() -> None:
    experts = [module for module in traced("experts").modules if module.path.startswith("experts.") and module.calls]
    assert len(experts) >= 2 and all(module.routed for module in experts)
    assert {module.for_one(4).output for module in experts} == {(3,)}
    looked_up = trace_module_graph(
        nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 2)), torch.ones(3, 5, dtype=torch.int)
    )
    assert not any(module.routed for module in looked_up.modules)


def test_a_module_that_has_the_parameters_of_another_tells_which() -> None:
    told = {module.path: module.shares for module in traced("tied").modules if module.calls}
    assert told["again"] == "into" and not told[""]  # which is not called
    assert module_of(traced("GPT"), "lm_head").shares == "wte"


def test_what_a_map_runs_at_once_is_counted_and_its_ways_lead_on() -> None:
    structure = traced("ensemble")
    linear = [module for module in structure.modules if module.kind == "Linear" and module.calls]
    assert [module.copies for module in linear] == [3, 3] and sum(module.inside for module in linear) == 0
    assert structure.parameters == 3 * (4 * 3 + 3 + 3 + 1)
    assert ("mould.2", "/output", ("<mould", "transpose")) in ways_of(structure)


def test_a_module_that_is_made_as_inputs_pass_is_one() -> None:
    structure = traced("made later")
    assert module_of(structure, "last").leaf and module_of(structure, "last").calls == 1
    assert set(points_of(structure, "parameter").values()) == {"scale"}


class Derived(nn.Module):
    """Goes a step by its own gradient, in half precision."""

    def __init__(self) -> None:
        super().__init__()
        self.fast = nn.Linear(3, 2, bias=False)

    def forward(self, values: Tensor) -> Tensor:
        with torch.enable_grad():
            self.fast(values).sum().backward()
        weight: Any = self.fast.weight
        return F.linear(values.half().float(), weight.detach() - weight.grad.clone())


def test_a_gradient_is_no_parameter_and_a_precision_no_function() -> None:
    ways = ways_of(trace_module_graph(Derived(), torch.ones(2, 3)))
    assert {way[2] for way in ways if way[:2] == ("/parameter.fast.weight", "/sub.1")} == {(), ("grad",)}
    assert ("/input", "/linear.2", ()) in ways


def test_what_happens_in_a_model_without_modules_is_followed_but_in_a_layer_of_pytorchs() -> None:
    structure = traced("root parameters")
    told = points_of(structure, "parameter")
    assert {"output", "scale", "listed.0", "listed.1", "named.shift"} == set(told.values())
    assert points_of(structure, "output") == {"/output": ""}
    assert points_of(trace_module_graph(nn.Linear(3, 2), torch.ones(4, 3)), "parameter") == {}
