"""Names the shapes of frame to choose among, and defines the error for a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Mapping


class CatalogError(LookupError):
    """A name that no chapter, beat, theme or layout has."""


WIDE = "16:9"
ASPECTS: Mapping[str, tuple[int, int]] = {WIDE: (16, 9), "4:3": (4, 3), "1:1": (1, 1), "9:16": (9, 16)}
EVERY_ASPECT = tuple(ASPECTS)


def no_such(what: str, name: str, known: Mapping[str, object]) -> str:
    """Return the message, begun by `what`, that nothing is called `name`; it tells the nearest known name and all."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    guess = f"did you mean '{near[0]}'? " if near else ""
    return f"{what} '{name}': {guess}there are {', '.join(known)}"
