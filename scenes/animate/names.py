"""Names of any length, set in words that fit into their room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenes.mobjects.typeset import Words
from scenes.style import SMALL, palette

if TYPE_CHECKING:
    from manim.utils.color import ParsableManimColor

_LETTER = 0.42  # em that a letter takes at least


def cut_name(name: str, room: float, size: float = SMALL, color: ParsableManimColor | None = None) -> Words:
    """Return a name set in words, without its first parts where it is wider than the room, scene units."""
    shade = palette().text if color is None else color
    kept = min(len(name), int(room / (_LETTER * size)) + 1)
    while True:
        words = Words(name if kept == len(name) else f"…{_tail(name, kept)}", size, shade)
        if words.width <= room or kept <= 1:
            return words
        kept -= max(1, round(kept * (1 - room / words.width)))


def _tail(name: str, kept: int) -> str:
    """Return the last letters of a name, from the beginning of a part on if most of them are left then."""
    tail = name[-kept:]
    dot = tail.find(".")
    return tail[dot + 1 :] if 0 <= dot < kept / 3 else tail
