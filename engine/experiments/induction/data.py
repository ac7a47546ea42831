"""Draws random sequences whose beginning is repeated.

[1] Olsson et al., *In-context Learning and Induction Heads*, 2022.
"""

from __future__ import annotations

import numpy as np


def repeated_sequences(
    generator: np.random.Generator, count: int, vocabulary: int, length: int, shortest: int
) -> np.ndarray:
    """Return token ids (batch, position), each sequence a random beginning repeated to the end [1].

    Beginnings have from `shortest` to `length` / 2 tokens, all different: so the place of a repetition cannot be known
    without looking for it, and each copy holds a token once.
    """
    tokens = generator.permuted(np.tile(np.arange(vocabulary), (count, 1)), axis=1)  # (batch, token)
    periods = generator.integers(shortest, length // 2 + 1, size=(count, 1))
    return np.take_along_axis(tokens, np.arange(length) % periods, axis=1)
