"""What `scale_and_mask` tells of scores and weights, measured; and the lines of whom the last token looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenes.beats.timeline import Said, said
from scenes.evidence.evidence import Measured, Quoted
from scenes.language.translation import N_
from scenes.text.tokens import token_on_screen

MOSTLY = 0.5  # a share of the attention that is most of it
SEEN = 0.01  # a difference of two shares that shows in whole percent
CLOSE = 1e-4  # weights that differ by less are the same
SCORE, MASKED, PATTERN = (f"attention-text/{name}" for name in ("score", "masked_score", "pattern"))


@dataclass(frozen=True)
class Weighing:
    """undivided: what softmax gives without the division. masked: which pairs must not meet. softmax: of the weights.

    sums: of the rows. whom: the token that the last one looks at most.
    """

    undivided: Measured
    masked: Measured
    softmax: Measured
    sums: Measured
    whom: Measured


def measure_weighing(
    score: np.ndarray, masked: np.ndarray, pattern: np.ndarray, tokens: Sequence[str], size: int
) -> Weighing:
    """Measure a head's scores, mask and weights, all (query, key). size: numbers in a query."""
    steps = {
        "size": size,
        "root": float(np.sqrt(size)),
        "undivided": float(softmax_of(score[-1] * np.sqrt(size), masked[-1]).max()),
        "divided": float(pattern[-1].max()),
    }
    how = N_("the largest share of the last token's attention, with the scores undivided, and as they are")
    undivided = Measured("undivided", steps, how, (SCORE, MASKED, PATTERN))
    later = np.triu(np.ones(score.shape, dtype=bool), k=1)
    pairs = {"masked": int(masked.sum()), "later": int(later.sum()), "masked later": int((masked & later).sum())}
    how = N_("how many pairs are set to minus infinity, how many have a key that comes later, and how many are both")
    same = np.abs(softmax_of(score, masked) - pattern) < CLOSE
    weights = {"weights": pattern.size, "softmax": int(same.sum())}
    told = N_("how many weights there are, and how many are what softmax makes of the scores")
    return Weighing(
        undivided,
        Measured("masked", pairs, how, (MASKED,)),
        Measured("softmax", weights, told, (SCORE, MASKED, PATTERN)).when(
            lambda there: there["weights"] == there["softmax"], N_("all of them, to 0.0001")
        ),
        Measured(
            "row_sums", pattern.sum(axis=1, dtype=float).tolist(), N_("the sum of each row's weights"), (PATTERN,)
        ),
        _whom(masked, pattern, tokens),
    )


def softmax_of(score: np.ndarray, masked: np.ndarray) -> np.ndarray:
    """Return the softmax of scores (…, key) along the keys, of those that are not masked."""
    exponents = np.where(masked, -np.inf, score.astype(float))
    powers = np.exp(exponents - exponents.max(axis=-1, keepdims=True))
    weights: np.ndarray = powers / powers.sum(axis=-1, keepdims=True)
    return weights


def division_lines(undivided: Measured, word: str) -> tuple[Said, ...]:
    """Return what may be said of the division; the first that holds is to be said. word: the last token."""
    there = undivided.value
    shares = {"share": f"{there['undivided']:.0%}", "divided": f"{there['divided']:.0%}"}
    steeper = undivided.when(
        lambda there: there["undivided"] >= there["divided"] + SEEN, N_("the two differ by a hundredth or more")
    )
    text = N_("First divide by the root of {size}: else “{word}” would give one token {share}, not {divided}.")
    return (
        said(text, (steeper, Quoted(word)), size=there["size"], word=word, **shares),
        said(N_("First divide by the root of {size}."), undivided, size=there["size"]),
    )


def _whom(masked: np.ndarray, pattern: np.ndarray, tokens: Sequence[str]) -> Measured:
    last, at = len(tokens) - 1, int(pattern[-1].argmax())
    free = (~masked).sum(axis=1) > 1  # (query,) those that have a choice
    value = {
        "word": token_on_screen(tokens[-1]),
        "other": token_on_screen(tokens[at]),
        "position": at,
        "itself": at == last,
        "weight": float(pattern[-1, at]),
        "agreeing": float((pattern[free].argmax(axis=1) == at).mean()),
    }
    how = N_(
        "the token to which the last one gives the largest weight, and the share of the tokens that have a choice that "
        "look most at the same one"
    )
    return Measured("whom", value, how, (PATTERN,))


def whom_line(whom: Measured) -> tuple[Said, ...]:
    """Return what may be said of the last token's largest weight; the first that holds is to be said."""
    there = whom.value
    word, other = {"word": there["word"]}, {"word": there["word"], "other": there["other"]}
    quoted = (Quoted(there["word"]), Quoted(there["other"]))
    weight, share = f"{there['weight']:.2f}", f"{there['weight']:.0%}"

    def line(text: str, rule: Callable[[Mapping[str, Any]], bool], reason: str = "", **values: str) -> Said:
        return said(text, (whom.when(rule, reason), *quoted), **values)

    return (
        line(N_("“{word}” looks most at itself, with {share} of its attention."), _itself, **word, share=share),
        line(
            N_("“{word}” spreads its attention: the most, {share}, goes to “{other}”."),
            lambda there: there["weight"] < MOSTLY,
            N_("no token gets half of it"),
            **other,
            share=share,
        ),
        line(
            N_("Most tokens here look at “{other}”: “{word}” does with weight {weight}."),
            lambda there: there["agreeing"] > MOSTLY,
            N_("more than half of those that have a choice"),
            **other,
            weight=weight,
        ),
        line(
            N_("Here “{word}” looks mostly at the first token, “{other}”: {share} of its attention."),
            lambda there: there["position"] == 0 and there["weight"] >= MOSTLY,
            N_("at least half of its attention"),
            **other,
            share=share,
        ),
        line(
            N_("“{word}” looks mostly at “{other}”, with {share} of its attention."),
            lambda there: there["weight"] >= MOSTLY,
            N_("at least half of its attention"),
            **other,
            share=share,
        ),
    )


def _itself(whom: Mapping[str, Any]) -> bool:
    return bool(whom["itself"])
