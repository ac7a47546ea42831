"""The network as a program: the code that is shown on screen is the code that is run."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Sequence

import numpy as np

from scenes.measures.functions import sigmoid


def run_network(layers: Sequence[tuple[np.ndarray, np.ndarray]], a: np.ndarray) -> np.ndarray:
    """Return the ten answers. layers: W (out, in) and b (out,) of each. a: (784,) pixels.

    The loop is the code that is shown on screen: it is read from here.
    """
    for W, b in layers:
        a = sigmoid(W @ a + b)
    return a


def shown_code() -> str:
    """Return the two lines of `run_network` that compute the network, as they stand in it."""
    lines = inspect.getsource(run_network).splitlines()
    first = next(k for k, line in enumerate(lines) if line.lstrip().startswith("for "))
    return textwrap.dedent("\n".join(lines[first : first + 2]))
