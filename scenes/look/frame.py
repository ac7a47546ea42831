"""Describes the frame that a beat is laid out against: its shape, and where in it something may stand.

A beat keeps one layout for each shape that it declares in its chapter's contents, and asks for that of the frame in
force:

    LAYOUTS = {"16:9": Layout(image=5.35 * LEFT, …), "9:16": Layout(image=4.8 * UP, …)}
    self.at = layout_in(LAYOUTS)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from manim import config

from scenes.look.choices import ASPECTS, CatalogError
from scenes.look.style import MARGIN

T = TypeVar("T")


@dataclass(frozen=True)
class Frame:
    """A frame around the origin; width and height in scene units, the shorter of them 8."""

    width: float
    height: float

    @property
    def aspect(self) -> str:
        """The name, in `ASPECTS`, of the shape that this frame comes nearest to."""
        shape = np.log(self.width / self.height)
        return min(ASPECTS, key=lambda name: abs(float(np.log(ASPECTS[name][0] / ASPECTS[name][1]) - shape)))

    @property
    def tall(self) -> bool:
        """Whether the frame is higher than wide."""
        return self.height > self.width

    @property
    def right(self) -> float:
        """The largest distance to the right or left at which anything may stand, scene units."""
        return self.width / 2 - MARGIN

    @property
    def top(self) -> float:
        """The largest distance up or down at which anything may stand, scene units."""
        return self.height / 2 - MARGIN


def frame() -> Frame:
    """Return the frame in force."""
    return Frame(float(config.frame_width), float(config.frame_height))


def layout_in(layouts: Mapping[str, T]) -> T:
    """Return the layout, of those for each aspect, for the frame in force; raises CatalogError where there is none."""
    aspect = frame().aspect
    if aspect not in layouts:
        raise CatalogError(f"no layout for {aspect}: there are for {', '.join(layouts)}")
    return layouts[aspect]
