"""Lets a causal model go on with the beginning of its probe, so that a film shows what it writes while it learns.

`generation.token` are the tokens that it adds, (position,), each the most probable one behind all before it, and
`generation.probability` how probable it held each, by the softmax of its output. They are taken at fewer steps than
snapshots, ever further apart, since every token is a pass of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from engine.capture.inputs import Inputs, call
from engine.capture.isolation import preserve_state
from engine.capture.tensors import first_tensor
from engine.recording.format.layout import ArraySpec, RecordingError

GENERATION = "generation"  # the clock of these arrays, and what the config calls the rest
GREEDY = "greedy"  # the most probable token
TOKEN, PROBABILITY = "generation.token", "generation.probability"
LONGEST = 48  # tokens that are added, at most
FEWEST = 4  # positions of a probe
PROMPT = 1 / 4  # of the probe's positions that are given, at most `LONGEST_PROMPT`
LONGEST_PROMPT = 12
APART = 1.5  # times as far as the step before
Decode = Callable[[int], str]


class Continuation:
    """What a model writes behind the first tokens of its first probe."""

    def __init__(self, model: nn.Module, probe: Tensor, decode: Decode) -> None:
        """Go on behind the beginning of a probe (batch, position) of whole numbers. decode: the text of a token."""
        length = probe.shape[1]
        self._model, self._row, self._decode = model, probe[:1].detach(), decode
        self._prompt = max(1, min(int(PROMPT * length), LONGEST_PROMPT))
        self._count = min(length - self._prompt, LONGEST)
        self._due, self._taken = 0.0, -1
        self._known = set(self._row[0, : self._prompt + self._count].tolist())

    @classmethod
    def of(cls, model: nn.Module, probe: Inputs | None, output: Tensor | None, tokenizer: Any) -> Self | None:
        """Return the continuation of a probe; None where there is no tokenizer, or a probe or model of another kind.

        output: what the model makes of the probe. tokenizer: the texts of all tokens in order, or what has `decode`.
        Raises `RecordingError` where the tokenizer is neither.
        """
        if tokenizer is None:
            return None
        decode = decoder(tokenizer)
        if not isinstance(probe, Tensor) or probe.ndim != 2 or probe.is_floating_point():
            return None
        if output is None or output.ndim != 3 or output.shape[:2] != probe.shape:
            return None
        if probe.shape[1] < FEWEST or not _is_causal(model, probe[:1].detach()):
            return None
        return cls(model, probe, decode)

    @property
    def specs(self) -> list[ArraySpec]:
        """The arrays, with the shapes of one step."""
        axes, shape = ("position",), (self._count,)
        return [ArraySpec(TOKEN, axes, shape, "int64"), ArraySpec(PROBABILITY, axes, shape, "float32")]

    @property
    def config(self) -> dict[str, Any]:
        """What a recording's config tells of it: how many tokens were given, by which rule further ones are chosen, and
        the texts of those that occur.
        """
        texts = {str(token): self._decode(token) for token in sorted(self._known)}
        return {"prompt": self._prompt, "chosen": GREEDY, "tokens": texts}

    def is_due(self, step: int) -> bool:
        """Whether it is time again at a snapshot."""
        return step >= self._due

    def was_taken(self, step: int) -> bool:
        """Whether it was taken at a step."""
        return self._taken == step

    def take(self, step: int) -> dict[str, np.ndarray]:
        """Return the tokens that the model adds now, and how probable it held them; NaN where it has no numbers."""
        self._due, self._taken = max(step + 1, math.ceil(APART * step)), step
        row, probable = self._row.clone(), np.full(self._count, np.nan, np.float32)
        with preserve_state(self._model):
            for place in range(self._count):
                end = self._prompt + place
                scores = first_tensor(call(self._model, row))
                shares = torch.softmax(scores[0, end - 1].float(), dim=0)  # type: ignore[index]
                token = int(shares.argmax())
                row[0, end], probable[place] = token, float(shares[token])
        tokens = row[0, self._prompt : self._prompt + self._count].cpu().numpy().astype(np.int64)
        self._known.update(tokens.tolist())
        return {TOKEN: tokens, PROBABILITY: probable}


def decoder(tokenizer: Any) -> Decode:
    """Return the function that gives the text of a token; raises `RecordingError` where a tokenizer has none."""
    if hasattr(tokenizer, "decode"):
        return lambda token: str(tokenizer.decode([token]))
    if isinstance(tokenizer, Sequence):
        return lambda token: str(tokenizer[token]) if token < len(tokenizer) else f"<{token}>"
    raise RecordingError(
        f"the tokenizer must be the texts of all tokens in order, or have decode, not {type(tokenizer).__name__}"
    )


def _is_causal(model: nn.Module, row: Tensor) -> bool:
    """Tell whether what a model makes of a position is the same whatever comes behind it. row: (1, position)."""
    half = row.shape[1] // 2
    other = row.clone()
    other[0, half:] = row[0, :1]  # tokens that there are
    if torch.equal(other, row):
        other[0, half:] = (row[0, 0] + 1) % 2
    with preserve_state(model):
        one, two = (first_tensor(call(model, tokens)) for tokens in (row, other))
    if one is None or two is None:
        return False
    scale = float(one.abs().max()) or 1.0
    return bool((one[:, :half] - two[:, :half]).abs().max() <= 1e-4 * scale)
