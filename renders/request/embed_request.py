"""Defines the request of an embed: which clips, as what, and how they are to be cut."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from renders.base.errors import WrongUsageError
from renders.request.quality import Quality
from renders.request.style import USUAL, RenderStyle

SLOWEST, FASTEST = 0.05, 20.0  # factors
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(k|m|g)?b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9}
_TIME = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)s?", re.IGNORECASE)


@dataclass(frozen=True)
class Cut:
    """The changes made to a film before it is embedded.

    start, end: seconds; end None: to the end. speed: 2.0 takes half of the time. burn: captions in the picture, in the
    film's own language. Raises WrongUsageError where these make no sense.
    """

    start: float = 0.0
    end: float | None = None
    speed: float = 1.0
    burn: bool = False

    def __post_init__(self) -> None:
        if not SLOWEST <= self.speed <= FASTEST:
            raise WrongUsageError(f"--speed is a factor from {SLOWEST:g} to {FASTEST:g}, not {self.speed:g}")
        if not (math.isfinite(self.start) and self.start >= 0):
            raise WrongUsageError(f"--from is a time within the film, not {self.start:g} s")
        if self.end is not None and not self.end > self.start:
            raise WrongUsageError(f"--to {self.end:g} s is not after --from {self.start:g} s")

    @property
    def changes(self) -> bool:
        """Whether anything is to be changed."""
        return self != Cut()

    @property
    def marks(self) -> str:
        """The marks of the cut in a film's name, "" for none, else beginning with a dot: ".3s-8s.0.5x.burn"."""
        end = "end" if self.end is None else f"{self.end:g}s"
        told = [
            f"{self.start:g}s-{end}" if self.start or self.end is not None else "",
            f"{self.speed:g}x" if self.speed != 1 else "",
            "burn" if self.burn else "",
        ]
        return "".join(f".{mark}" for mark in told if mark)


@dataclass(frozen=True)
class EmbedRequest:
    """A request to embed clips.

    clips: as they were named. quality, language: None: medium, and English. out: a file or a folder. at: the second of
    a single picture, None for the last one. max_size: bytes of all that is made, None for any. title: of what is
    joined. autoplay: films begin by themselves. split: each step of a presentation has a film of its own.
    """

    clips: tuple[str, ...]
    target: str
    quality: Quality | None = None
    language: str | None = None
    look: RenderStyle = USUAL
    cut: Cut = field(default_factory=Cut)
    at: float | None = None
    max_size: int | None = None
    title: str = ""
    out: Path | None = None
    force: bool = False
    workers: int = 1
    autoplay: bool = False
    split: bool = False

    @property
    def marks(self) -> str:
        """The marks in a result's name of what is shown of the clips: how they are cut, and at which second."""
        return self.cut.marks + ("" if self.at is None else f".at-{self.at:g}s")


def find_size(told: str) -> int:
    """Return the bytes of a size such as "5MB" or "800k"; raises WrongUsageError where it is none."""
    match = _SIZE.fullmatch(told.strip())
    if not match or not float(match[1]):
        raise WrongUsageError(f"no size '{told}': say it as 5MB or 800kB")
    return int(float(match[1]) * _UNITS[(match[2] or "").lower()])


def find_time(told: str) -> float:
    """Return the seconds of a time such as "3.2", "3.2s" or "1:03.2"; raises WrongUsageError where it is none."""
    match = _TIME.fullmatch(told.strip())
    if not match:
        raise WrongUsageError(f"no time '{told}': say it as 3.2s or 1:03.2")
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return 3600 * hours + 60 * minutes + seconds
