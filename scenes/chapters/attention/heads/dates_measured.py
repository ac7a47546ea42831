"""Dates as they were given and answered, which of them are shown, and what is measured of where the answers look."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from engine.recording import Recording
from engine.recording.format.conventions import PADDING, START, text_of
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.text.fonts import has_chinese

MONTH = (5, 6)  # of an answer's letters, YYYY-MM-DD
FURTHER = 2  # dates after the first one
MOSTLY = 0.5  # weight of one place, above which a character is said to look mostly there
EXACT = "metric.exact_match"
LAYER = "decoder.blocks.0.cross_attention.pattern"
SEEN = (f"dates/{LAYER}", "dates/probe.source")


@dataclass(frozen=True)
class DateExample:
    """A date as it was given and as it was answered, and how the answer's letters look at it, (query, key).

    pattern: the mean over the heads of a layer.
    """

    source: str
    answer: str
    truth: str
    pattern: np.ndarray

    def looked_at(self, place: int) -> str:
        """Return the character of the date that one of the answer gives its largest weight."""
        return self.source[int(self.pattern[place].argmax())]


def examples_of(recording: Recording) -> list[DateExample]:
    """Return all recorded dates as they were answered at the end."""
    letters, digits = (recording.read(f"{side}.alphabet") for side in ("source", "target"))
    sources, truths = recording.read("probe.source"), recording.read("probe.truth")
    answers = recording.read("probe.target", step=-1)
    patterns = recording.read(LAYER, step=-1).mean(axis=1)  # (batch, query, key), over the heads
    examples = []
    for source, answer, truth, pattern in zip(sources, answers, truths, patterns, strict=True):
        text = text_of(letters, source).rstrip(PADDING)
        written = text_of(digits, answer).replace(START, " ")
        examples.append(DateExample(text, written, text_of(digits, truth), pattern[:, : len(text)]))
    return examples


def chosen(examples: list[DateExample]) -> list[DateExample]:
    """Return those that are shown, rightly answered ones where there are any: the longest, then others unlike it."""
    right = [example for example in examples if example.answer == example.truth] or examples
    first = max(right, key=lambda example: len(example.source))
    others = [example for example in right if example is not first]
    others.sort(key=lambda one: (has_chinese(one.source), _unlike(one.source, first.source)), reverse=True)
    return [first, *others[:FURTHER]]


def _unlike(one: str, other: str) -> int:
    """Return how many different letters of a text the other does not have."""
    return len({letter for letter in one if letter.isalpha()} - set(other))


def how_answered(first: DateExample) -> Measured:
    """Return the date that is shown first, and whether it is answered rightly."""
    value = {"date": first.source, "answer": first.answer, "right": first.answer == first.truth}
    how = N_("the longest of the recorded dates that it answers rightly, or of all where there are none")
    return Measured("example", value, how, ("dates/probe.source", "dates/probe.target"))


def month_of(first: DateExample) -> Measured:
    """Return what the digits of a date's month look at most, and how clearly."""
    value = {
        "looked at": [first.looked_at(place) for place in MONTH],
        "times": min(float(first.pattern[place].max()) for place in MONTH) * len(first.source),
        "date": first.source,
        "numbers": len(re.findall(r"\d+", first.source)),
    }
    how = N_(
        "the characters that the month's digits give their largest weight, as a mean over the heads, how many "
        "times an equal share the smaller of both is, and how many numbers the date holds"
    )
    return Measured("month", value, how, SEEN)


def looked_at_mostly(examples: list[DateExample]) -> Measured:
    """Return how many characters of all answers look mostly at one place, and how many of them copy what is there."""
    looks = [
        (one.pattern[place].max(), one.looked_at(place), one.answer[place])
        for one in examples
        for place in range(len(one.answer))
    ]
    sure = [found == written for weight, found, written in looks if weight > MOSTLY]
    value = {"dates": len(examples), "all": len(looks), "sure": len(sure), "same": sum(sure)}
    how = N_("of the characters of all recorded answers, those with most of their weight on one place")
    return Measured("mostly", value, how, (*SEEN, "dates/probe.target"))


def share_right(recording: Recording) -> Measured:
    """Return which share of dates from days not trained on is answered rightly at the end, and of how many."""
    value = {"share": float(recording.read(EXACT, step=-1)), "tested": recording.config["tested"]}
    how = N_("the share of dates from days not trained on that it answers rightly at the end")
    return Measured("right", value, how, (f"dates/{EXACT}", "dates/config.tested"))
