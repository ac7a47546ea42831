"""Defines how a film looks and sounds besides its quality and its language: theme, aspect, background, loop, voice.

The usual style is that of the film that `render` makes; every other one has its marks in the film's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from renders.base.errors import WrongUsageError
from renders.base.names import slug
from scenes.look.choices import ASPECTS, WIDE

if TYPE_CHECKING:
    from renders.request.quality import Quality

FRAME_HEIGHT = 8.0  # scene units of the shorter side of a frame
DARK = "dark"


@dataclass(frozen=True)
class RenderStyle:
    """The style of a film; the defaults are the usual one.

    theme: a name in `scenes.look.themes`. aspect: width to height. transparent: no background, as a .mov whose pixels
    have alpha. loop: every beat ends on the picture that it opens with. voice: who speaks, such as "kokoro" or
    "kokoro:af_heart", "" for nobody. pace: how fast lines are said, 1 being 2.4 words or 4 Chinese characters a second.
    title: whether a chapter's film begins with its title card.
    """

    theme: str = DARK
    aspect: str = WIDE
    transparent: bool = False
    loop: bool = False
    voice: str = ""
    pace: float = 1.0
    title: bool = True

    @property
    def drawing(self) -> dict[str, Any]:
        """The settings that decide how a film part is drawn."""
        return {name: value for name, value in vars(self).items() if name != "title"}

    @property
    def marks(self) -> str:
        """The marks of the style in a film's name, "" for the usual style, else beginning with a dot."""
        told = [
            self.theme if self.theme != DARK else "",
            self.aspect.replace(":", "x") if self.aspect != WIDE else "",
            "transparent" if self.transparent else "",
            "loop" if self.loop else "",
            slug(self.voice),
            f"pace-{slug(f'{self.pace:g}')}" if self.pace != 1 else "",
            "" if self.title else "untitled",
        ]
        return "".join(f".{mark}" for mark in told if mark)

    @property
    def ending(self) -> str:
        """The ending of a film's name."""
        return "mov" if self.transparent else "mp4"

    @property
    def frame(self) -> tuple[float, float]:
        """The width and height of the frame, scene units: the shorter side is always 8."""
        across, up = ASPECTS[self.aspect]
        return (FRAME_HEIGHT * max(1.0, across / up), FRAME_HEIGHT * max(1.0, up / across))

    def pixels(self, quality: Quality) -> tuple[int, int]:
        """Return width and height in pixels, both even; the quality's height is that of the shorter side."""
        if self.aspect == WIDE:
            return quality.width, quality.height
        scale = quality.height / FRAME_HEIGHT
        width, height = (2 * round(side * scale / 2) for side in self.frame)
        return width, height


USUAL = RenderStyle()
SLOWEST, FASTEST = 0.5, 2.0  # of a pace


def find_pace(told: float) -> float:
    """Return a pace that can be followed; raises WrongUsageError for any other."""
    if not SLOWEST <= told <= FASTEST:
        raise WrongUsageError(f"--pace takes a number from {SLOWEST:g} to {FASTEST:g}, 1 being usual, not {told:g}")
    return told


def find_aspect(told: str) -> str:
    """Return the aspect of that name; raises WrongUsageError where there is none."""
    if told not in ASPECTS:
        raise WrongUsageError(f"no aspect '{told}': there are {', '.join(ASPECTS)}")
    return told
