"""Finds the loss of a user's own model: what fits its outputs and targets, or what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from engine.capture.tensors import first_tensor
from engine.training.config import ExperimentError
from engine.user_training.code import load_function, own_code
from engine.user_training.settings import LOSSES

OwnLoss = Callable[[Any, Tensor], Tensor]


def find_loss(asked: str, output: Any, targets: Tensor) -> OwnLoss:
    """Return the loss that is asked for, or, for "", the one that fits a model's output and the targets.

    Raises `ExperimentError`, with their shapes, where outputs and targets do not go together.
    """
    if ".py:" in asked:
        function = load_function(asked)

        def own(output: Any, targets: Tensor) -> Tensor:
            with own_code(asked, asked):
                value = function(output, targets)
            if not isinstance(value, Tensor) or value.numel() != 1:
                raise ExperimentError(f"{asked} must return one number as a tensor, not {_shape_of(value)}")
            return value

        return own
    if asked and asked not in LOSSES:
        raise ExperimentError(f"loss must be one of {', '.join(LOSSES)}, or FILE.py:FUNCTION, not {asked!r}")
    tensor = first_tensor(output)
    if tensor is None:
        raise ExperimentError(f"the model puts out {type(output).__name__} without a tensor: name a --loss of your own")
    name = asked or _fitting(tensor, targets)
    (_check_classes if name == "cross_entropy" else _check_alike)(name, tensor, targets)
    compute = _COMPUTED[name]
    return lambda output, targets: compute(_tensor(output), targets)


def _fitting(output: Tensor, targets: Tensor) -> str:
    """Return the name of the loss that fits; of classes 0 and 1 with one score for both it is the binary one."""
    if targets.is_floating_point():
        return "mse"
    one_score = output.numel() == targets.numel() and set(targets.unique().tolist()) <= {0, 1}
    return "bce" if one_score else "cross_entropy"


def class_axis(scores: Tensor, targets: Tensor) -> int:
    """Return the axis of scores that is that of the classes of targets: the last, or PyTorch's own, 1."""
    return -1 if scores.shape[:-1] == targets.shape or scores.ndim < 2 else 1


def _tensor(output: Any) -> Tensor:
    tensor = first_tensor(output)
    if tensor is None:
        raise ExperimentError(f"the model puts out {type(output).__name__} without a tensor")
    return tensor


def _cross_entropy(scores: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross-entropy of scores (batch, …, class), or (batch, class, …), for classes (batch, …)."""
    scores = scores.movedim(class_axis(scores, targets), -1)
    return F.cross_entropy(scores.flatten(0, -2), targets.flatten())


def _binary(scores: Tensor, targets: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(scores, targets.to(scores.dtype).reshape(scores.shape))


_COMPUTED: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cross_entropy": _cross_entropy,
    "mse": F.mse_loss,
    "l1": F.l1_loss,
    "bce": _binary,
}


def _check_classes(name: str, scores: Tensor, targets: Tensor) -> None:
    axis = class_axis(scores, targets)
    if targets.is_floating_point() or not scores.ndim or scores.movedim(axis, -1).shape[:-1] != targets.shape:
        raise ExperimentError(
            f"{name} takes scores (batch, …, class), or (batch, class, …), and whole-number targets (batch, …); the "
            f"model puts out {tuple(scores.shape)} and the targets are {tuple(targets.shape)} {targets.dtype}"
        )
    if int(targets.max()) >= scores.shape[axis] or int(targets.min()) < 0:
        raise ExperimentError(
            f"the targets go from {int(targets.min())} to {int(targets.max())}, and the model has scores for the "
            f"classes 0 to {scores.shape[axis] - 1}: number the classes from 0"
        )


def _check_alike(name: str, output: Tensor, targets: Tensor) -> None:
    alike = output.numel() == targets.numel() if name == "bce" else output.shape == targets.shape
    if not alike:
        raise ExperimentError(
            f"{name} takes outputs and targets of the same shape; the model puts out {tuple(output.shape)} and the "
            f"targets are {tuple(targets.shape)}"
        )


def _shape_of(value: Any) -> str:
    return f"a tensor {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
