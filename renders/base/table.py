"""Formats columns and sizes for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

WIDTH = 100  # characters of a line


def table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield rows as lines of text with aligned columns."""
    kept: list[Sequence[str]] = list(rows)
    widths = [max(map(len, column)) for column in zip(*kept, strict=True)]
    for row in kept:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def size(count: float) -> str:
    """Return a number of bytes in words, such as "1.2 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count /= 1000
    return f"{count:.0f} {unit}" if count >= 100 or unit == "B" else f"{count:.1f} {unit}"
