"""Draws random sequences whose first token must be recalled.

[1] Hochreiter and Schmidhuber, *Long Short-Term Memory*, 1997, §5.2 (a first token that is asked for in the end).
"""

from __future__ import annotations

import numpy as np


def recall_sequences(
    generator: np.random.Generator, first: np.ndarray, kinds: int, length: int, *, held_out: bool
) -> np.ndarray:
    """Return token ids (batch, position): the tokens `first` (batch), below `kinds`, and distractors after them [1].

    Distractors are the ids from `kinds` to 2 · `kinds` − 1. Those of a sequence that is held out add up to a multiple
    of `kinds`, those of any other do not: so no sequence is both, whatever is drawn.
    """
    drawn = generator.integers(kinds, size=(len(first), length - 2))
    rest = np.zeros(len(first), dtype=np.int64) if held_out else generator.integers(1, kinds, size=len(first))
    last = (rest - drawn.sum(axis=1)) % kinds
    return np.column_stack([first, kinds + drawn, kinds + last])
