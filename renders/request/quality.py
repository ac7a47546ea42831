"""Defines how large and how smooth a film is."""

from __future__ import annotations

from dataclasses import dataclass

from renders.base.errors import unknown


@dataclass(frozen=True)
class Quality:
    """The size of a film, pixels, and its frames a second."""

    name: str
    width: int
    height: int
    frame_rate: int


QUALITIES = {
    quality.name: quality
    for quality in (
        Quality("draft", 320, 180, 10),
        Quality("low", 854, 480, 15),
        Quality("medium", 1280, 720, 30),
        Quality("high", 1920, 1080, 60),
        Quality("4k", 3840, 2160, 60),
    )
}
DEFAULT_QUALITY = "medium"


def find_quality(name: str) -> Quality:
    """Return the quality of that name; raises UnknownNameError, with the nearest right one, where there is none."""
    try:
        return QUALITIES[name]
    except KeyError:
        raise unknown("quality", name, QUALITIES) from None
