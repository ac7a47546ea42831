"""Models whose ways meet in every manner, as people write them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from engine.capture.tracing.module_graph import trace_module_graph
from engine.recording.format.structure import Structure


class Pooled(nn.Module):
    """Two convolutions that share their pooling."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2, self.pool = nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5), nn.MaxPool2d(2)
        self.fc = nn.Linear(400, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(relu(self.conv1(x)))
        return self.fc(torch.flatten(self.pool(relu(self.conv2(x))), 1))


class Joining(nn.Module):
    """Two ways that come together by a function, behind a number that is added to one of them."""

    def __init__(self, join: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.left, self.right, self.last = (nn.Linear(4, 4) for _ in range(4))
        self.join = join

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        return self.last(relu(self.join(self.left(x) + 1, relu(self.right(x)))))


class Placed(nn.Module):
    """Embeddings of words and of places, of which the latter take in nothing of the probe."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(9, 4), nn.Embedding(6, 4)
        self.norm, self.head = nn.LayerNorm(4), nn.Linear(4, 9)

    def forward(self, x: Tensor) -> Tensor:
        ids = x.abs().long().clamp(0, 8)
        return self.head(self.norm(self.words(ids) + self.places(torch.arange(6))))


class Layered(nn.Module):
    """Layers in a list, of which each is added to what came before, by the same line of code."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(4, 4) for _ in range(count))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = x + layer(x).tanh()
        return x


class Again(nn.Module):
    """A layer that is gone through several times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.layer, self.head, self.times = nn.Linear(4, 4), nn.Linear(4, 2), times

    def forward(self, x: Tensor) -> Tensor:
        state = x
        for _ in range(self.times):
            state = torch.tanh(self.layer(state) + x)
        return self.head(state)


class Named(nn.Module):
    """Two inputs and two outputs by names, and an input that nothing is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.marks, self.head = nn.Linear(4, 4), nn.Linear(3, 4), nn.Linear(4, 2)

    def forward(self, words: Tensor, marks: Tensor, unused: Tensor) -> dict[str, Tensor]:
        hidden = self.words(words) * self.marks(marks)
        return {"hidden": hidden, "logits": self.head(hidden)}


def traced(model: nn.Module, *shape: int) -> Structure:
    """Return the structure of a model, as a recording has it."""
    structure = trace_module_graph(model, torch.randn(*shape))
    return Structure.from_json(structure.to_json())
