"""Adapts texts and names to other formats: on one line, and one file name each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from renders.base.names import slug

BCP47 = {"zh_CN": "zh-Hans-CN"}  # how pages and documents call the languages whose names differ from ours
NATIVE = {"en": "English", "zh_CN": "简体中文"}
HEADING = 500  # letters: of many thousands in one word a browser makes lines for minutes
_HALVES = re.compile("[\ud800-\udfff]")  # of surrogate pairs: what Python makes of file names that are no UTF-8


def one_line(text: str) -> str:
    """Return a text without line breaks and characters that no format prints."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def storable(text: str) -> str:
    """Return a text as UTF-8 can hold it: half of a surrogate pair becomes U+FFFD."""
    return _HALVES.sub("\ufffd", text)


def as_headings(texts: Mapping[str, str], most: int = HEADING) -> dict[str, str]:
    """Return texts by language as headings, each cut to at most `most` letters: browsers lay them out with care."""
    return {name: text if len(text) <= most else f"{text[: most - 1]}…" for name, text in texts.items()}


def told_in(texts: Mapping[str, str], language: str) -> str:
    """Return the text in a language, or in the first there is, on one line."""
    return one_line(texts.get(language) or next(iter(texts.values()), ""))


def language_tag(language: str) -> str:
    """Return the BCP 47 tag of a language of ours."""
    return BCP47.get(language, language)


def file_names(wanted: Iterable[str]) -> list[str]:
    """Return a name for each that is safe for a file; no two are the same, even where case does not count."""
    names: list[str] = []
    taken: set[str] = set()
    for one in wanted:
        name = stem = slug(one) or "film"
        number = 2
        while name.casefold() in taken:
            name, number = f"{stem}-{number}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def clock_time(seconds: float) -> str:
    """Return a time as clocks show it, in whole seconds: "1:05", "1:02:03"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
