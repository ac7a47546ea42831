"""Infers what a model is trained for from its outputs and targets."""

from __future__ import annotations

from torch import Tensor

CLASSIFICATION, REGRESSION, TOKENS, UNKNOWN = "classification", "regression", "tokens", ""


def task_of(output: Tensor | None, target: Tensor | None) -> str:
    """Return the task: classes (batch) from scores (batch, class), tokens (batch, position) from scores of each, or as
    many floats as the output has; "" where it is none of these.
    """
    if output is None or target is None:
        return UNKNOWN
    if target.is_floating_point():
        same = output.numel() == target.numel() and len(output) == len(target)
        return REGRESSION if same else UNKNOWN
    if output.ndim == 2 and target.ndim == 1 and len(output) == len(target):
        return CLASSIFICATION
    return TOKENS if output.ndim == 3 and target.shape == output.shape[:2] else UNKNOWN
