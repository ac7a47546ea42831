"""Models without pictures or sequences: of vectors, points and graphs; shared, looped, routed, adapted."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.engine.recorder.thirty.brought import SGD, Brought, normal, several


class Twins(nn.Module):
    """One network for two inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.tower = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3))
        self.compare = nn.Bilinear(3, 3, 2)

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        return self.compare(self.tower(left), self.tower(right))


class Tied(nn.Module):
    """An autoencoder whose way out has the matrix of its way in, and a module under two names."""

    def __init__(self) -> None:
        super().__init__()
        self.into, self.act, self.bias = nn.Linear(5, 3), nn.Softplus(), nn.Parameter(torch.zeros(5))
        self.same, self.again = self.into, nn.Linear(5, 3)
        self.again.weight = self.into.weight

    def forward(self, values: Tensor) -> Tensor:
        return F.linear(self.act(self.again(values)), self.same.weight.t(), self.bias)


class Looping(nn.Module):
    """One module that is called again and again: a differential equation, solved by Runge and Kutta's rule."""

    def __init__(self) -> None:
        super().__init__()
        self.change, self.read = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 4)), nn.Linear(4, 2)

    def forward(self, values: Tensor) -> Tensor:
        for _ in range(3):
            first = self.change(values)
            second = self.change(values + first / 6)
            third = self.change(values + second / 6)
            values = values + (first + 2 * second + 2 * third + self.change(values + third / 3)) / 18
        return self.read(values)


class Points(nn.Module):
    """A cloud of points, turned as it finds best, of which the greatest values count, as in PointNet."""

    def __init__(self) -> None:
        super().__init__()
        self.turn = nn.Sequential(nn.Conv1d(3, 6, 1), nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(6, 9))
        self.each, self.head = nn.Sequential(nn.Conv1d(3, 8, 1), nn.BatchNorm1d(8), nn.ReLU()), nn.Linear(8, 2)

    def forward(self, points: Tensor) -> Tensor:
        matrix = self.turn(points.transpose(1, 2)).view(-1, 3, 3) + torch.eye(3)
        return self.head(self.each((points @ matrix).transpose(1, 2)).amax(2))


class SageLayer(nn.Module):
    """A node, and the mean of its neighbours, as in GraphSAGE."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.own, self.others = nn.Linear(into, out), nn.Linear(into, out, bias=False)

    def forward(self, nodes: Tensor, adjacency: Tensor) -> Tensor:
        return self.own(nodes) + self.others(adjacency @ nodes / adjacency.sum(-1, keepdim=True).clamp(min=1))


class Sage(nn.Module):
    """Two such layers."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = SageLayer(3, 5), SageLayer(5, 2)

    def forward(self, nodes: Tensor, adjacency: Tensor) -> Tensor:
        return self.second(self.first(nodes, adjacency).relu(), adjacency)


class SparseGraph(nn.Module):
    """Convolutions on a graph given by the places where it is not 0, with the way home in a sparse buffer."""

    home: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(3, 5), nn.Linear(5, 2)
        self.register_buffer("home", torch.eye(4).to_sparse())

    def forward(self, nodes: Tensor, adjacency: Tensor) -> Tensor:
        ways: Any = adjacency + self.home
        return torch.sparse.mm(ways, self.second(torch.sparse.mm(ways, self.first(nodes)).relu()))


class Radiance(nn.Module):
    """Density and colour of a place in a scene, seen from somewhere, as in NeRF."""

    frequencies: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("frequencies", 2.0 ** torch.arange(3), persistent=False)
        self.low, self.high = nn.Linear(18, 8), nn.Linear(26, 8)
        self.density = nn.Sequential(nn.Linear(8, 1), nn.Softplus())
        self.colour = nn.Sequential(nn.Linear(11, 3), nn.Sigmoid())

    def forward(self, place: Tensor, direction: Tensor) -> tuple[Tensor, Tensor]:
        angles = (place[..., None] * self.frequencies).flatten(1)
        waves = torch.cat([angles.sin(), angles.cos()], 1)
        values = self.high(torch.cat([waves, self.low(waves).relu()], 1)).relu()
        return self.density(values), self.colour(torch.cat([values, direction], 1))


class Experts(nn.Module):
    """Experts of which each example goes to one: who sees how many is decided by the numbers, and some see none."""

    def __init__(self) -> None:
        super().__init__()
        self.router, self.experts = nn.Linear(4, 5), nn.ModuleList(nn.Linear(4, 3) for _ in range(5))

    def forward(self, values: Tensor) -> Tensor:
        share, chosen = self.router(values).softmax(-1).max(-1)
        out = values.new_zeros(len(values), 3)
        for number, expert in enumerate(self.experts):
            if number < 2 or (chosen == number).any():  # the first two are called for nobody, too
                out[chosen == number] = expert(values[chosen == number])
        return out * share[:, None]


class EarlyExit(nn.Module):
    """Goes deeper where it is not sure yet; while it trains it puts out what it thinks underway, too."""

    def __init__(self) -> None:
        super().__init__()
        self.layers, self.heads = (
            nn.ModuleList(nn.Linear(4, 4) for _ in range(3)),
            nn.ModuleList(nn.Linear(4, 2) for _ in range(3)),
        )

    def forward(self, values: Tensor) -> Any:
        underway = []
        for layer, head in zip(self.layers, self.heads, strict=True):
            values = layer(values).tanh()
            underway.append(head(values))
            if not self.training and underway[-1].abs().mean() > 0.25:
                break
        return underway if self.training else underway[-1]


class BesideFrozen(nn.Module):
    """A frozen layer of whole numbers, and beside it a narrow one that learns, as adapters have it."""

    def __init__(self) -> None:
        super().__init__()
        self.base = nn.Parameter(torch.randint(-9, 9, (6, 4), dtype=torch.int8), requires_grad=False)
        self.frozen, self.down, self.up = nn.Linear(6, 3), nn.Linear(4, 2, bias=False), nn.Linear(2, 6, bias=False)
        self.frozen.requires_grad_(False)
        nn.init.zeros_(self.up.weight)

    def forward(self, values: Tensor) -> Tensor:
        return self.frozen(F.linear(values, self.base.float() / 9) + self.up(self.down(values)))


class Hyper(nn.Module):
    """A network that makes the weights of another one."""

    def __init__(self) -> None:
        super().__init__()
        self.maker, self.code = nn.Linear(3, 12), nn.Parameter(torch.randn(3))

    def forward(self, values: Tensor) -> Tensor:
        return F.linear(values, self.maker(self.code).view(3, 4))


class RootParameters(nn.Module):
    """Parameters of the model's own, in lists and by name, one of them a single number, and no module inside."""

    def __init__(self) -> None:
        super().__init__()
        self.output, self.scale = nn.Parameter(torch.randn(4, 3)), nn.Parameter(torch.tensor(0.7))
        self.listed = nn.ParameterList([torch.randn(3, 3), torch.randn(3)])
        self.named = nn.ParameterDict({"shift": torch.randn(3)})
        self.never = nn.Parameter(torch.randn(2))

    def forward(self, values: Tensor) -> Tensor:
        return (values @ self.output).sin() @ self.listed[0] * self.scale + self.listed[1] + self.named["shift"]


class Scalars(nn.Module):
    """Puts out its loss, a single number, and whole numbers and yes or no on the way."""

    class Choice(nn.Module):
        def forward(self, scores: Tensor) -> Tensor:
            return scores.argmax(-1)

    class Sure(nn.Module):
        def forward(self, scores: Tensor) -> Tensor:
            return scores.softmax(-1).amax(-1) > 0.5

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.choice, self.sure, self.loss = (
            nn.Linear(4, 3),
            self.Choice(),
            self.Sure(),
            nn.CrossEntropyLoss(),
        )

    def forward(self, values: Tensor) -> Tensor:
        scores = self.layer(values)
        return self.loss(scores, self.choice(values[:, :3])) + scores[self.sure(scores)].sum() / 10


class Choosy(nn.Module):
    """Takes a flag, nothing, and lists within lists."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.other = nn.Linear(4, 4), nn.Linear(4, 2)

    def forward(self, nested: Any, mask: Tensor | None = None, how: str = "sum", *, twice: bool = False) -> list[Any]:
        first, (second, rest) = nested
        values = self.layer(first + second) + (rest["last"] if how == "sum" else 0)
        return [None, {"scores": self.other(values if mask is None else values * mask) * (2 if twice else 1)}]


def dense_graph() -> tuple[Tensor, Tensor]:
    return torch.randn(4, 3), (torch.rand(4, 4) > 0.5).float()


def sparse_graph() -> tuple[Tensor, Tensor]:
    nodes, adjacency = dense_graph()
    return nodes, adjacency.to_sparse()


def nested_inputs() -> dict[str, Any]:
    parts = torch.randn(3, 4, 4).unbind(0)
    return {"nested": [parts[0], (parts[1], {"last": parts[2]})], "mask": None, "how": "sum", "twice": True}


def dropping_out() -> nn.Module:
    return nn.Sequential(
        nn.Linear(4, 8), nn.Tanh(), nn.Dropout(0.3), nn.Linear(8, 6), nn.AlphaDropout(0.2), nn.Linear(6, 2)
    )


def tower() -> nn.Module:
    return nn.Sequential(*(layer for _ in range(50) for layer in (nn.Linear(3, 3), nn.SELU())), nn.Linear(3, 1))


PLAIN: dict[str, Brought] = {
    "perceptron": Brought(dropping_out, normal(4), SGD),
    "tower": Brought(tower, normal(3), SGD),
    "twins": Brought(Twins, several(normal(4), normal(4))),
    "tied": Brought(Tied, normal(5)),
    "looping": Brought(Looping, normal(4)),
    "points": Brought(Points, normal(7, 3)),
    "graph": Brought(Sage, dense_graph, SGD),
    "sparse graph": Brought(SparseGraph, sparse_graph),
    "radiance": Brought(Radiance, several(normal(3), normal(3))),
    "experts": Brought(Experts, normal(4)),
    "early exit": Brought(EarlyExit, normal(4), SGD),
    "adapted": Brought(BesideFrozen, normal(4)),
    "hyper": Brought(Hyper, normal(4)),
    "root parameters": Brought(RootParameters, normal(4)),
    "scalars": Brought(Scalars, normal(4)),
    "choosy": Brought(Choosy, nested_inputs),
}
