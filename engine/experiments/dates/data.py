"""Writes dates as people do in many languages, and as ISO 8601, for a small model to translate.

The languages' names of months and days, and the order in which they are put, are those of the Unicode CLDR, which the
package Babel carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from engine.data.alphabet import UNKNOWN, CharacterTokenizer
from engine.recording.format.conventions import PADDING, START

ISO_LENGTH = 10  # characters of 2026-11-24


@dataclass(frozen=True)
class Form:
    """A way to write dates: a language, and one of its formats or a pattern of CLDR's."""

    language: str
    pattern: str

    def write(self, day: date) -> str:
        """Return a day written in this form, with plain spaces."""
        from babel.dates import format_date

        return " ".join(format_date(day, self.pattern, locale=self.language).split())


# "full" with the day of the week, "long" with the month's name, "medium" with its short name or its number. Forms that
# leave open which number is the month, or which century it is, cannot be translated and are left out.
FORMS: tuple[Form, ...] = (
    *(Form(language, name) for language in ("en", "de", "fr", "es", "it", "nl", "pl") for name in ("full", "long")),
    *(Form(language, "medium") for language in ("en", "de", "fr", "es", "it", "nl", "pl")),
    Form("zh", "full"),
    Form("zh", "long"),
    Form("zh", "y/M/d"),
    Form("de", "d.M.y"),
    Form("en", "d MMM y"),
    Form("en", "MM/dd/y"),
)


@dataclass(frozen=True)
class Days:
    """Calendar days as numbers, Gregorian ordinals: those to train on, and others that are never trained on."""

    seen: np.ndarray
    unseen: np.ndarray

    @classmethod
    def between(cls, first_year: int, last_year: int, unseen_every: int, seed: int) -> Days:
        """Split all days of these years at random; one in `unseen_every` is unseen."""
        ordinals = np.arange(date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal() + 1)
        drawn = np.random.default_rng([seed, len(ordinals)]).permutation(ordinals)
        count = len(drawn) // unseen_every
        return cls(seen=np.sort(drawn[count:]), unseen=np.sort(drawn[:count]))


@cache
def alphabets() -> tuple[CharacterTokenizer, CharacterTokenizer]:
    """Return the tokenizers of sources and of targets; id 0 is padding in a source and the start in a target."""
    year = [date(2026, 1, 1) + timedelta(number) for number in range(365)]  # all months, all days of the week
    written = "".join(form.write(day) for form in FORMS for day in year)
    read = PADDING + UNKNOWN + "".join(sorted(set(written) | set("0123456789")))
    return CharacterTokenizer(read), CharacterTokenizer(START + "-0123456789")


@cache
def longest() -> int:
    """Return the number of characters of the longest written date."""
    return max(len(form.write(date(2026, 1, 1) + timedelta(number))) for form in FORMS for number in range(365))


def write_dates(ordinals: np.ndarray, forms: Sequence[Form]) -> tuple[np.ndarray, np.ndarray]:
    """Return days, each in its form, as ids: sources (batch, key), padded with 0, and targets (batch, query)."""
    read, written = alphabets()
    source = np.zeros((len(ordinals), longest()), dtype=np.int64)
    target = np.empty((len(ordinals), ISO_LENGTH), dtype=np.int64)
    for row, (ordinal, form) in enumerate(zip(ordinals.tolist(), forms, strict=True)):
        day = date.fromordinal(ordinal)
        ids = read.encode(form.write(day))
        source[row, : len(ids)] = ids
        target[row] = written.encode(day.isoformat())
    return source, target
