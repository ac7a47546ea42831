"""Reads the residual stream of a pass, to which each block adds, from recorded values."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def stream_of(values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the stream before the first block and behind each, (layer + 1, position, feature), of a pass of one text.

    values: a snapshot's values by name, of which the `embedding` and the `residual` of every block are taken (see
    `engine.capture.hook_points`).
    """
    embedding = next(value for name, value in values.items() if f".{name}".endswith(".embedding"))
    residual = [value for name, value in values.items() if name.endswith(".residual")]
    return np.concatenate([embedding, *residual])
