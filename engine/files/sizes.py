"""Says in words how large files are."""

from __future__ import annotations


def in_bytes(count: float) -> str:
    """Return a number of bytes in words, such as "1.2 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count /= 1000
    return f"{count:.0f} {unit}" if count >= 100 or unit == "B" else f"{count:.1f} {unit}"
