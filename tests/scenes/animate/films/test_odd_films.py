"""The whole films of models that call a module often, that change while they learn, or take several inputs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from engine.recorder import Recorder
from engine.recording import Recording
from scenes.animate.composition import compose
from scenes.animate.one_input.stages import way_through
from scenes.animate.shared.layers import given_inputs, values_by_call
from tests.scenes.animate.beats import faults_of


class Rolled(nn.Module):
    """A cell, a layer and its function, called for one position after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.cell, self.layer, self.function, self.head = nn.LSTMCell(4, 5), nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        state = None
        for position in range(x.shape[1]):
            state = self.cell(x[:, position], state)
            told = self.function(self.layer(state[0]))
        return self.head(told)


class Several(nn.Module):
    """A model of words whose inputs are not in the order of their names, in a folder of odd names."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.between = nn.Embedding(9, 6), nn.Linear(6, 6)
        self.heads = nn.ModuleDict({"glue/cola": nn.Linear(6, 3)})

    def forward(self, words: Tensor, mask: Tensor) -> Tensor:
        weights = mask / mask.sum(1, keepdim=True)
        mean = (self.words(words) * weights[..., None]).sum(1)
        return self.heads["glue/cola"](torch.tanh(self.between(mean)))


def rolled() -> tuple[nn.Module, Tensor]:
    return Rolled(), torch.randn(8, 6, 4)


def several() -> tuple[nn.Module, dict[str, Tensor]]:
    return Several(), {"words": torch.randint(0, 9, (8, 5)), "mask": torch.ones(8, 5)}


def changing() -> tuple[nn.Module, Tensor]:
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3))
    model[0].requires_grad_(False)
    return model, torch.randn(8, 4)


def change(model: nn.Module, step: int) -> None:
    """Unfreeze the first layer before the third step, and put in another last one before the fourth."""
    if isinstance(model, nn.Sequential) and step == 3:
        model[0].requires_grad_(True)
    if isinstance(model, nn.Sequential) and step == 4:
        model[2] = nn.Linear(6, 3, bias=False)
        model.append(nn.Identity())
        model[2] = nn.Linear(6, 5)


STATES = {"rolled": ("hidden_state", "cell_state")}
MODELS: dict[str, Callable[[], tuple[nn.Module, Tensor | dict[str, Tensor]]]] = {
    "rolled": rolled,
    "several": several,
    "changing": changing,
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recording]:
    """Return a recording of each model."""
    found = {}
    loss = nn.CrossEntropyLoss()
    for name, build in MODELS.items():
        torch.manual_seed(0)
        model, inputs = build()
        target, path = torch.arange(8) % 3, tmp_path_factory.mktemp("odd") / name
        kinds = ("weight", "bias", "gradient", "*activation", "activation_gradient", *STATES.get(name, ()))
        own = {"record": kinds, "every": 1, "probe": inputs, "target": target}
        with Recorder(model, path, **own, probe_loss=lambda made: made.square().mean()) as recorder:
            for step in range(1, 8):
                change(model, step)
                made = model(**inputs) if isinstance(inputs, dict) else model(inputs)
                value = loss(made, target)
                value.backward()
                torch.optim.SGD([one for one in model.parameters() if one.requires_grad], 0.3).step()
                recorder.step(loss=value.item())
                model.zero_grad()
        found[name] = recorder.recording
    return found


@pytest.mark.filterwarnings("ignore::engine.recorder.RecorderWarning")
@pytest.mark.parametrize("name", MODELS)
def test_no_beat_has_faults_of_layout(odd: dict[str, Recording], name: str) -> None:
    beats = [beat.name for beat in compose(odd[name], name="film").beats]
    assert {"architecture", "forward_pass", "weights_learning", "gradient_flow", "activations_over_time"} <= set(beats)
    assert {beat: faults_of(odd[name], beat, "en") for beat in beats} == dict.fromkeys(beats, ())


def test_nothing_of_before_is_shown_as_what_is_there_at_the_end(odd: dict[str, Recording]) -> None:
    recording = odd["changing"]
    assert recording.steps("output")[-1] == 3 and recording.steps("output@4")[-1] == recording.last_step == 7
    assert not {"2.activation", "output"} & set(values_by_call(recording))
    way = way_through(recording)
    assert way is not None and {stage.array for stage in way.stages} <= {"0.activation", "1.activation"}
    assert way.output == "output@4"
    assert not {"mistakes", "predictions"} & {beat.name for beat in compose(recording, name="film").beats}


def test_the_first_input_is_shown_and_not_the_first_by_name(odd: dict[str, Recording]) -> None:
    assert given_inputs(odd["several"]) == ["probe.input.words", "probe.input.mask"]
    way = way_through(odd["several"])
    assert way is not None and way.entry == "probe.input.words"


def test_the_way_of_one_input_leads_to_the_answer_and_nowhere_else(odd: dict[str, Recording]) -> None:
    way = way_through(odd["rolled"])
    assert way is not None
    assert [stage.array for stage in way.stages] == ["cell.hidden_state", "function#6.activation"]
