"""Describes the arrays of a recording, and how they were read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class ArrayInfo:
    """An array as it can be read: `shape` counts committed rows, `digest` is "" while they grow."""

    name: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    nbytes_stored: int
    digest: str


@dataclass(frozen=True)
class Read:
    """One access to an array: its name, and the selection as plain JSON (axes read whole are left out).

    at: the time in the film when it was first read, in seconds, where a film is made.
    """

    array: str
    selection: dict[str, Any]
    at: float = field(default=0.0, compare=False)
