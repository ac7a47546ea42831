"""Models with state besides their parameters: what they remember, draw from generators, or make as they run."""

from __future__ import annotations

import random

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.engine.recorder.thirty.brought import Brought, normal, several


class Remembering(nn.Module):
    """Goes on from where it was, call by call; its states are kept in place, and within other things."""

    def __init__(self) -> None:
        super().__init__()
        self.cell, self.out = nn.LSTMCell(3, 4), nn.Linear(4, 2)
        self.state, self.shift = (torch.zeros(4, 4), torch.zeros(4, 4)), {"mean": (torch.zeros(3), [0])}

    def forward(self, values: Tensor) -> Tensor:
        mean, calls = self.shift["mean"]
        mean.mul_(0.9).add_(values.detach().mean(0), alpha=0.1)
        calls[0] += 1
        new = self.cell(values - mean, tuple(part.clone() for part in self.state))
        for part, becomes in zip(self.state, new, strict=True):
            part.copy_(becomes.detach())
        return self.out(new[0]) * (1 + calls[0] / 10)


class Hiding(nn.Module):
    """A network that is no part of the model, in a list, and counts what it sees."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.hidden = nn.Linear(4, 3), [nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3, affine=False))]

    def forward(self, values: Tensor) -> Tensor:
        return self.layer(values) - self.hidden[0](values).detach() - self.hidden[0][1].running_mean


class Adapting(nn.Module):
    """Sends a loss of its own back as it runs, and goes a step by that."""

    def __init__(self) -> None:
        super().__init__()
        self.fast, self.slow = nn.Linear(4, 2), nn.Linear(4, 2)

    def forward(self, values: Tensor) -> Tensor:
        with torch.enable_grad():
            self.fast(values).square().mean().backward()
        weight = self.fast.weight
        assert weight.grad is not None
        return self.slow(values) + F.linear(values, weight.detach() - 0.1 * weight.grad.clone())


class Codebook(nn.Module):
    """Replaces what it sees by the nearest of its codes, which move after that whenever it is called."""

    codes: Tensor
    used: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.into, self.out = nn.Linear(4, 3), nn.Linear(3, 4)
        self.register_buffer("codes", torch.randn(6, 3))
        self.register_buffer("used", torch.zeros(6, dtype=torch.long))

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor]:
        made = self.into(values)
        nearest = torch.cdist(made, self.codes).argmin(-1)
        found = self.codes[nearest]
        with torch.no_grad():
            self.used += nearest.bincount(minlength=6)
            self.codes[nearest] += 0.1 * (made - found)
        return self.out(made + (found - made).detach()), nearest


class Momentum(nn.Module):
    """A student, and a teacher that follows it at every call, with a queue of what it said, as in MoCo."""

    queue: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.student, self.teacher = nn.Linear(4, 3), nn.Linear(4, 3)
        self.teacher.load_state_dict(self.student.state_dict())
        self.teacher.requires_grad_(False)
        self.register_buffer("queue", torch.randn(8, 3))

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        with torch.no_grad():
            self.teacher.weight.data = 0.9 * self.teacher.weight.data + 0.1 * self.student.weight.data
            self.teacher.bias.mul_(0.9).add_(self.student.bias, alpha=0.1)
            keys = self.teacher(other)
        scores = self.student(one) @ torch.cat([keys, self.queue]).T
        self.queue = torch.cat([keys, self.queue])[:8]
        return scores


class Chancy(nn.Module):
    """Draws from all generators there are, some of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.encode, self.decode = nn.Linear(4, 6), nn.Linear(3, 4)
        self.of_torch, self.of_numpy, self.of_python = torch.Generator(), np.random.default_rng(0), random.Random(0)

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mean, spread = self.encode(values).chunk(2, -1)
        drawn = mean + torch.randn_like(mean) * spread.exp()
        drawn = drawn + np.random.rand() + random.random()
        drawn = drawn + torch.rand(3, generator=self.of_torch) + self.of_numpy.random() + self.of_python.random()
        return self.decode(drawn), mean, spread


class Seeding(nn.Module):
    """Sets the generators itself, as somebody does who wants the same noise each time."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.drop = nn.Linear(4, 3), nn.Dropout()

    def forward(self, values: Tensor) -> Tensor:
        torch.manual_seed(3)
        np.random.seed(3)
        random.seed(3)
        return self.layer(self.drop(values) + torch.randn(4))


class InPlace(nn.Module):
    """Scales its input where it stands, and empties the list that it came in."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 2)

    def forward(self, parts: list[Tensor], more: Tensor) -> Tensor:
        values = parts.pop()
        values -= values.mean()
        values *= 2
        return self.layer(F.relu(values, inplace=True) + more.add_(1))


class MadeLater(nn.Module):
    """Makes its last layer, a buffer and a parameter at the first call, by what comes in."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 3)

    def forward(self, values: Tensor) -> Tensor:
        hidden = self.first(values)
        if not hasattr(self, "last"):
            self.last = nn.Linear(hidden.shape[-1], 2).requires_grad_(False)
            self.register_buffer("shift", hidden.detach().mean(0))
            self.scale = nn.Parameter(torch.rand(2), requires_grad=False)
        return self.last(hidden - self.shift) * self.scale


def in_a_list() -> tuple[list[Tensor], Tensor]:
    return [torch.randn(4, 4)], torch.randn(4, 4)


KEEPING: dict[str, Brought] = {
    "remembering": Brought(Remembering, normal(3)),
    "hiding": Brought(Hiding, normal(4)),
    "adapting": Brought(Adapting, normal(4)),
    "codebook": Brought(Codebook, normal(4)),
    "momentum": Brought(Momentum, several(normal(4), normal(4))),
    "chancy": Brought(Chancy, normal(4)),
    "seeding": Brought(Seeding, normal(4)),
    "in place": Brought(InPlace, in_a_list),
    "made later": Brought(MadeLater, normal(4)),
}
