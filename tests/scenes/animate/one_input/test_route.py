"""The one way through a model that is told: what lies on it lies behind one another, and what meets it is named."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.recorder import Recorder
from engine.recording import Recording
from scenes.animate.one_input.route import DIRECT, Approach, route_through
from scenes.animate.one_input.stages import way_through
from tests.engine.recorder.thirty.account import output_for
from tests.engine.recorder.thirty.brought import squares
from tests.engine.recorder.thirty.models import MODELS
from tests.scenes.animate.beats import run_own_beat


def recorded(name: str, folder: Path) -> Recording:
    """Return the recording of a short training of one of the models that were brought."""
    torch.manual_seed(0)
    brought = MODELS[name]
    return record(brought.build(), brought.inputs, folder)


def record(model: nn.Module, inputs: Callable[[], object], folder: Path) -> Recording:
    """Return the recording of a model that is trained a little. inputs: makes a batch."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    with Recorder(model, folder / "mine", probe=inputs(), every=1, quiet=True) as recorder:
        for _ in range(2):
            optimizer.zero_grad()
            loss = squares(output_for(model, inputs()))
            loss.backward()
            optimizer.step()
            recorder.step(loss=loss)
    return Recording.open(folder / "mine.zarr")


def told(recording: Recording) -> list[tuple[str, Approach]]:
    """Return the places of the way, each with what lies before it; the last is what the model puts out."""
    way = way_through(recording)
    assert way is not None
    return [(stage.array, stage.before) for stage in (*way.stages, way.last)]


def test_of_a_block_and_its_shortcut_the_longer_way_is_told_and_where_the_other_is_added(tmp_path: Path) -> None:
    assert told(recorded("basic blocks", tmp_path)) == [
        ("0.relu#1.activation", DIRECT),
        ("0.norm2.activation", DIRECT),
        ("0.relu#2.activation", Approach((), ("add",))),
        ("1.relu#1.activation", DIRECT),
        ("1.norm2.activation", DIRECT),
        ("1.relu#2.activation", Approach((), ("add",))),
    ]


def test_functions_on_the_way_and_what_is_laid_beside_it_are_named(tmp_path: Path) -> None:
    assert told(recorded("contracting", tmp_path)) == [
        ("norm.activation", DIRECT),
        ("pool.activation", Approach(("relu",))),
        ("deep.activation", DIRECT),
        ("up.activation", Approach(("silu",))),
        ("join.activation", Approach((), ("cat",))),
    ]


def test_the_way_is_that_of_the_input_that_is_shown_and_a_module_of_two_says_that_another_comes(tmp_path: Path) -> None:
    recording = recorded("twins", tmp_path)
    assert told(recording) == [
        ("tower.1#1.activation", DIRECT),
        ("tower.2#1.activation", DIRECT),
        ("compare.activation", Approach((), ("",))),
    ]
    assert way_through(recording).entry == "probe.input.0"
    other = route_through(recording.structure, 1, 2, ())
    assert other.calls == ("tower.0#2", "tower.1#2", "tower.2#2", "compare")


def test_layers_side_by_side_do_not_follow_each_other_and_a_sum_at_the_end_is_no_layers_output(tmp_path: Path) -> None:
    assert told(recorded("graph", tmp_path)) == [
        ("first.own.activation", DIRECT),
        ("second.own.activation", Approach(("relu",), ("add",))),
        ("output", Approach((), ("add",))),
    ]


def test_a_loss_that_is_put_out_first_is_not_what_becomes_of_one_input(tmp_path: Path) -> None:
    way = way_through(recorded("GPT", tmp_path))
    assert way.output == "lm_head.activation" and way.stages[0].array == "wte.activation"
    assert way.reaches_end, "the scores are put out, too"
    assert all("wpe" not in stage.array for stage in way.stages), "positions take in nothing of the input"


class OneNumber(nn.Module):
    """Puts out one number of all inputs together, as some put out their loss."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last, self.measure = nn.Linear(3, 4), nn.Linear(4, 2), nn.MSELoss()

    def forward(self, x: Tensor) -> Tensor:
        made = self.last(torch.tanh(self.first(x)))
        return self.measure(made, torch.zeros_like(made))


def test_what_is_one_number_of_all_inputs_is_not_what_becomes_of_one(tmp_path: Path) -> None:
    recording = record(OneNumber(), lambda: torch.randn(4, 3), tmp_path)
    way = way_through(recording)
    assert [stage.array for stage in way.stages] == ["first.activation"]
    assert way.output == "last.activation" and not way.reaches_end
    said = [caption.text for caption in run_own_beat(recording, "forward_pass").captions]
    assert said[-1] == "Here its own way ends."
    assert "That is what the model makes of this input." not in said


class Shifted(nn.Module):
    """Adds a parameter of its own and squares: no other way meets."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(3, 4), nn.Linear(4, 2)
        self.shift = nn.Parameter(torch.randn(4))

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.first(x) + self.shift)
        return self.last((y * y).view(-1, 4))


def test_a_parameter_that_is_added_and_a_value_times_itself_are_functions_of_one_way(tmp_path: Path) -> None:
    (first, before), (last, then) = told(record(Shifted(), lambda: torch.randn(4, 3), tmp_path))
    assert (first, before) == ("first.activation", DIRECT)
    assert last == "last.activation"
    assert then == Approach(("add", "relu", "mul"))


@pytest.mark.parametrize("name", MODELS)
def test_each_module_on_the_way_takes_what_the_one_before_it_put_out(name: str, tmp_path: Path) -> None:
    """Held against the traced flow, whatever functions and joins lie between."""
    structure = recorded(name, tmp_path).structure
    entries = max(1, sum(point.kind == "input" for point in structure.wiring.points) if structure.wiring else 1)
    route = route_through(structure, 0, entries, ())
    if route is None or structure.modules[0].leaf:
        return
    flows = {(flow.source, flow.target) for flow in structure.flow}
    chain = ["", *route.calls]
    assert all(pair in flows for pair in pairwise(chain)), chain
    assert len(set(route.calls)) == len(route.calls)
