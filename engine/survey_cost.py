"""What an `AttentionCost` records: time and memory of one head's scores, against the number of tokens."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch

from engine.studies import Arrays, AttentionCost


def measure_cost(study: AttentionCost) -> tuple[dict[str, Any], Arrays]:
    """Return the arrays: so many tokens, the median seconds of Q Kᵀ and softmax for them, the bytes of the pattern.

    On one thread. Other arrays of the layer grow with the tokens, these with their square.
    """
    generator = torch.Generator().manual_seed(study.seed)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        measured = [_measure(study, tokens, generator) for tokens in study.tokens]
    finally:
        torch.set_num_threads(threads)
    seconds, sizes = zip(*measured, strict=True)
    found = (
        ("tokens", ("size",), np.array(study.tokens)),
        ("seconds", ("size",), np.array(seconds)),
        ("bytes", ("size",), np.array(sizes)),
    )
    return {}, iter(found)


def _measure(study: AttentionCost, tokens: int, generator: torch.Generator) -> tuple[float, int]:
    query = torch.randn(tokens, study.head_size, generator=generator)
    key = torch.randn(tokens, study.head_size, generator=generator)
    taken, nbytes = [], 0
    for _ in range(study.rounds + 1):
        begun = time.perf_counter()
        pattern = (query @ key.T * study.head_size**-0.5).softmax(-1)
        taken.append(time.perf_counter() - begun)
        nbytes = pattern.nbytes
    return float(np.median(taken[1:])), nbytes  # the first round finds cold caches
