"""Small models of all families, each with a batch, what is right for it and a probe: what a user may bring along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.capture.inputs import Inputs


@dataclass(frozen=True)
class Family:
    """build: a model from the generator as it stands. inputs: of a batch of so many."""

    build: Callable[[], nn.Module]
    inputs: Callable[[int], Inputs]
    loss: Callable[[Any], Tensor] = lambda output: output.square().mean()


@dataclass
class Scores:
    """What some models put out."""

    scores: Tensor
    hidden: Tensor


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)
        self.norm, self.relu = nn.BatchNorm2d(8), nn.ReLU(inplace=True)
        self.pool, self.head = nn.AdaptiveAvgPool2d(1), nn.Linear(8, 4)

    def forward(self, picture: Tensor) -> Tensor:
        first = self.relu(self.conv1(picture))
        added = self.norm(self.conv2(first))
        added += first
        return self.head(self.pool(self.relu(added)).flatten(1))


class Recurrent(nn.Module):
    def __init__(self, cell: type[nn.RNNBase]) -> None:
        super().__init__()
        self.embed, self.rnn, self.head = nn.Embedding(10, 6), cell(6, 8, batch_first=True), nn.Linear(8, 3)

    def forward(self, tokens: Tensor) -> Tensor:
        states, _ = self.rnn(self.embed(tokens))
        return self.head(states[:, -1])


class Cells(nn.Module):
    def __init__(self, cell: type[nn.RNNCellBase]) -> None:
        super().__init__()
        self.cell, self.head = cell(4, 5), nn.Linear(5, 2)

    def forward(self, sequence: Tensor) -> Tensor:
        state: Any = None
        for step in sequence.unbind(1):
            state = self.cell(step, state)
        return self.head(state[0] if isinstance(state, tuple) else state)


class Attending(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention, self.norm = nn.MultiheadAttention(8, 2, batch_first=True), nn.LayerNorm(8)

    def forward(self, sequence: Tensor) -> Tensor:
        return self.norm(sequence + self.attention(sequence, sequence, sequence, need_weights=False)[0])


class OwnAttention(nn.Module):
    """Attention as nanoGPT writes it."""

    def __init__(self) -> None:
        super().__init__()
        self.project, self.out = nn.Linear(8, 24), nn.Linear(8, 8)

    def forward(self, sequence: Tensor) -> Tensor:
        parts = [part.unflatten(-1, (2, 4)).transpose(1, 2) for part in self.project(sequence).chunk(3, -1)]
        mixed = F.scaled_dot_product_attention(*parts, is_causal=True)
        return self.out(mixed.transpose(1, 2).flatten(2))


class Encoded(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed, self.position = nn.Embedding(9, 8), nn.Parameter(torch.randn(6, 8))
        layer = nn.TransformerEncoderLayer(8, 2, 16, 0.1, batch_first=True)
        self.encoder, self.head = nn.TransformerEncoder(layer, 2), nn.Linear(8, 9)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.encoder(self.embed(tokens) + self.position))


class Translating(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.transformer = nn.Transformer(8, 2, 1, 1, 16, 0.1, batch_first=False)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        return self.transformer(source, target)


class Several(nn.Module):
    """Takes two inputs by name, shares a module, puts out a dict."""

    def __init__(self) -> None:
        super().__init__()
        self.shared, self.relu, self.frozen = nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4)
        self.frozen.requires_grad_(False)
        self.unused = nn.Linear(2, 2)

    def forward(self, left: Tensor, right: Tensor) -> dict[str, Tensor]:
        return {"scores": self.frozen(self.relu(self.shared(self.relu(self.shared(left))) * right))}


class PutsOutADataclass(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer, self.dropout, self.still = nn.Linear(4, 4), nn.Dropout(0.5), nn.BatchNorm1d(4)

    def train(self, mode: bool = True) -> PutsOutADataclass:
        super().train(mode)
        self.still.eval()  # as one does with what was trained before
        return self

    def forward(self, values: Tensor) -> Scores:
        hidden = self.dropout(self.still(self.layer(values)).relu_())
        return Scores(hidden * 2, hidden)


def _tokens(highest: int, length: int) -> Callable[[int], Tensor]:
    return lambda count: torch.randint(0, highest, (count, length))


def _vectors(*shape: int) -> Callable[[int], Tensor]:
    return lambda count: torch.randn(count, *shape)


FAMILIES: dict[str, Family] = {
    "dense": Family(lambda: nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Dropout(0.2), nn.Linear(8, 2)), _vectors(4)),
    "residual": Family(Residual, _vectors(3, 8, 8)),
    "line": Family(lambda: nn.Sequential(nn.Conv1d(2, 4, 3), nn.LayerNorm(6), nn.ReLU(inplace=True)), _vectors(2, 8)),
    "rnn": Family(lambda: Recurrent(nn.RNN), _tokens(10, 5)),
    "lstm": Family(lambda: Recurrent(nn.LSTM), _tokens(10, 5)),
    "gru": Family(lambda: Recurrent(nn.GRU), _tokens(10, 5)),
    "lstm cells": Family(lambda: Cells(nn.LSTMCell), _vectors(6, 4)),
    "gru cells": Family(lambda: Cells(nn.GRUCell), _vectors(6, 4)),
    "attention": Family(Attending, _vectors(5, 8)),
    "own attention": Family(OwnAttention, _vectors(5, 8)),
    "encoder": Family(Encoded, _tokens(9, 6)),
    "transformer": Family(Translating, lambda count: (torch.randn(6, count, 8), torch.randn(4, count, 8))),
    "several": Family(
        Several,
        lambda count: {"left": torch.randn(count, 4), "right": torch.randn(count, 4)},
        lambda output: output["scores"].square().mean(),
    ),
    "dataclass": Family(PutsOutADataclass, _vectors(4), lambda output: output.scores.square().mean()),
}
