"""Small recordings of models of many kinds, trained for a few steps, as a user's own training leaves them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.recording import Recording
from tests.scenes.animate.runs.loops import record_steps

BATCH = 8


class Skipping(nn.Module):
    """A block that its input passes by."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.second(torch.relu(self.first(x))) + x)


class Residual(nn.Module):
    """Convolutions with several blocks that are built alike."""

    def __init__(self, blocks: int = 8) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 4, 3, padding=1)
        self.blocks = nn.Sequential(*[Skipping(4) for _ in range(blocks)])
        self.head = nn.Linear(4 * 6 * 6, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(torch.flatten(self.blocks(torch.relu(self.stem(x))), 1))


class Reader(nn.Module):
    """A recurrent net that answers by its last state."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.rnn, self.head = nn.Embedding(5, 6), nn.GRU(6, 7, batch_first=True), nn.Linear(7, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.rnn(self.embed(x))[0][:, -1])


class Attending(nn.Module):
    """A transformer with a parameter of its own that is in no layer."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.place = nn.Embedding(5, 8), nn.Parameter(torch.zeros(6, 8))
        layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.encoder(self.embed(x) + self.place))


def dense() -> tuple[nn.Module, Tensor, Tensor]:
    """Return a net of few units, two classes."""
    model = nn.Sequential(nn.Linear(2, 5), nn.ReLU(), nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 2))
    return model, torch.randn(BATCH, 2), torch.arange(BATCH) % 2


def regression() -> tuple[nn.Module, Tensor, Tensor]:
    """Return a net that puts out one number."""
    return nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 1)), torch.randn(BATCH, 1), torch.randn(BATCH, 1)


def pictures() -> tuple[nn.Module, Tensor, Tensor]:
    """Return convolutions with skip connections."""
    return Residual(), torch.rand(BATCH, 1, 6, 6), torch.arange(BATCH) % 3


def colours() -> tuple[nn.Module, Tensor, Tensor]:
    """Return a convolution of more channels than are drawn, on pictures with colours."""
    layers = (nn.Conv2d(3, 20, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(20, 12))
    return nn.Sequential(*layers), torch.rand(BATCH, 3, 9, 7), torch.arange(BATCH) % 12


def volumes() -> tuple[nn.Module, Tensor, Tensor]:
    """Return a convolution over space."""
    layers = (nn.Conv3d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 3))
    return nn.Sequential(*layers), torch.rand(BATCH, 1, 4, 4, 4), torch.arange(BATCH) % 3


def reader() -> tuple[nn.Module, Tensor, Tensor]:
    """Return a recurrent net."""
    return Reader(), torch.randint(0, 5, (BATCH, 6)), torch.arange(BATCH) % 3


def attending() -> tuple[nn.Module, Tensor, Tensor]:
    """Return a transformer that answers at each position."""
    tokens = torch.randint(0, 5, (BATCH, 6))
    return Attending(), tokens, tokens.flip(1)


def deep() -> tuple[nn.Module, Tensor, Tensor]:
    """Return more layers in a line than two rows have room for, none like its neighbour."""
    sizes = [2, *(3 + k % 7 for k in range(20)), 2]
    layers = [nn.Linear(a, b) for a, b in pairwise(sizes)]
    return nn.Sequential(*layers), torch.randn(BATCH, 2), torch.arange(BATCH) % 2


def one() -> tuple[nn.Module, Tensor, Tensor]:
    """Return a single module that is the whole model, of one unit."""
    return nn.Linear(1, 1), torch.randn(BATCH, 1), torch.randn(BATCH, 1)


MODELS = {
    "dense": dense,
    "regression": regression,
    "pictures": pictures,
    "colours": colours,
    "volumes": volumes,
    "reader": reader,
    "attending": attending,
    "deep": deep,
    "one": one,
}


def record_model(kind: str, path: Path, *, steps: int = 2, probe: bool = True, **settings: Any) -> Recording:
    """Train a model of a kind for some steps and return its recording."""
    torch.manual_seed(0)
    model, inputs, target = MODELS[kind]()
    optimizer = torch.optim.SGD(model.parameters(), 0.05)
    given: dict[str, Any] = {"probe": inputs, "target": target} if probe else {}
    return record_steps(
        path, model, inputs, lambda output: output.square().mean(), optimizer, steps, **given, **settings
    )
