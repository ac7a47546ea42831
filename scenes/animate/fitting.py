"""Texts of any length in the room that there is for them."""

from __future__ import annotations

from scenes.mobjects.typeset import Words


def fitted(text: str, room: float, size: float, color: str) -> Words:
    """Set a text in a line of so many scene units at most: what is too long keeps its end.

    The end tells names of modules apart.
    """
    text = " ".join(text.split())
    words = Words(text, size, color)
    kept = len(text)
    while words.width > room and kept > 1:
        kept = min(kept - 1, int(kept * room / words.width) + 1)
        words = Words(f"…{text[-kept:]}", size, color)
    return words
