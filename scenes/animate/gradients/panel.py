"""Draws gradients: layers down, snapshots across as a map that grows, and a bar for each layer beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from manim import DOWN, LEFT, RIGHT, Group, UpdateFromAlphaFunc, VGroup, linear, smooth
from manim.animation.animation import Animation

from scenes.animate.gradients.measured import GradientEvidence
from scenes.animate.gradients.norms import Norms
from scenes.animate.shared.fitting import name_within
from scenes.animate.shared.layers import even_positions
from scenes.evidence.evidence import Evidence, Mark
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, palette
from scenes.mobjects.plots.row_heat import LogBars, RowHeat, amount_shades, row_frame
from scenes.text.glyphs import format_number
from scenes.text.numbers import Number
from scenes.text.typeset import Formula, Words

if TYPE_CHECKING:
    from scenes.animate.shared.own import OwnBeat

LEFT_END, RIGHT_END = -6.65, 6.65
NAME_ROOM = 2.65
MAP, MAP_WIDTH = -3.8, 5.2  # where the map begins, and its width
BARS, BARS_WIDTH = 2.25, 2.8
TOP, BOTTOM = 2.75, -2.25  # of the rows
HEAD_Y, COUNTER_Y, NOTE_Y = 3.35, -3.3, -3.3
MOST_PITCH = 1.7  # scene units from one row to the next
ROOMY = 0.75  # scene units between rows, whose names are written large
LABEL_PITCH = 0.37  # least distance between two names
MARK_ROOM = 1.15  # scene units along the map for each step that is written


class GradientPanel(Group):
    """The norms of gradients as a map and as bars.

    Members: `names`, `frame`, `heat`, `bars`, `marks` (steps below the map), `head`, `now` (the step of the bars).
    evidence: what is measured of the norms.
    """

    def __init__(self, beat: OwnBeat, norms: Norms, head: str, evidence: GradientEvidence) -> None:
        self.norms, self.told = norms, evidence
        rows, self.columns = len(norms.names), len(norms.steps)
        self.pitch = min(MOST_PITCH, (TOP - BOTTOM) / rows)
        self.heights = (TOP + BOTTOM) / 2 + self.pitch * ((rows - 1) / 2 - np.arange(rows))
        self.size = LABEL if self.pitch > ROOMY else SMALL
        self.every = max(1, int(np.ceil(LABEL_PITCH / self.pitch)))
        self.names = VGroup(*[self._name(row) for row in range(0, rows, self.every)])
        self.frame = row_frame(MAP, MAP_WIDTH, self.heights, self.pitch)
        self.heat = RowHeat(norms.values.T, norms.shades, MAP, MAP_WIDTH, self.heights, self.pitch)
        self.bars = LogBars(norms.span, BARS, BARS_WIDTH, self.heights, self.pitch, norms.shades)
        self.marks = self._marks()
        self.head = beat.words(head, SMALL, color=palette().muted)
        self.head.move_to([MAP, HEAD_Y, 0], aligned_edge=LEFT)
        self.step = Number(int(norms.steps[0]), "{:,.0f}", LABEL).follow(beat.steps())
        word = beat.words(N_("at step"), SMALL, color=palette().muted)
        word.move_to([BARS, HEAD_Y, 0], aligned_edge=LEFT)
        self.step.next_to(word, RIGHT, buff=0.2).align_baseline(word)
        self.now = Group(word, self.step)
        super().__init__(self.names, self.frame, self.heat, self.bars, self.marks, self.head, self.now)
        self.show(0.0)

    def _name(self, row: int, color: str | None = None) -> Words:
        name = name_within(
            self.norms.names[row],
            NAME_ROOM,
            self.size,
            palette().text if color is None else color,
            among=self.norms.names,
        )
        return name.move_to([MAP - 0.2, self.heights[row], 0], aligned_edge=RIGHT)

    def _marks(self) -> VGroup:
        """Return the steps of some columns, below these."""
        bottom = float(self.heights.min()) - self.pitch / 2 - 0.12
        marks = VGroup()
        for column in even_positions(self.columns, max(2, int(MAP_WIDTH / MARK_ROOM))):
            x = MAP + MAP_WIDTH * (column + 0.5) / self.columns
            told = format_number(int(self.norms.steps[column]), "{:,.0f}")
            mark = Words(told, SMALL, palette().muted, because=Mark(told))
            marks.add(mark.next_to([x, bottom, 0], DOWN, buff=0.1))
        return marks

    def show(self, share: float) -> None:
        """Show all as it was at a share, 0 to 1, of the snapshots."""
        self.heat.show_columns(share * self.columns)
        column = min(self.columns - 1, int(share * self.columns))
        self.bars.show_values(self.norms.values[column])
        self.step.at(int(self.norms.steps[column]))

    def animate_arrival(self, **kwargs: object) -> Animation:
        """Return an animation in which the first bars grow one after the other, from the output's to the input's."""
        low, ends, rows = self.bars.place(np.zeros(len(self.heights))), self.bars.ends.copy(), len(self.heights)
        late = np.arange(rows)[::-1] / (rows + 1)  # of the time, when a bar begins to grow
        shades = palette()

        def move(bars: LogBars, share: float) -> None:
            if share == 1:
                bars.show_values(bars.values)
                return
            grown = np.clip((share - late) * (rows + 1) / 2, 0, 1)
            bars.show_places(low + (ends - low) * smooth_of(grown))
            for dot, part in zip(bars.dots, grown, strict=True):
                dot.set_fill(shades.attention if part < 1 else shades.text, opacity=float(part > 0))

        return UpdateFromAlphaFunc(self.bars, move, rate_func=linear, **kwargs)

    def animate_medians(self, **kwargs: object) -> Animation:
        """Return an animation in which the bars go to the medians over all snapshots."""
        start, medians = self.bars.ends, self.norms.medians
        end = self.bars.place(medians)
        before, after = self.bars.bars.fill.copy(), amount_shades(medians, self.norms.shades)

        def move(bars: LogBars, share: float) -> None:
            if share == 1:
                bars.show_values(medians)
            else:
                bars.show_places(start + (end - start) * share)
                bars.bars.fill = before + (after - before) * share

        return UpdateFromAlphaFunc(self.bars, move, rate_func=smooth, **kwargs)

    def told_of(self, layers: Sequence[int]) -> VGroup:
        """Return the medians of some layers as numbers beside their bars."""
        shade, numbers = palette().attention, VGroup()
        for layer, y in self._apart(layers).items():
            median = self.norms.medians[layer]
            known = np.isfinite(median)
            number = short_number(median, shade, self.told.medians) if known else Words("–", SMALL, shade)
            numbers.add(number.move_to([BARS + BARS_WIDTH + 0.25, y, 0], aligned_edge=LEFT))
        return numbers

    def marked_names(self, layers: Sequence[int]) -> tuple[VGroup, list[Words]]:
        """Return the names of some layers in the colour of attention, and the plain names that give way to them."""
        heights = self._apart(layers)
        marked = VGroup(*[self._name(layer, palette().attention).set_y(y) for layer, y in heights.items()])
        gone = [name for name in self.names if any(abs(name.get_y() - y) < LABEL_PITCH for y in heights.values())]
        return marked, gone

    def _apart(self, layers: Sequence[int]) -> dict[int, float]:
        """Return how high texts about layers stand, so that none is over another one; only those that have room."""
        found: dict[int, float] = {}
        for layer in sorted(layers):
            y = float(self.heights[layer])
            below = min(found.values(), default=np.inf) - LABEL_PITCH
            if y - below > LABEL_PITCH * 0.99 and len(layers) > 2:
                continue
            found[layer] = min(y, below)
        return found


def smooth_of(shares: np.ndarray) -> np.ndarray:
    """Return shares, 0 to 1, eased at both ends."""
    return shares * shares * (3 - 2 * shares)


def short_number(value: float, color: str, because: Evidence) -> Words | Formula:
    """Return a number in two digits, with a power of ten where it is very small or large. because: what it rests on."""
    digits, e, power = f"{value:.2g}".partition("e")
    if e:
        return Formula(f"{digits} times 10^({int(power)})", SMALL, color, because=because)
    return Words(format_number(float(digits), "{:g}"), SMALL, color, because=because)
