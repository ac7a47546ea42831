"""What is measured of all heads of a model: what single ones do most, and how many are much like another."""

from __future__ import annotations

import numpy as np

from engine.recording import Recording
from scenes.chapters.attention.heads.small_patterns import BestHead, best_head
from scenes.chapters.attention.one_head.agreeing import agreeing
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

MOST = 0.5  # of a weight
FOUND = 0.3  # of the weight of an induction head, whose keys are too many to be found by chance
ALIKE = 0.99  # the cosine above which two patterns are nearly the same
HOWS = {
    "previous token": N_("the head whose tokens give the one before them the largest mean weight"),
    "current token": N_("the head whose tokens, but for the first, give themselves the largest mean weight"),
    "first token": N_("the head whose tokens, but for the first, give the first one the largest mean weight"),
    "induction": N_("the head whose tokens give what followed them the last time the largest mean weight"),
}
READING = "attention-text"
SCORES = (f"{READING}/head_score", f"{READING}/config.score_names")


def best_of(reading: Recording, kind: str) -> tuple[BestHead, Measured]:
    """Return the head that does one thing most, and that as a measurement; of an induction head also on how much."""
    best = best_head(reading, kind)
    value = {"score": best.score, "layer": best.layer, "head": best.head}
    if kind == "induction":
        value["tokens"] = len(best.pattern) // 2
    return best, Measured(kind.replace(" ", "_"), value, HOWS[kind], SCORES)


def if_found(measured: Measured) -> Measured:
    """Return the measurement of a best head with the rule by which it is said to do the thing."""
    least, reason = _needed(measured)
    return measured.when(lambda best: best["score"] > least, reason)


def if_missed(measured: Measured) -> Measured:
    """Return the measurement of a best head with the rule by which none is said to do the thing."""
    least, reason = _needed(measured)
    return measured.when(lambda best: best["score"] <= least, reason)


def _needed(measured: Measured) -> tuple[float, str]:
    """Return the score above which a head is said to do the thing, and that in words.

    In a short text a neighbour has a third of the weight of a head that looks everywhere alike.
    """
    if measured.key == "induction":
        return FOUND, N_("found: more than three tenths of its weight")
    return MOST, N_("found: more than half of its weight")


def resting_of(reading: Recording) -> tuple[np.ndarray, Measured]:
    """Return which heads give most of their weight to the first token, (layer * head) bool, and how many they are."""
    scores = reading.read("head_score")[reading.config["score_names"].index("first token")]
    resting = scores.ravel() > MOST
    how = N_("heads whose tokens, but for the first, give the first one more than half of their weight on average")
    value = {"count": int(resting.sum()), "total": resting.size}
    return resting, Measured("resting", value, how, SCORES)


def twins_of(reading: Recording) -> tuple[np.ndarray, Measured]:
    """Return which heads' patterns are nearly another's, (layer * head) bool, how many, and how many of these rest."""
    twins = reading.read("pattern.nearest").ravel() > ALIKE
    value = {
        "count": int(twins.sum()),
        "total": twins.size,
        "resting": int((twins & resting_of(reading)[0]).sum()),
    }
    how = N_(
        "heads whose pattern, the first token's row left out, has a cosine above 0.99 with another's, and how many of "
        "them give the first token most of their weight"
    )
    return twins, Measured("twins", value, how, (f"{READING}/pattern.nearest", *SCORES))


def steps_of_heads(reading: Recording, layer: int) -> Measured:
    """Return how long each head's step is that is added to the last token, all lengths added up, and their sum's."""
    updates, whole = reading.read("head_updates")[:, -1], reading.read("attention.update")[layer, -1]
    lengths, together = np.linalg.norm(updates.astype(float), axis=1), updates.astype(float).sum(axis=0)
    value = {
        "lengths": lengths.tolist(),
        "added": float(lengths.sum()),
        "end to end": float(np.linalg.norm(together)),
        "whole": float(np.linalg.norm(whole.astype(float))),
        "agreeing": agreeing(together, whole),
        "numbers": whole.size,
    }
    how = N_(
        "the length of what each head adds to the last token, these added up, and of what all add together; how many "
        "numbers that has, and how many of them are the sum of the heads'"
    )
    return Measured("steps", value, how, (f"{READING}/head_updates", f"{READING}/attention.update"))


def if_they_add_up(steps: Measured) -> Measured:
    """Return the measurement of the steps with the rule by which they, end to end, are what the heads add."""
    return steps.when(
        lambda steps: min(steps["lengths"]) > 0 and steps["agreeing"] == steps["numbers"],
        N_("each length is above zero, and the steps' sum is what the layer adds, to a thousandth of the largest"),
    )
