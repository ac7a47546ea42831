"""Measures the time and memory of one head's scores against the number of tokens (`AttentionCostAnalysis`)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.analyses.catalog import AnalysisResult, AttentionCostAnalysis
from engine.training.machine import load, machine

THREADS = 1
QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class _Scores:
    """One head's queries and keys, (token, feature) each, and buffers for scores and pattern, (query, key) each."""

    query: Tensor
    key: Tensor
    score: Tensor
    pattern: Tensor

    @staticmethod
    def of(tokens: int, head_size: int, generator: torch.Generator) -> _Scores:
        """Draw queries and keys from N(0, 1)."""
        query, key = (torch.randn(tokens, head_size, generator=generator) for _ in range(2))
        return _Scores(query, key, torch.empty(tokens, tokens), torch.empty(tokens, tokens))

    def compute(self) -> None:
        """Compute softmax(Q Kᵀ / √d). Nothing is allocated, since the time of that depends on what was freed before."""
        torch.matmul(self.query, self.key.T, out=self.score)
        torch.softmax(self.score.mul_(self.query.shape[1] ** -0.5), -1, out=self.pattern)

    def seconds(self, lasting: float) -> float:
        """Return the mean processor time of a pass, in seconds, over as many passes as last at least `lasting` seconds.

        Other programs take time from this one, but are not counted.
        """
        passes = 1
        while (taken := self._processor_time(passes)) < lasting:
            passes *= 2
        return taken / passes

    def _processor_time(self, passes: int) -> float:
        begun = time.thread_time()
        for _ in range(passes):
            self.compute()
        return time.thread_time() - begun


def measure_cost(analysis: AttentionCostAnalysis) -> AnalysisResult:
    """Return {} for the config, the machine that was measured on, and the arrays.

    The arrays are, (size,) each, the numbers of tokens, the seconds of processor time of Q Kᵀ and softmax for them, and
    the bytes of the pattern. Of the seconds there are all, (round, size), their median and their quartiles. Every round
    times each size, on one thread, so that a slow moment does not fall on one of them alone. Other arrays of the layer
    grow with the tokens, these with their square.
    """
    generator = torch.Generator().manual_seed(analysis.seed)
    sizes = [_Scores.of(tokens, analysis.head_size, generator) for tokens in analysis.tokens]
    threads, before = torch.get_num_threads(), load()
    torch.set_num_threads(THREADS)
    try:
        seconds = np.array(_rounds(sizes, analysis))
    finally:
        torch.set_num_threads(threads)
    low, median, high = np.quantile(seconds, QUARTILES, axis=0)
    found = (
        ("tokens", ("size",), np.array(analysis.tokens)),
        ("seconds", ("size",), median),
        ("seconds.low", ("size",), low),
        ("seconds.high", ("size",), high),
        ("seconds.all", ("round", "size"), seconds),
        ("bytes", ("size",), np.array([size.pattern.nbytes for size in sizes])),
    )
    measured_on = {**machine(THREADS), "load": [before, load()], "torch": torch.__version__}
    return AnalysisResult({}, {"machine": measured_on}, iter(found))


def _rounds(sizes: Sequence[_Scores], analysis: AttentionCostAnalysis) -> list[list[float]]:
    """Return the seconds of every size in every round, (round, size)."""
    for size in sizes:
        size.compute()  # the first pass finds memory that nobody has touched
    return [[size.seconds(analysis.lasting) for size in sizes] for _ in range(analysis.rounds)]
