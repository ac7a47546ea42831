"""Makes names for files and films: file systems take 255 bytes, of which a Chinese character takes three."""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"[^\w-]+")
STEM = 200  # bytes of a name to which we add an ending of our own
_LONGEST = 80  # bytes of a name, so that a film has room for its look, and what stands beside it for its endings


def slug(name: str, longest: int = _LONGEST) -> str:
    """Return a name that a file can have everywhere: letters of any script, digits, - and _; "" if none is left.

    longest: bytes.
    """
    return cut_name(_UNSAFE.sub("-", name).strip("-"), longest).strip("-")


def cut_name(name: str, most: int = STEM) -> str:
    """Return the beginning of a name that takes at most `most` bytes; no character is split."""
    taken = 0
    for place, letter in enumerate(name):
        taken += len(letter.encode(errors="surrogatepass"))
        if taken > most:
            return name[:place]
    return name
