"""Draws how far each layer's weights went from their start: a bar for each, beside its picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import LEFT, RIGHT, Group, Rectangle, VGroup
from manim.animation.animation import Animation

from scenes.animate.shared.fitting import name_within
from scenes.animate.shared.layers import short_name
from scenes.animate.weights.views import WeightView
from scenes.evidence.evidence import Because
from scenes.look.style import LABEL, SMALL, palette
from scenes.text.typeset import Words

PICTURE, NAME, BAR, END = -6.6, -4.3, 0.0, 5.1  # where pictures, names and bars begin, and where bars end
NAME_ROOM, PICTURE_WIDTH = 4.0, 2.0
TOP, BOTTOM = 3.4, -2.7
MOST_PITCH = 1.8
FILLED, THICK = 0.86, 0.32  # of a row, by its picture and by its bar
TRACK, THICKEST = 0.12, 0.4


class MovedRows(Group):
    """A row for each layer: room for its picture, its name, a bar as long as it has moved, the number in words.

    Bars are as wide as `END - BAR` for the layer that moved furthest. Where there is no such number they have none.
    undefined: what is written in its place. because: what the numbers rest on.
    """

    def __init__(self, views: Sequence[WeightView], undefined: str, because: Because = None) -> None:
        moved = np.array([view.moved for view in views])
        self.known = np.isfinite(moved)
        self.longest = float(moved[self.known].max(initial=0.0)) or 1.0
        self.pitch = min(MOST_PITCH, (TOP - BOTTOM) / len(views))
        middle = (TOP + BOTTOM) / 2
        self.heights = middle + self.pitch * ((len(views) - 1) / 2 - np.arange(len(views)))
        form = share_form(moved)
        self.names, self.tracks, self.bars, self.numbers = VGroup(), VGroup(), VGroup(), VGroup()
        names = [view.name for view in views]
        for view, y, known in zip(views, self.heights, self.known, strict=True):
            self.names.add(
                name_within(
                    view.name, NAME_ROOM, LABEL if view.name == short_name(view.name, 16) else SMALL, among=names
                ).move_to([NAME, y, 0], aligned_edge=LEFT)
            )
            self.tracks.add(self._bar(END - BAR, y, TRACK))
            length = (END - BAR) * view.moved / self.longest if known else 0.0
            self.bars.add(self._bar(max(length, 1e-3), y, 1.0))
            told = form.format(view.moved) if known else undefined
            self.numbers.add(Words(told, LABEL, because=because).next_to([END, y, 0], RIGHT, buff=0.2))
        super().__init__(self.names, self.tracks, self.bars, self.numbers)

    def room(self, row: int) -> tuple[np.ndarray, float, float]:
        """Return the center, width and height of a row's picture."""
        return np.array([PICTURE + PICTURE_WIDTH / 2, self.heights[row], 0]), PICTURE_WIDTH, FILLED * self.pitch

    def animate_bars(self, run_time: float) -> list[Animation]:
        """Return animations in which every bar grows from its start."""
        grown = []
        for bar in self.bars:
            target = bar.copy()
            bar.stretch_to_fit_width(1e-3, about_edge=LEFT)
            grown.append(bar.animate(run_time=run_time).become(target))
        return grown

    def _bar(self, width: float, y: float, opacity: float) -> Rectangle:
        bar = Rectangle(width=width, height=min(THICK * self.pitch, THICKEST), stroke_width=0)
        bar.set_fill(palette().text, opacity=opacity)
        return bar.move_to([BAR, y, 0], aligned_edge=LEFT)


def share_form(shares: np.ndarray) -> str:
    """Return the form, as `str.format` takes it, of shares as percentages: with two digits of the least above zero."""
    known = shares[np.isfinite(shares) & (shares > 0)]
    least = float(known.min()) if len(known) else 1.0
    return f"{{:,.{int(np.clip(-1 - np.floor(np.log10(least)), 0, 4))}%}}"
