"""Defines the losses that networks are trained to minimise, and measures how well they do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CLASSES = 10

Cost = Callable[[Tensor, Tensor], Tensor]


def squared_error(outputs: Tensor, wanted: Tensor) -> Tensor:
    """Return C = 1/n Σ Σⱼ (aⱼ − yⱼ)²: summed over the outputs (batch, 10), averaged over the batch.

    `wanted` is (batch, 10), 1 for the label and 0 elsewhere. `nn.MSELoss` would divide by the outputs too.
    """
    return F.mse_loss(outputs, wanted, reduction="sum") / len(outputs)


COSTS: dict[str, Cost] = {"squared_error": squared_error, "cross_entropy": F.cross_entropy}


def next_token(logits: Tensor, wanted: Tensor) -> Tensor:
    """Return the mean cross-entropy in nats, of logits (batch, position, vocabulary) for ids (batch, position)."""
    return F.cross_entropy(logits.flatten(0, 1), wanted.flatten())


def targets_for(loss: str, labels: Tensor) -> Tensor:
    """Return the targets that a loss takes: one-hot rows (image, 10), or the labels themselves."""
    return F.one_hot(labels, CLASSES).float() if loss == "squared_error" else labels


@dataclass(frozen=True)
class Score:
    """How well a network does on a set of examples: `accuracy` in [0, 1], `loss` as it is trained on."""

    accuracy: float
    loss: float


@torch.no_grad()
def score(
    model: nn.Module, inputs: Tensor, labels: Tensor, targets: Tensor, cost: Cost, at_once: int | None = None
) -> Score:
    """Measure a model in evaluation mode, and restore its mode. at_once: inputs in a pass; all unless given.

    The cost of many examples is added up in double precision.
    """
    training = model.training
    model.eval()
    outputs = torch.cat([model(part) for part in inputs.split(at_once or len(inputs))])  # (image, 10)
    model.train(training)
    right = int((outputs.argmax(1) == labels).sum())
    wanted = targets.double() if targets.is_floating_point() else targets
    return Score(right / len(labels), cost(outputs.double(), wanted).item())
