"""What a model is made of, and which way the data takes through it."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.capture.tracing.module_graph import trace_module_graph
from engine.recording.format.structure import Flow, Structure
from tests.engine.families import FAMILIES, Cells, Residual


def ways(structure: Structure) -> set[tuple[str, str]]:
    return {(flow.source, flow.target) for flow in structure.flow}


def test_a_chain() -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    structure = trace_module_graph(model, torch.zeros(3, 4))
    assert ways(structure) == {("", "0"), ("0", "1"), ("1", "2"), ("2", "")}
    first = structure.modules[1]
    assert (first.path, first.kind, first.input, first.output) == ("0", "Linear", (3, 4), (3, 8))
    assert (first.parameters, first.calls, first.leaf) == (40, 1, True)
    assert structure.modules[0].inside == structure.parameters == structure.trainable == 58
    assert Structure.from_json(structure.to_json()) == structure


def test_a_way_around_a_block_and_what_is_between_modules() -> None:
    structure = trace_module_graph(Residual(), torch.zeros(2, 3, 8, 8))
    assert {("relu", "conv2"), ("relu", "relu#2"), ("norm", "relu#2")} <= ways(structure)
    around = {flow.source: flow.through for flow in structure.flow if flow.target == "relu#2"}
    assert around["relu"] == around["norm"] == ("add",)
    (flat,) = [flow for flow in structure.flow if flow.target == "head"]
    assert flat == Flow("pool", "head", ("flatten",))
    calls = {module.path: module.calls for module in structure.modules}
    assert calls["relu"] == 2


def test_functions_in_the_models_own_code_are_told() -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Linear(4, 4), nn.Linear(4, 4)

        def forward(self, values: Tensor) -> Tensor:
            return self.two(F.relu(self.one(values)) * 2).softmax(-1)

    flow = {(one.source, one.target): one.through for one in trace_module_graph(Model(), torch.zeros(1, 4)).flow}
    assert flow[("one", "two")] == ("relu", "mul")
    assert flow[("two", "")] == ("softmax",)


def test_a_cell_leads_to_itself() -> None:
    structure = trace_module_graph(Cells(nn.GRUCell), torch.zeros(2, 6, 4))
    assert {("", "cell"), ("cell", "cell"), ("cell", "head"), ("head", "")} == ways(structure)


def test_what_is_never_called_comes_last_and_is_no_part_of_the_flow() -> None:
    torch.manual_seed(0)
    family = FAMILIES["several"]
    structure = trace_module_graph(family.build(), family.inputs(2))
    assert structure.modules[-1].path == "unused" and structure.modules[-1].calls == 0
    assert structure.trainable == structure.parameters - 20  # the frozen layer
    assert ("", "shared") in ways(structure)
    assert "unused" not in {flow.target for flow in structure.flow}


def test_attention_and_recurrent_modules_are_leaves() -> None:
    for name, path in (("attention", "attention"), ("lstm", "rnn"), ("encoder", "encoder.layers.0.self_attn")):
        torch.manual_seed(0)
        family = FAMILIES[name]
        (found,) = [one for one in trace_module_graph(family.build(), family.inputs(2)).modules if one.path == path]
        assert found.leaf and found.parameters == found.inside > 0


def test_a_model_is_as_it_was() -> None:
    model = Residual()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    trace_module_graph(model, torch.randn(2, 3, 8, 8))
    assert model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_without_inputs_there_are_modules_and_no_flow() -> None:
    structure = trace_module_graph(Residual(), None)
    assert structure.flow == ()
    assert [module.path for module in structure.leaves] == ["conv1", "conv2", "norm", "relu", "pool", "head"]
