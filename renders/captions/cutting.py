"""Cuts a line of narration into captions, and a caption into two lines, where a reader would pause.

The text becomes units that are not split: words, and single Chinese characters with the punctuation beside them. Every
break has a cost, least after a sentence's end; the cheapest way to cut is found by dynamic programming, as in Knuth and
Plass, "Breaking paragraphs into lines", 1981.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

LINES = 2
SPEECH = 2000  # units: more than is said in ten minutes
CLOSING = "，。！？；：、）」』》】〉”’…%％"
OPENING = "（「『《【〈“‘"
SENTENCE_ENDS = "。！？.!?…"
CLAUSE_ENDS = "，、；：,;:—"
# A line does not end on a word that leans on the next one
LEANING = re.compile(
    "a|an|and|as|at|but|by|for|from|if|in|into|is|its|of|on|or|our|so|than|that|the|their|this|to|we|with|you|your",
    re.IGNORECASE,
)
# One mark more is worse than any break: few full captions rather than many crumbs
CUE_COST = 2.0
# Within a word that has Chinese characters: one of them, or a run of others, with the marks that cling to it
_CHINESE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_UNIT = re.compile(
    f"[{OPENING}]*(?:[^{_CHINESE}{OPENING}{CLOSING}]+|[^{OPENING}{CLOSING}])[{CLOSING}]*|[{OPENING}{CLOSING}]+"
)


class Unit(NamedTuple):
    """A part of a text that is not split; spaced: whether a space stands before it."""

    text: str
    spaced: bool


def is_written_in_chinese(language: str) -> bool:
    """Tell whether a language is written in Chinese characters."""
    return language.split("_")[0] == "zh"


def line_limit(language: str) -> int:
    """Return how many columns a line may have."""
    return 40 if is_written_in_chinese(language) else 42


def columns(text: str, language: str) -> int:
    """Return how many columns a text takes: two for a full-width character, else one."""
    # Quotes, dashes and dots are as wide as a character among Chinese ones, and narrow among Latin ones
    wide = "WFA" if is_written_in_chinese(language) else "WF"
    return sum(2 if unicodedata.east_asian_width(character) in wide else 1 for character in text if character != "\n")


def cut_into_captions(text: str, language: str) -> list[str]:
    """Return a text as captions of at most two lines each, as few as will do.

    A text of more than SPEECH units is no line of narration: its lines are filled as far as they go.
    """
    found = units(text, language)
    if len(found) > SPEECH:
        return _filled(found, language)
    return _Cutter(found, language).captions()


def _filled(found: Iterable[Unit], language: str) -> list[str]:
    limit, lines, width = line_limit(language), [""], 0
    for unit in found:
        more = columns(unit.text, language)
        if width and width + unit.spaced + more > limit:
            lines.append("")
            width = 0
        spaced = bool(width) and unit.spaced
        lines[-1] += " " * spaced + unit.text
        width += spaced + more
    return ["\n".join(lines[first : first + LINES]) for first in range(0, len(lines), LINES)]


class _Cutter:
    def __init__(self, text: Sequence[Unit], language: str) -> None:
        self.limit = line_limit(language)
        self.units = text
        widths = [columns(unit.text, language) for unit in self.units]
        # Columns of all units before each, with the space before each unit counted in
        self.before = [0]
        for unit, width in zip(self.units, widths, strict=True):
            self.before.append(self.before[-1] + width + unit.spaced)
        self.layout, self.break_cost = cache(self._layout), cache(self._break_cost)

    def captions(self) -> list[str]:
        count = len(self.units)
        best = [0.0] + [float("inf")] * count  # cost of the cheapest way to cut the first units
        come_from = [0] * (count + 1)
        for end in range(1, count + 1):
            for start in range(end - 1, -1, -1):
                # The space between two lines is not on either
                if self.width(start, end) > LINES * self.limit + 1:
                    break
                cost = best[start] + self.caption_cost(start, end)
                if cost < best[end]:
                    best[end], come_from[end] = cost, start
        bounds = [count]
        while bounds[-1]:
            bounds.append(come_from[bounds[-1]])
        return [self.caption(start, end) for start, end in pairwise(reversed(bounds))]

    def width(self, start: int, end: int) -> int:
        """Return the columns of units start to end on one line, without the space before them."""
        return self.before[end] - self.before[start] - self.units[start].spaced

    def caption_cost(self, start: int, end: int) -> float:
        empty = 1 - self.width(start, end) / (LINES * self.limit)
        after = 0.0 if end == len(self.units) else 3 * self.break_cost(end)
        return CUE_COST + self.layout(start, end)[0] + after + empty**2

    def _layout(self, start: int, end: int) -> tuple[float, int]:
        """Return the cost of one caption and where its second line begins (its end if it has none)."""
        if self.width(start, end) <= self.limit:
            return 0.0, end
        best = float("inf"), end
        # Only where both lines can have room, give or take a space
        first = bisect_left(self.before, self.before[end] - self.limit - 1, start + 1, end)
        last = bisect_right(self.before, self.before[start] + self.limit + 1, first, end)
        for middle in range(first, last):
            upper, lower = self.width(start, middle), self.width(middle, end)
            if upper <= self.limit and lower <= self.limit:
                best = min(best, (self.break_cost(middle) + abs(upper - lower) / self.limit, middle))
        return best

    def _break_cost(self, position: int) -> float:
        """Return the cost of a break before the unit at a position."""
        last = self.units[position - 1].text.rstrip("”’」』）)\"'")
        if last.endswith(tuple(SENTENCE_ENDS)):
            return 0.0
        if last.endswith(tuple(CLAUSE_ENDS)):
            return 0.15
        return 1.0 if LEANING.fullmatch(last) else 0.5

    def caption(self, start: int, end: int) -> str:
        middle = self.layout(start, end)[1]
        return self.text(start, middle) if middle == end else f"{self.text(start, middle)}\n{self.text(middle, end)}"

    def text(self, start: int, end: int) -> str:
        return "".join(" " * unit.spaced + unit.text for unit in self.units[start:end]).strip()


def units(text: str, language: str) -> list[Unit]:
    """Return a text as units that are not split; one that is longer than a line is split all the same."""
    found: list[Unit] = []
    for word in text.split():
        pieces = _UNIT.findall(word) if re.search(f"[{_CHINESE}]", word) else [word]
        parts = [part for piece in pieces for part in _fitting(piece, language)]
        found += [Unit(part, spaced=not number and bool(found)) for number, part in enumerate(parts)]
    return found


def _fitting(unit: str, language: str) -> list[str]:
    parts, width = [""], 0
    for character in unit:
        more = columns(character, language)
        if width + more > line_limit(language):
            parts.append("")
            width = 0
        parts[-1] += character
        width += more
    return parts
