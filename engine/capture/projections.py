"""Finds the matrices of an attention module, head by head, in whichever form a model keeps them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn

from engine.capture.attention.output_matrix import matrix_of
from engine.capture.hook_points import HookPoint
from engine.recording.format.layout import RecordingError

_SEPARATE = (("q_proj", "k_proj", "v_proj"), ("query", "key", "value"), ("q_lin", "k_lin", "v_lin"))
_FUSED = ("c_attn", "qkv_proj")  # query, key and value rows one after the other


@dataclass(frozen=True)
class Projections:
    """The matrices W_Q (head, feature, in), W_K and W_V (group, feature, in), W_O (head, out, feature); no biases."""

    query: np.ndarray
    key: np.ndarray
    value: np.ndarray
    output: np.ndarray

    @property
    def counts(self) -> dict[str, int]:
        """The number of weights of each matrix, by name."""
        return {name: int(matrix.size) for name, matrix in vars(self).items()}


def projections_of(attention: HookPoint, heads: int, groups: int) -> Projections:
    """Return the matrices of an attention module of `heads` heads, with `groups` groups that share keys and values.

    Raises `RecordingError` where it keeps them in a way that is not known here.
    """
    query, key, value = _rows(attention, heads, groups)
    if attention.projection is None:
        raise RecordingError(f"{attention.path} has no matrix that mixes its heads")
    output = matrix_of(attention.projection).detach().float().numpy()  # (out, head·feature)
    return Projections(
        query.reshape(heads, -1, query.shape[1]),
        key.reshape(groups, -1, key.shape[1]),
        value.reshape(groups, -1, value.shape[1]),
        output.reshape(len(output), heads, -1).transpose(1, 0, 2),
    )


def _rows(attention: HookPoint, heads: int, groups: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the matrices as (head·feature, in) each."""
    parts = dict(attention.module.named_children())
    for names in _SEPARATE:
        if all(name in parts for name in names):
            query, key, value = (_array(matrix_of(parts[name])) for name in names)
            return query, key, value
    for name in _FUSED:
        if name in parts:
            whole = _array(matrix_of(parts[name]))
            size = len(whole) // (heads + 2 * groups)
            query, key, value = np.split(whole, [heads * size, (heads + groups) * size])
            return query, key, value
    raise RecordingError(
        f"{type(attention.module).__name__} has the parts {', '.join(parts) or 'none'}, among which its queries, keys "
        "and values are not found: choose another --model"
    )


def _array(matrix: Tensor) -> np.ndarray:
    values: np.ndarray = matrix.detach().float().numpy()
    return values


def size_of(module: nn.Module) -> int:
    """Return how many parameters a module has, each counted once."""
    return sum(parameter.numel() for parameter in module.parameters())
