"""Colours by meaning, sizes and timing: the one place that says how a film looks.

Nothing else names a colour. A theme replaces a `Palette`, so a light or a colour-blind one is a new value, not new
code. Sizes are ems in scene units (the frame is 14.2 by 8), times are seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

TITLE = 0.6
LABEL = 0.42
SMALL = 0.29

STROKE = 2.0
THIN = 1.2

DIMMED = 0.33  # what is not being talked about
MARGIN = 0.45  # nearest that anything of ours comes to the frame's edge, scene units
REST = 2.0  # a beat rests on its last picture
QUICK = 0.6
STEADY = 1.2


@dataclass(frozen=True)
class Palette:
    """Hex colours, each named for what it means on screen."""

    background: str = "#0b0b0f"
    text: str = "#ECECEC"
    muted: str = "#8A8F98"
    line: str = "#C8CCD2"
    positive: str = "#58C4DD"
    negative: str = "#FC6255"
    attention: str = "#F7E06F"
    right: str = "#83C167"
    further: str = "#6F7C96"  # a line, a bar or a word beside those of the other colours
    ground: str = "#6F7C96"  # a level surface
    heights: tuple[str, ...] = ("#1B8577", "#5F71A8", "#A8518A")  # a surface from its lowest to its highest, as light
    shadow: float = 0.45  # of a surface's colour, where no light falls
    bright: str = "#FFFFFF"  # a neuron that is fully on, a digit's strokes: light on a screen, ink on paper
    blank: str = "#000000"  # where a grey picture that hides what is behind it has nothing
    classes: tuple[str, ...] = (  # what things belong to that are neither positive nor negative
        "#4FB3E8",
        "#F2904B",
        "#83C167",
        "#F0739B",
        "#B08CFF",
        "#2FBFA7",
        "#D9B48F",
        "#5B7BE0",
        "#E05A4F",
        "#C9CED6",
    )
    wording: str = ""  # what lines that name its colours are put like, of `scenes.language.wording`; "" as they stand


_active: ContextVar[Palette] = ContextVar("palette", default=Palette())


def palette() -> Palette:
    """Return the palette in force."""
    return _active.get()


@contextmanager
def theme(chosen: Palette) -> Iterator[None]:
    """Draw everything inside the block with another palette."""
    token = _active.set(chosen)
    try:
        yield
    finally:
        _active.reset(token)


def sign_color(value: float) -> str:
    """Return the colour of a positive or a negative number."""
    return palette().positive if value >= 0 else palette().negative
