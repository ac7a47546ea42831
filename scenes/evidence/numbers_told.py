"""Finds what in a text needs evidence: its numbers, and words of weight, which claim something, such as "most"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

_WORDS = tomllib.loads(Path(__file__).with_name("words_of_weight.toml").read_text(encoding="utf-8"))
_WEIGHT_EN = re.compile(rf"(?<!\bhow )\b(?:{'|'.join(_WORDS['en'])})\b", re.IGNORECASE)
_WEIGHT_ZH = re.compile("|".join(sorted(_WORDS["zh"], key=len, reverse=True)))
_ALIKE = re.compile("|".join(_WORDS["alike"]))
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
_NUMBER = re.compile(
    r"((?:(?<![\w.])[-−])?\d+(?:,\d{3})*(?:\.\d+)?)(?:e([-−+]?\d+)| × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?"  # 1.2e−05 or 3 × 10⁵
)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class ToldNumber:
    """A number as a text writes it: its value, its decimals, whether it is in percent, and whether it has a sign.

    decimals: negative where its last digit stands for a power of ten.
    """

    text: str
    value: float
    decimals: int
    percent: bool
    signed: bool


def weighs(text: str) -> bool:
    """Tell whether a text, English or Chinese, holds a word of weight."""
    return bool(_WEIGHT_EN.search(text) or _WEIGHT_ZH.search(_ALIKE.sub("", text)))


def needs_evidence(text: str) -> bool:
    """Tell whether a text holds a digit or a word of weight."""
    return bool(_DIGIT.search(text)) or weighs(text)


def numbers_in(text: str) -> Iterator[ToldNumber]:
    """Yield the numbers of a text, in order."""
    for found in _NUMBER.finditer(text):
        digits = found[1].replace(",", "").replace("−", "-")
        power = int((found[2] or found[3] or "0").translate(_RAISED))
        signed = digits.startswith("-") or text[: found.start()].endswith("+")
        after = text[found.end() : found.end() + 2]
        decimals = len(digits.partition(".")[2]) - power
        yield ToldNumber(found[0], float(f"{digits}e{power}"), decimals, after.strip().startswith(("%", "％")), signed)


def unexplained(text: str, values: Sequence[Any]) -> str:
    """Return the first number of a text that is none of the values, as the text rounds it; "" where all are.

    values: numbers, arrays of numbers, and texts, such as the name of a model; what stands in such a text is explained.
    """
    names = {value for value in values if isinstance(value, str) and any(map(str.isalpha, value))}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    numbers = _numbers_of(values)
    return next((told.text for told in numbers_in(text) if not _is_among(told, numbers)), "")


def _numbers_of(values: Sequence[Any]) -> np.ndarray:
    """Return all numbers among values, and those that their texts tell, as one array."""
    parts = [np.asarray(value, dtype=float).ravel() for value in values if not isinstance(value, str)]
    parts += [np.array(_told_by(value)) for value in values if isinstance(value, str)]
    return np.concatenate(parts) if parts else np.zeros(0)


@cache
def _told_by(text: str) -> tuple[float, ...]:
    return tuple(told.value for told in numbers_in(text))


def _is_among(told: ToldNumber, numbers: np.ndarray) -> bool:
    """Tell whether a number is one of those; one told without a sign may be the size of a negative one."""
    if not told.signed:
        numbers = np.abs(numbers)
    half = 0.5 * 10.0**-told.decimals * (1 + 1e-6) + 1e-7 * abs(told.value)
    if bool((np.abs(numbers - told.value) <= half).any()):
        return True
    return told.percent and bool((np.abs(100 * numbers - told.value) <= half).any())
