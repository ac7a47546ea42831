"""Defines the result of verifying a film or a recording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """The result of a verification.

    notes: lines to be known beforehand. differences: a line each. counted: what was compared.
    """

    notes: tuple[str, ...]
    differences: tuple[str, ...]
    counted: str

    def lines(self) -> Iterator[str]:
        """Yield all lines, the verdict last."""
        yield from self.notes
        yield from self.differences
        found = counted({"difference": len(self.differences)}) if self.differences else "all as recorded"
        yield f"{self.counted}: {found}"


def counted(things: Mapping[str, int]) -> str:
    """Return how many there are of each, in words: "1 beat, 7 lines"."""
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in things.items())
