"""What there is to choose among, by name: shapes of the frame; and the error where a name is of nothing."""

from __future__ import annotations

import difflib
from collections.abc import Mapping


class CatalogError(LookupError):
    """There is no such chapter or beat."""


WIDE = "16:9"
ASPECTS: Mapping[str, tuple[int, int]] = {WIDE: (16, 9), "4:3": (4, 3), "1:1": (1, 1), "9:16": (9, 16)}
EVERY_ASPECT = tuple(ASPECTS)


def no_such(what: str, name: str, known: Mapping[str, object]) -> str:
    """Say that something of that name is not there, and the nearest right one."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    guess = f"did you mean '{near[0]}'? " if near else ""
    return f"{what} '{name}': {guess}there are {', '.join(known)}"
