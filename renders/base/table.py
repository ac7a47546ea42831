"""Formats columns for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

WIDTH = 100  # characters of a line


def table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield rows as lines of text with aligned columns."""
    kept: list[Sequence[str]] = list(rows)
    widths = [max(map(len, column)) for column in zip(*kept, strict=True)]
    for row in kept:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
