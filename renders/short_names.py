"""Names of files that file systems take: of at most 255 bytes, of which a Chinese character takes three."""

from __future__ import annotations

STEM = 200  # bytes of a name to which we add an ending of our own


def cut_name(name: str, most: int = STEM) -> str:
    """Return the beginning of a name that takes at most so many bytes; no character is split."""
    taken = 0
    for place, letter in enumerate(name):
        taken += len(letter.encode(errors="surrogatepass"))
        if taken > most:
            return name[:place]
    return name
