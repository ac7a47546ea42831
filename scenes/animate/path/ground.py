"""Draws the loss all over the plane of a training's path: colours of heights, and lines of equal loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import LEFT, Group

from scenes.animate.path.way import SURFACE
from scenes.animate.space.dots import Box
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Because
from scenes.look.style import SMALL, palette
from scenes.mobjects.pictures.colormap import height_colors
from scenes.mobjects.space.space import View
from scenes.mobjects.space.surface import Surface
from scenes.text.glyphs import format_number
from scenes.text.typeset import Words

if TYPE_CHECKING:
    from engine.recording import Recording

FROM_ABOVE = View(azimuth=0.0, elevation=np.pi / 2, distance=1e9)
LINES = 12  # of equal loss, between the lowest and the highest
BY_POWERS = 5.0  # times as much as the lowest, from which on heights are told by their logarithm
FAINT = 0.6  # opacity
FORM = "{:.3g}"
BAR = (0.16, 2.6, 40)  # width and height of the bar of colours, scene units, and its cells


class LossGround:
    """The loss that was computed at places of a plane, (row, column), at places `across` and `up`, and how it is told.

    low, high: its least and greatest finite number. by_powers: whether equal steps of colour are equal factors.
    """

    def __init__(self, recording: Recording) -> None:
        self.loss, self.across, self.up = (recording.read(name, step=-1).astype(float) for name in SURFACE)
        known = self.loss[np.isfinite(self.loss)]
        self.low, self.high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
        self.by_powers = self.low > 0 and self.high > BY_POWERS * self.low

    @property
    def is_known(self) -> bool:
        """Whether there is a loss at every place, and not the same one."""
        return bool(np.isfinite(self.loss).all()) and self.high > self.low

    def heights(self, loss: np.ndarray) -> np.ndarray:
        """Return where losses lie between the lowest, 0, and the highest, 1."""
        if self.by_powers:
            return np.asarray(np.log(loss / self.low) / np.log(self.high / self.low))
        return (loss - self.low) / (self.high - self.low)

    def to_box(self, places: np.ndarray, box: Box) -> np.ndarray:
        """Return places (…, 2) of the plane as places in a box, scene units."""
        corner = np.array([self.across[0], self.up[0]])
        span = np.array([self.across[-1], self.up[-1]]) - corner
        return np.array(box[:2]) + (places - corner) / span * np.array(box[2:])

    def surface(self, box: Box) -> Surface:
        """Return the picture of the loss in a box."""
        places = np.stack(np.meshgrid(self.across, self.up), axis=-1).reshape(-1, 2)
        heights = self.heights(self.loss.ravel())
        in_space = np.column_stack([self.to_box(places, box), np.zeros(len(places))])
        levels = LINES * heights
        drawn = Surface(
            in_space, self.loss.shape, view=FROM_ABOVE, rgba=height_colors(heights, 0.0, 1.0), levels=levels
        )
        drawn.set_z_index(-1)  # behind what came before it
        return drawn.set_opacity(FAINT)

    def legend(self, corner: tuple[float, float], because: Because) -> Group:
        """Return an upright bar of the colours with the losses at its ends. corner: its upper left, scene units."""
        width, height, cells = BAR
        shares = (np.arange(cells) + 0.5) / cells
        left, top = corner
        centers = np.column_stack([np.full(cells, left + width / 2), top - height * (1 - shares), np.zeros(cells)])
        fill = height_colors(shares, 0.0, 1.0)
        fill[:, 3] = FAINT
        bar = Tiles(centers, 0.5, fill=fill)
        bar.reshape_items(width, height / cells)
        ends = [
            Words(format_number(loss, FORM), SMALL, palette().muted, because=because).move_to(
                [left + width + 0.12, y, 0], aligned_edge=LEFT
            )
            for loss, y in ((self.high, top - 0.08), (self.low, top - height + 0.08))
        ]
        return Group(bar, *ends)
