"""Texts that others wrote, cut to the room that there is for them."""

from __future__ import annotations

from collections.abc import Callable

from scenes.mobjects.typeset import Words

SPOKEN = 14  # characters of a name that are said
FEWEST = 2  # characters that are kept in any case


def cut_to(room: float, text: str, make: Callable[[str], Words]) -> Words:
    """Set a text, cut at its end with an ellipsis where it is wider than `room`, scene units. make: sets it."""
    words, kept = make(text), len(text)
    while words.width > room and kept > FEWEST:
        kept = max(FEWEST, min(kept - 1, int(kept * room / words.width) + 1))
        words = make(f"{text[:kept].rstrip()}…")
    return words


def spoken(name: str) -> str:
    """Return a name as it is said within a line: cut where nobody would say all of it."""
    return name if len(name) <= SPOKEN else f"{name[: SPOKEN - 1].rstrip()}…"
