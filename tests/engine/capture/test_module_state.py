"""What a model holds besides parameters is after a probe what it was before, and its training is the same."""

from __future__ import annotations

import itertools
import random
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
import torch.ao.quantization as quantization
from torch import Tensor, nn

from engine.capture.isolation import preserve_state
from engine.recorder import Recorder, RecorderWarning


class Carried(nn.Module):
    """A recurrent network whose state is kept from batch to batch."""

    def __init__(self) -> None:
        super().__init__()
        self.cells, self.out = nn.GRU(4, 8, batch_first=True), nn.Linear(8, 1)
        self.state: Tensor | None = None

    def forward(self, values: Tensor) -> Tensor:
        states, state = self.cells(values, self.state)
        self.state = state.detach()
        return self.out(states)


class Counting(nn.Module):
    """A layer that warms up by how often it was called, and remembers what it saw in many ways."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.calls = nn.Linear(4, 1), 0
        self.seen: list[Tensor] = []
        self.last: deque[float] = deque(maxlen=3)
        self.by_name = {"total": np.zeros(1), "parts": [torch.zeros(1)]}

    def forward(self, values: Tensor) -> Tensor:
        self.calls += 1
        self.seen.append(values.detach().mean())
        self.last.append(float(values.detach().mean()))
        self.by_name["total"] += 1
        self.by_name["parts"][0] += values.detach().mean()
        self.new = values.detach()
        return self.layer(values) * min(1, len(self.seen) / 20) + self.by_name["total"][0] * self.by_name["parts"][0]


class Hooking(nn.Module):
    """A layer that sets a hook on its part when it is first called, and remembers that it did."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 1)

    def forward(self, values: Tensor) -> Tensor:
        if not getattr(self, "hooked", False):
            self.layer.register_forward_hook(lambda module, inputs, output: output / 2)
            self.hooked = True
        return self.layer(values)


class Schedule:
    """An object of a user's own that counts, and holds another one."""

    def __init__(self) -> None:
        self.steps, self.history, self.inner = 0, [torch.zeros(1)], SimpleNamespace(scale=1.0)

    def step(self, values: Tensor) -> float:
        self.steps += 1
        self.history[0] += values.detach().mean()
        self.inner.scale *= 0.9
        self.last = values.detach()
        return self.inner.scale + float(self.history[0]) / self.steps


class Scheduled(nn.Module):
    """Two layers that hold the same object."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.schedule = nn.Linear(4, 4), nn.Linear(4, 1), Schedule()
        self.first.schedule = self.schedule

    def forward(self, values: Tensor) -> Tensor:
        return self.second(self.first(values) * self.schedule.step(values)) + self.first.schedule.step(values)


class Replaced(nn.Module):
    """A layer whose buffer is assigned anew."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 1)
        self.register_buffer("mean", torch.zeros(1))

    def forward(self, values: Tensor) -> Tensor:
        out = self.layer(values)
        self.mean = 0.9 * self.mean + 0.1 * out.detach().mean()
        return out - self.mean


class Chance(nn.Module):
    """A network of a depth that Python's and NumPy's generators decide."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(4, 4), nn.Linear(4, 1)
        random.seed(0)
        np.random.seed(0)

    def forward(self, values: Tensor) -> Tensor:
        deep = random.random() < 0.5 or np.random.rand() < 0.5
        return self.last(self.first(values) if deep else values)


class Merging(nn.Linear):
    """A layer whose `train` does more than torch's, as adapters' do."""

    def __init__(self) -> None:
        super().__init__(4, 1)

    def train(self, mode: bool = True) -> Merging:
        with torch.no_grad():
            self.weight += 0.1 if mode else -0.1
        return super().train(mode)


class Quantised(nn.Module):
    """A layer between the stubs of quantisation-aware training, whose observers write past their versions."""

    def __init__(self) -> None:
        super().__init__()
        self.into, self.layer, self.out = quantization.QuantStub(), nn.Linear(4, 1), quantization.DeQuantStub()

    def forward(self, values: Tensor) -> Tensor:
        return self.out(self.layer(self.into(values)))


def quantised() -> nn.Module:
    model = Quantised()
    model.qconfig = quantization.get_default_qat_qconfig()  # type: ignore[assignment]
    return quantization.prepare_qat(model.train())


def trained(build: Callable[[], nn.Module], out: Path | None, probes: int = 8) -> dict[str, Tensor]:
    """Return the state of a model after twelve steps, recorded at `out` or not."""
    torch.manual_seed(0)
    model = build().train()
    inputs, targets = torch.randn(8, 6, 4), torch.randn(8, 6, 1)
    optimizer = torch.optim.SGD(model.parameters(), 0.05)

    def loop(recorder: Recorder | None) -> None:
        for _ in range(12):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(inputs), targets)
            loss.backward()
            optimizer.step()
            if recorder:
                recorder.step(loss=loss)

    if out is None:
        loop(None)
    else:
        with Recorder(model, out, probe=inputs[:probes], every=1) as recorder:
            loop(recorder)
    return {name: value.clone() for name, value in model.state_dict().items()}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("build", [Carried, Counting, Hooking, Scheduled, Replaced, Chance, Merging, quantised])
def test_the_training_is_the_same_with_the_recorder(build: Callable[[], nn.Module], tmp_path: Path) -> None:
    plain, recorded = trained(build, None), trained(build, tmp_path / "recorded")
    assert plain.keys() == recorded.keys()
    assert not [name for name in plain if not torch.equal(plain[name], recorded[name])]


def test_everything_is_the_same_object_with_the_same_content() -> None:
    torch.manual_seed(0)
    model = Counting()
    model(torch.randn(3, 4))
    seen, parts, total = model.seen, model.by_name["parts"][0], model.by_name["total"]
    with preserve_state(model):
        model(torch.randn(3, 4))
        model.by_name = {}  # type: ignore[assignment]
        assert model.calls == 2 and len(seen) == 2
    assert model.calls == 1 and model.seen is seen and len(seen) == 1 and len(model.last) == 1
    assert model.by_name["parts"][0] is parts and model.by_name["total"] is total and total[0] == 1
    with preserve_state(model):
        model.another = 3
    assert not hasattr(model, "another")


class Holding(nn.Module):
    """What a model may hold of tensors that are not plain, of tuples, moulds, and modules that are no part of it."""

    coo: Tensor
    csr: Tensor
    csc: Tensor
    jagged: Tensor

    def __init__(self) -> None:
        super().__init__()
        square = torch.eye(3)
        self.register_buffer("coo", square.to_sparse())
        self.register_buffer("csr", square.to_sparse_csr())
        self.register_buffer("csc", square.to_sparse_csc())
        self.register_buffer("jagged", torch.nested.nested_tensor([torch.ones(1), torch.ones(2)], layout=torch.jagged))
        self.mould, self.weight = nn.BatchNorm1d(2, device="meta"), nn.Parameter(torch.ones(2))
        self.within, self.hidden = (torch.ones(2), [np.ones(2)]), {"norm": [nn.BatchNorm1d(2)]}

    def numbers(self) -> list[Tensor]:
        hidden = self.hidden["norm"][0].running_var
        assert hidden is not None
        held = [self.coo._values(), *(one.values() for one in (self.csr, self.csc, self.jagged))]
        return [*held, self.within[0], torch.from_numpy(self.within[1][0]), hidden]


def test_tensors_of_every_layout_are_put_back_wherever_they_are_held() -> None:
    model = Holding()
    with preserve_state(model):
        for numbers in model.numbers():
            numbers.mul_(2)
        model.another, model.weight = nn.Linear(2, 2), nn.Parameter(torch.zeros(2))
    assert all((numbers == 1).all() for numbers in model.numbers())
    assert "another" not in dict(model.named_children()) and (model.weight == 1).all()


def test_parameters_that_a_pass_changes_are_put_back_from_then_on() -> None:
    model = nn.Linear(2, 2)
    before = model.weight.detach().clone()
    with preserve_state(model, parameters=True), torch.no_grad():
        model.weight.mul_(2)
    assert torch.equal(model.weight, before)
    with preserve_state(model):
        model.weight.data = model.weight.data * 2
    assert torch.equal(model.weight, before)


@pytest.mark.parametrize(
    ("generator", "draw"),
    [
        (torch.Generator(), lambda one: float(torch.rand(1, generator=one))),
        (np.random.default_rng(0), lambda one: one.random()),
        (np.random.RandomState(0), lambda one: one.random()),
        (random.Random(0), lambda one: one.random()),
    ],
)
def test_generators_of_a_models_own_are_put_back(generator: Any, draw: Callable[[Any], float]) -> None:
    model = nn.Linear(2, 2)
    model.generator = generator
    with preserve_state(model):
        first = draw(generator)
    assert draw(generator) == first


def test_what_cannot_be_put_back_is_told_beforehand(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(4, 2))
    model[0].order, model.told = itertools.cycle((0, 1)), {"plain": 1}
    line = r"0\.order is a cycle, whose state cannot be put back after a probe: if the model moves it on"
    with pytest.warns(RecorderWarning, match=line) as said, Recorder(model, tmp_path / "told", probe=torch.ones(2, 4)):
        pass
    assert len(said) == 1


def test_a_probe_that_cannot_pass_later_ends_no_training(tmp_path: Path) -> None:
    plain = trained(Carried, None)
    with pytest.warns(RecorderWarning, match=r"the probe could not pass through the model at step 1, .*RuntimeError"):
        recorded = trained(Carried, tmp_path / "recorded", probes=4)
    assert not [name for name in plain if not torch.equal(plain[name], recorded[name])]
