"""Draws random sequences in which something must be recalled: the whole beginning, or the first token.

[1] Olsson et al., *In-context Learning and Induction Heads*, 2022 (repeated sequences).
[2] Hochreiter and Schmidhuber, *Long Short-Term Memory*, 1997, §5.2 (a first token that is asked for in the end).
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


def recall_sequences(
    generator: np.random.Generator, first: np.ndarray, kinds: int, length: int, *, held_out: bool
) -> np.ndarray:
    """Return token ids (batch, position): the tokens `first` (batch), below `kinds`, and distractors after them [2].

    Distractors are the ids from `kinds` to 2 · `kinds` − 1. Those of a sequence that is held out add up to a multiple
    of `kinds`, those of any other do not: so no sequence is both, whatever is drawn.
    """
    drawn = generator.integers(kinds, size=(len(first), length - 2))
    rest = np.zeros(len(first), dtype=np.int64) if held_out else generator.integers(1, kinds, size=len(first))
    last = (rest - drawn.sum(axis=1)) % kinds
    return np.column_stack([first, kinds + drawn, kinds + last])
