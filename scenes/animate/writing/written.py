"""Reads what a causal model wrote behind the beginning of its probe, from the first time to the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from engine.recording import Recording

TOKEN, PROBABILITY, PROBE = "generation.token", "generation.probability", "probe.input"
GENERATION = "generation"  # what the config calls the rest


@dataclass(frozen=True)
class Written:
    """Texts of the tokens that were given, that follow them in the probe itself, and that a model wrote.

    steps: (n,). tokens: (n, token) by number, probabilities: (n, token), as the model held them. own: (token,) those of
    the probe behind what was given. chosen: the rule by which, "greedy" for the most probable. texts: of tokens, by
    number.
    """

    steps: np.ndarray
    given: tuple[int, ...]
    own: tuple[int, ...]
    tokens: np.ndarray
    probabilities: np.ndarray
    chosen: str
    texts: dict[int, str]

    @property
    def same(self) -> list[int]:
        """How many tokens are those of the probe, each time."""
        counts: list[int] = (self.tokens == np.array(self.own)).sum(axis=1).tolist()
        return counts


def arrays_of_writing(recording: Recording) -> tuple[str, ...]:
    """Return the arrays of what a model wrote, and of its probe; () where there are none."""
    names, arrays, told = (TOKEN, PROBABILITY, PROBE), recording.arrays, recording.config.get(GENERATION)
    if any(name not in arrays for name in names) or not isinstance(told, dict):
        return ()
    shapes, prompt = [arrays[name].shape for name in names], told.get("prompt")
    if [len(shape) for shape in shapes] != [2, 2, 2] or not all(shapes[0]) or shapes[0] != shapes[1]:
        return ()
    fits = isinstance(prompt, int) and 0 < prompt <= shapes[2][1] - shapes[0][1]
    return names if fits and isinstance(told.get("tokens"), dict) else ()


def read_written(recording: Recording) -> Written:
    """Return what was written."""
    told: dict[str, Any] = recording.config[GENERATION]
    tokens, row = recording.read(TOKEN), recording.read(PROBE)[0]
    prompt, count = told["prompt"], tokens.shape[1]
    return Written(
        recording.steps(TOKEN),
        tuple(row[:prompt].tolist()),
        tuple(row[prompt : prompt + count].tolist()),
        tokens,
        recording.read(PROBABILITY).astype(float),
        str(told.get("chosen", "")),
        {int(token): str(text) for token, text in told["tokens"].items() if token.isdecimal()},
    )
