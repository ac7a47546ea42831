"""Names of any length, set so that they fit into a given width."""

from __future__ import annotations

import re

from manim.utils.color import ParsableManimColor

from scenes.mobjects.typeset import Words
from scenes.style import SMALL

LEAST = 0.235  # em: what can still be read
_PARTS = re.compile(r"[A-Z]+(?![a-z])[0-9]*d?|[A-Z]?[a-z0-9]+[0-9a-z]*|[._\W]+")


def fitted(text: str, room: float, color: ParsableManimColor | None = None, *, lines: int = 2) -> Words:
    """Return a name in at most `lines` lines of at most `room` scene units: smaller, then broken, then cut short."""
    text = text or "…"
    for size in (SMALL, LEAST):
        for candidate in (text, *(broken(text) if lines > 1 else ())):
            words = Words(candidate, size, color)
            if words.width <= room:
                return words
    return cut_short(text, room, LEAST, color)


def cut_short(text: str, room: float, size: float, color: ParsableManimColor | None = None) -> Words:
    """Return as much of a text as the room holds, with … for the rest."""
    words = Words(text, size, color)
    kept = len(text)
    while words.width > room and kept > 1:
        kept = max(1, min(kept - 1, int(kept * room / words.width)))
        words = Words(f"{text[:kept]}…", size, color)
    return words


def broken(text: str) -> list[str]:
    """Return a name broken into two lines where a part of it begins, the evenest first; [] where it has but one."""
    starts = [match.start() for match in _PARTS.finditer(text)][1:]
    starts.sort(key=lambda at: abs(2 * at - len(text)))
    return [f"{text[:at].rstrip()}\n{text[at:].lstrip()}" for at in starts[:1]]
