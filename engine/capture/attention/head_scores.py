"""Scores what single attention heads do, from 0 to 1, by their patterns.

[1] Olsson et al., *In-context Learning and Induction Heads*, 2022 (previous-token and induction heads).
[2] Nanda and Bloom, *TransformerLens*, 2022, `head_detector` (previous-, current- and duplicate-token scores).
[3] Xiao et al., *Efficient Streaming Language Models with Attention Sinks*, 2023 (heads that rest on the first token).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np


def previous_token(pattern: np.ndarray) -> np.ndarray:
    """Return the mean weight that a token gives to the one before it [1], of a pattern (…, query, key)."""
    return np.diagonal(pattern, offset=-1, axis1=-2, axis2=-1).mean(-1)


def current_token(pattern: np.ndarray) -> np.ndarray:
    """Return the mean weight that a token gives to itself [2], the first token left out: it can look nowhere else."""
    return np.diagonal(pattern, axis1=-2, axis2=-1)[..., 1:].mean(-1)


def first_token(pattern: np.ndarray) -> np.ndarray:
    """Return the mean weight that the tokens give to the first one [3], that one itself left out."""
    return pattern[..., 1:, 0].mean(-1)


def duplicate_token(pattern: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """Return the mean weight that a token gives to earlier copies of itself [2], over tokens that have one.

    tokens: (position,). Where no token comes twice the score is 0.
    """
    copies = np.tril(tokens[:, None] == tokens[None, :], k=-1)  # (query, key)
    having = copies.any(-1)
    if not having.any():
        return np.zeros(pattern.shape[:-2])
    return (pattern * copies).sum(-1)[..., having].mean(-1)


def induction(pattern: np.ndarray, period: int) -> np.ndarray:
    """Return the mean weight that a token of a repeated sequence gives to what came after it the last time [1].

    pattern: on a sequence of random tokens that is repeated after `period` of them, (…, query, key). Only tokens that
    have been there before count.
    """
    return np.diagonal(pattern, offset=1 - period, axis1=-2, axis2=-1)[..., 1:].mean(-1)


def look_back(pattern: np.ndarray) -> np.ndarray:
    """Return the greatest weight that the last token gives to one that is neither the first, itself nor the one before.

    This definition is ours: a head with a high score brings something from further back to the last token.
    """
    between = pattern[..., -1, 1:-2]
    return between.max(-1) if between.shape[-1] else np.zeros(pattern.shape[:-2])


def nearest(patterns: np.ndarray) -> np.ndarray:
    """Return the largest cosine similarity of each head's pattern with any other head's, (layer, head).

    patterns: (layer, head, query, key). The first token's row is left out: before it there is nothing to look at. A
    head without another has 0.
    """
    layers, heads = patterns.shape[:2]
    rows = patterns[:, :, 1:].reshape(layers * heads, -1).astype(np.float64)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, 0)
    found: np.ndarray = cosines.max(axis=1).reshape(layers, heads)
    return found


ON_ANY_TEXT: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "previous token": previous_token,
    "current token": current_token,
    "first token": first_token,
    "look back": look_back,
}
