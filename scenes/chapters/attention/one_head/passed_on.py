"""What `values` tells of a head's values, their sum, and what it changes, measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scenes.beats.timeline import Said, said
from scenes.chapters.attention.one_head.agreeing import agreeing
from scenes.chapters.attention.one_head.cells import NUMBERED, scale_of
from scenes.evidence.evidence import Measured, Quoted
from scenes.language.translation import N_
from scenes.text.tokens import token_on_screen

if TYPE_CHECKING:
    from engine.recording import Recording

FLYING = 2000  # products with the output matrix that are drawn
MOST_OF_IT = 0.5  # a weight above it is more than all the others together
PATTERN, VALUE, OUTPUT, UPDATE, STREAM = (
    f"attention-text/{name}" for name in ("pattern", "value", "head_output", "head_update", "stream")
)


@dataclass(frozen=True)
class PassedOn:
    """offered: how many values there are. scales: the |value| in full shade. weighed, sums: numbers on the strips.

    summed: whether they give the head's output. products: those with the output matrix. after: the vector with what
    this head adds. lengths: of both. strongest: whose value it is most of.
    """

    offered: Measured
    scales: Measured
    weighed: Measured
    sums: Measured
    summed: Measured
    products: Measured
    after: Measured
    lengths: Measured
    strongest: Measured


def measure_passed_on(recording: Recording, tokens: Sequence[str]) -> PassedOn:
    """Measure what the head brings to the last of the tokens."""
    value, weights = recording.read("value").astype(float), recording.read("pattern")[-1].astype(float)
    output, update = (recording.read(f"head_{name}")[-1].astype(float) for name in ("output", "update"))
    vectors = recording.read("stream", layer=recording.config["chosen_layer"]).astype(float)
    vector, normed = vectors[-1], not _is_product(value, vectors, recording.read("weight.value").astype(float))
    weighed = weights[:, None] * value  # (key, feature)
    offered = {"tokens": len(tokens), "values": len(value), "numbers": value.shape[1], "normalised": normed}
    scales = {"value": scale_of(value), "change": scale_of(update)}
    from_below = np.vstack([np.zeros(value.shape[1]), np.cumsum(weighed[::-1], axis=0)])[:, :NUMBERED]
    same = agreeing(weighed.sum(axis=0), output)
    summed = {"numbers": len(output), "the sum": same, "of the change": len(update)}
    lengths = {"vector": float(np.linalg.norm(vector)), "change": float(np.linalg.norm(update))}
    lengths["share"] = lengths["change"] / lengths["vector"]
    how = N_("how many tokens there are, how many values, and how many numbers each has")
    return PassedOn(
        Measured("offered", offered, how, (VALUE, STREAM, "attention-text/weight.value")).when(
            lambda there: there["tokens"] == there["values"], N_("as many values as tokens")
        ),
        Measured(
            "scales", scales, N_("the size that 97 % of the values, and of ΔE's numbers, do not reach"), (VALUE, UPDATE)
        ),
        Measured(
            "weighed",
            weighed[:, :NUMBERED].tolist(),
            N_("the first numbers of each value, times its weight"),
            (PATTERN, VALUE),
        ),
        Measured("sums", from_below.tolist(), N_("their sums from below, one row more each time"), (PATTERN, VALUE)),
        Measured(
            "summed",
            summed,
            N_("how many numbers the head's output has, and how many of them are that sum; how many ΔE has"),
            (PATTERN, VALUE, OUTPUT, UPDATE),
        ).when(lambda there: there["numbers"] == there["the sum"], N_("all of them, to a thousandth of the largest")),
        _products(recording.read("weight.output").astype(float) * output),
        Measured(
            "after", (vector + update).tolist(), N_("the vector with what this head adds to it"), (STREAM, UPDATE)
        ),
        Measured("lengths", lengths, N_("the lengths of the two vectors, and their ratio"), (STREAM, UPDATE)),
        _strongest(weights, tokens),
    )


def _products(products: np.ndarray) -> Measured:
    sizes = np.sort(np.abs(products), axis=None)[-FLYING:]
    value = {"drawn": len(sizes), "of": products.size, "least": float(sizes[0]), "largest": float(sizes[-1])}
    how = N_("products of the output matrix with the head's output: those drawn, all, the least and the largest drawn")
    return Measured("products", value, how, ("attention-text/weight.output", OUTPUT))


def _strongest(weights: np.ndarray, tokens: Sequence[str]) -> Measured:
    at = int(weights.argmax())
    value = {
        "word": token_on_screen(tokens[-1]),
        "other": token_on_screen(tokens[at]),
        "itself": at == len(tokens) - 1,
        "weight": float(weights[at]),
    }
    how = N_("the token whose value the last one takes with the largest weight, and that weight")
    return Measured("strongest", value, how, (PATTERN,))


def answer_lines(strongest: Measured) -> tuple[Said, ...]:
    """Return what may be said of whose value the last token took; the first that holds is to be said."""
    there = strongest.value
    values = {"word": there["word"], "other": there["other"], "weight": f"{there['weight']:.2f}"}
    quoted = (Quoted(there["word"]), Quoted(there["other"]))

    def line(text: str, rule: Callable[[Mapping[str, Any]], bool], reason: str = "") -> Said:
        told = {name: value for name, value in values.items() if f"{{{name}}}" in text}
        return said(text, (strongest.when(rule, reason), *quoted), **told)

    return (
        line(
            N_("So “{word}” took in a blend; “{other}” has the largest weight in it, {weight}."),
            lambda there: there["weight"] <= MOST_OF_IT,
            N_("no weight is above one half"),
        ),
        line(
            N_("So “{word}” took in what it offered itself, with weight {weight}."),
            lambda there: there["weight"] > MOST_OF_IT and there["itself"],
        ),
        line(
            N_("So “{word}” took in what “{other}” offered, with weight {weight}."),
            lambda there: there["weight"] > MOST_OF_IT and not there["itself"],
        ),
    )


def _is_product(values: np.ndarray, vectors: np.ndarray, matrix: np.ndarray) -> bool:
    """Return whether values (token, feature) are a matrix times vectors (token, in), but for one and the same bias."""
    bias = values - vectors @ matrix.T
    return bool(np.abs(bias - bias[0]).max() < 0.01 * np.abs(values).max())
