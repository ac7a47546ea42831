"""Defines the cache entry of one rendered film part, from which films are joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenes.beats.timeline import Caption

FILM = "film"  # what the film of a piece is called, before its ending


@dataclass(frozen=True)
class Entry:
    """One rendered film part.

    reads: experiment -> what it read, each with `array`, `selection` and `at`, seconds within the part. steps: from
    which second on it shows which step of which experiment. poster_time: seconds, the frame to show for the whole.
    cost: seconds that rendering took. claims: the evidence of every text on screen, plain JSON.
    """

    digest: str
    frames: int
    frame_rate: int
    poster_time: float
    cost: float
    captions: tuple[Caption, ...]
    reads: Mapping[str, tuple[Mapping[str, Any], ...]]
    steps: tuple[Mapping[str, Any], ...]
    film: Path
    claims: tuple[Mapping[str, Any], ...] = ()

    @property
    def seconds(self) -> float:
        """The length of its film, seconds."""
        return self.frames / self.frame_rate
