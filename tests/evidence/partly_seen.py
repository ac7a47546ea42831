"""Recordings of models of which the recorder sees a part: some is scripted, called by a map, shared, or not called."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.recorder import RecorderWarning
from engine.recording import Recording
from tests.scenes.animate.runs.loops import record_steps

KINDS = ("weight", "bias", "gradient", "activation")


class Scripted(nn.Module):
    """A part that is scripted, and heads that nothing goes through."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.part = nn.Linear(4, 5), torch.jit.script(nn.Sequential(nn.Linear(5, 6), nn.ReLU()))
        self.heads = nn.ModuleList(nn.Linear(6, 3) for _ in range(5))

    def forward(self, values: Tensor) -> Tensor:
        return self.heads[0](self.part(self.first(values)))


class Mapped(nn.Module):
    """Three networks in one, by a map over their parameters; the first layer is in none of them."""

    def __init__(self) -> None:
        super().__init__()
        networks = [nn.Sequential(nn.Linear(5, 3), nn.Tanh(), nn.Linear(3, 2)) for _ in range(3)]
        stacked, _ = torch.func.stack_module_state(networks)
        self.first, self.spare = nn.Linear(4, 5), nn.Linear(5, 1)
        self.stacked = nn.ParameterDict({name.replace(".", "_"): values.detach() for name, values in stacked.items()})
        self.names, self.mould = list(stacked), networks[0].to("meta")

    def forward(self, values: Tensor) -> Tensor:
        hidden = self.first(values)

        def run(parameters: dict[str, Tensor]) -> Tensor:
            return torch.func.functional_call(self.mould, parameters, (hidden,))

        return torch.vmap(run)({name: self.stacked[name.replace(".", "_")] for name in self.names}).mean(0)


class Tied(nn.Module):
    """A model of letters that writes with the matrix that it reads with."""

    def __init__(self) -> None:
        super().__init__()
        self.read, self.change, self.write = nn.Embedding(7, 4), nn.Linear(4, 4), nn.Linear(4, 7, bias=False)
        self.write.weight = self.read.weight

    def forward(self, letters: Tensor) -> Tensor:
        return self.write(self.change(self.read(letters)))


class HiddenAttention(nn.Module):
    """Attention that is written by hand, so that its pattern is seen nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key = nn.Linear(4, 4), nn.Linear(4, 4)

    def forward(self, values: Tensor) -> Tensor:
        return torch.softmax(self.query(values) @ self.key(values).transpose(1, 2), dim=-1) @ values


def scripted(path: Path) -> Recording:
    """Return that of a model with a scripted part, and four parts that are not called."""
    return _recorded(path, Scripted, torch.randn(8, 4))


def mapped(path: Path) -> Recording:
    """Return that of a model with three networks in one, and a part that is not called."""
    return _recorded(path, Mapped, torch.randn(8, 4))


def tied(path: Path) -> Recording:
    """Return that of a model two layers of which have one matrix."""
    return _recorded(path, Tied, torch.arange(24).reshape(4, 6) % 7)


def _recorded(path: Path, build: Callable[[], nn.Module], inputs: Tensor) -> Recording:
    torch.manual_seed(11)
    model = build()
    optimizer = torch.optim.SGD([one for one in model.parameters() if not one.is_meta], lr=0.1)

    def loss(output: Tensor) -> Tensor:
        return functional.cross_entropy(output.reshape(-1, output.shape[-1]), torch.arange(output[..., 0].numel()) % 2)

    with warnings.catch_warnings(action="ignore", category=RecorderWarning):
        return record_steps(path, model, inputs, loss, optimizer, 3, record=KINDS, every=1, probe=inputs)


PARTLY_SEEN: dict[str, Callable[[Path], Recording]] = {"scripted": scripted, "mapped": mapped, "tied": tied}
