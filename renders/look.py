"""How a film looks and sounds besides its quality and its language: theme, shape of the frame, background, loop, voice.

A look with nothing special is the film that `render` makes; every other one has its marks in the film's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from renders.errors import WrongUsageError
from renders.places import slug
from scenes.entries import ASPECTS, WIDE

if TYPE_CHECKING:
    from renders.quality import Quality

FRAME_HEIGHT = 8.0  # scene units of the shorter side of a frame
DARK = "dark"


@dataclass(frozen=True)
class Look:
    """What is wanted other than usual.

    theme: a name in `scenes.themes`. aspect: width to height. transparent: no background, as a .mov whose pixels
    have alpha. loop: every beat ends on the picture that it opens with. voice: who speaks, such as "kokoro" or
    "kokoro:af_heart", "" for nobody.
    """

    theme: str = DARK
    aspect: str = WIDE
    transparent: bool = False
    loop: bool = False
    voice: str = ""

    @property
    def marks(self) -> str:
        """What a film's name tells of it, "" for the usual look, else beginning with a dot."""
        told = [
            self.theme if self.theme != DARK else "",
            self.aspect.replace(":", "x") if self.aspect != WIDE else "",
            "transparent" if self.transparent else "",
            "loop" if self.loop else "",
            slug(self.voice),
        ]
        return "".join(f".{mark}" for mark in told if mark)

    @property
    def ending(self) -> str:
        """The ending of a film's name."""
        return "mov" if self.transparent else "mp4"

    @property
    def frame(self) -> tuple[float, float]:
        """Width and height of the frame, scene units: the shorter side is always 8."""
        across, up = ASPECTS[self.aspect]
        return (FRAME_HEIGHT * max(1.0, across / up), FRAME_HEIGHT * max(1.0, up / across))

    def pixels(self, quality: Quality) -> tuple[int, int]:
        """Return width and height in pixels, both even; the quality's height is that of the shorter side."""
        if self.aspect == WIDE:
            return quality.width, quality.height
        scale = quality.height / FRAME_HEIGHT
        width, height = (2 * round(side * scale / 2) for side in self.frame)
        return width, height


USUAL = Look()


def find_aspect(told: str) -> str:
    """Return the aspect of that name; raise WrongUsageError where there is none."""
    if told not in ASPECTS:
        raise WrongUsageError(f"no aspect '{told}': there are {', '.join(ASPECTS)}")
    return told
