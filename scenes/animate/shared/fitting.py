"""Sets texts that others wrote, names above all, in words that fit into the room that there is for them.

Such a text is quoted, unless other evidence is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from scenes.evidence.evidence import Because, Quoted
from scenes.look.style import SMALL, palette
from scenes.text.typeset import Words

if TYPE_CHECKING:
    from manim.utils.color import ParsableManimColor

SPOKEN = 14  # characters of a name that are said
FEWEST = 2  # characters that are kept in any case
MOST_PARTS = 40  # of a name that is broken between them
LEAST = 0.235  # em: what can still be read
_PARTS = re.compile(r"[A-Z]+(?![a-z])[0-9]*d?|[A-Z]?[a-z0-9]+[0-9a-z]*|[._\W]+")
_SPLIT = re.compile(r"[. ]")
_LETTER = 0.42  # em that a letter takes at least


def name_within(
    name: str,
    room: float,
    size: float = SMALL,
    color: ParsableManimColor | None = None,
    *,
    among: Sequence[str] = (),
    because: Because = None,
) -> Words:
    """Return a name set in words, without its first parts where it is wider than the room, scene units.

    among: names beside which it stands; what it shares with all of them goes first. because: what it rests on; it is
    quoted as it stands unless given.
    """
    shade = palette().text if color is None else color
    for shown in (name, *without_shared(name, among), *told_apart(name, among)) if among else ():
        words = Words(shown, size, shade, because=Quoted(shown) if because is None else because)
        if words.width <= room:
            return words
    kept = min(len(name), int(room / (_LETTER * size)) + 1)
    while True:
        shown = name if kept == len(name) else f"…{_tail(name, kept)}"
        words = Words(shown, size, shade, because=Quoted(shown) if because is None else because)
        if words.width <= room or kept <= 1:
            return words
        kept -= max(1, round(kept * (1 - room / words.width)))


def without_shared(name: str, among: Sequence[str]) -> list[str]:
    """Return a name without the parts that all names begin with, and without those that they end with, too.

    Of one part at least each is left, so that they can be told apart: "…0.act" of "encoder.layers.0.act".
    """
    parts, others = _SPLIT.split(name), [_SPLIT.split(other) for other in among if other != name]
    if not others:
        return []
    most = min(map(len, (parts, *others))) - 1
    first = next((at for at in range(most) if any(other[at] != parts[at] for other in others)), most)
    rest = range(most - first)
    last = next((at for at in rest if any(other[-1 - at] != parts[-1 - at] for other in others)), len(rest))
    starts = [match.end() for match in _SPLIT.finditer(name)]
    ends = [match.start() for match in _SPLIT.finditer(name)]
    shown = [f"…{name[starts[first - 1] :]}"] if first else []
    middle = name[starts[first - 1] if first else 0 : ends[-last]] if last else ""
    return [*shown, *([f"{'…' if first else ''}{middle}…"] if last else [])]


def told_apart(name: str, among: Sequence[str]) -> list[str]:
    """Return a name of its last part and those in which another that ends alike differs: "encoder…0.attn"."""
    parts = name.split(".")
    others = [other.split(".") for other in among if other != name]
    alike = [other for other in others if len(other) == len(parts) and other[-1] == parts[-1]]
    kept = [at for at, part in enumerate(parts) if at == len(parts) - 1 or any(other[at] != part for other in alike)]
    if len(kept) == len(parts):
        return []
    gaps = ["." if at == before + 1 else "…" for before, at in pairwise([-1, *kept])]
    return ["".join(f"{gap}{parts[at]}" for gap, at in zip(gaps, kept, strict=True)).removeprefix(".")]


def cut_to(room: float, text: str, make: Callable[[str], Words]) -> Words:
    """Return a text set by `make`, cut at its end with an ellipsis where it is wider than `room`, scene units."""
    words, kept = make(text), len(text)
    while words.width > room and kept > FEWEST:
        kept = max(FEWEST, min(kept - 1, int(kept * room / words.width) + 1))
        words = make(f"{text[:kept].rstrip()}…")
    return words


def cut_short(
    text: str, room: float, size: float, color: ParsableManimColor | None = None, *, because: Because = None
) -> Words:
    """Return as much of a text as the room holds, with … for the rest."""
    evidence = Quoted(text) if because is None else because
    return cut_to(room, text, lambda kept: Words(kept, size, color, because=evidence))


def fitted_name(
    text: str,
    room: float,
    color: ParsableManimColor | None = None,
    *,
    lines: int = 2,
    wider: float = 1.0,
    because: Because = None,
) -> Words:
    """Return a name in at most `lines` lines of at most `room` scene units: smaller, then broken, then cut short.

    wider: how many times wider than the room it may be before it is cut.
    """
    text = text or "…"
    evidence = Quoted(text) if because is None else because
    whole = [text, *broken(text)] if lines > 1 else [text]
    most = [*whole, *broken(text, lines)] if lines > 2 else whole
    for size, candidates, width in ((SMALL, whole, room), (LEAST, most, room), (LEAST, most, wider * room)):
        for candidate in candidates:
            words = Words(candidate, size, color, because=evidence)
            if words.width <= width:
                return words
    return cut_short(text, wider * room, LEAST, color, because=evidence)


def broken(text: str, lines: int = 2) -> list[str]:
    """Return a name broken into lines between its parts, as evenly as can be; [] where it has too few of them."""
    starts = [match.start() for match in _PARTS.finditer(text) if match.start() and match[0][0] not in "._"]
    choices = [(0, *cuts, len(text)) for cuts in combinations(starts, lines - 1)] if len(starts) <= MOST_PARTS else []
    if not choices:
        return []
    cuts = min(choices, key=lambda ends: max(end - start for start, end in pairwise(ends)))
    return ["\n".join(text[start:end].strip() for start, end in pairwise(cuts))]


def name_as_said(name: str) -> str:
    """Return a name as it is said within a line: cut to 14 characters."""
    return name if len(name) <= SPOKEN else f"{name[: SPOKEN - 1].rstrip()}…"


def _tail(name: str, kept: int) -> str:
    """Return the last letters of a name, from the beginning of a part on if most of them are left then."""
    tail = name[-kept:]
    dot = tail.find(".")
    return tail[dot + 1 :] if 0 <= dot < kept / 3 else tail
