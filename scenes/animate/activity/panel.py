"""Draws one layer: its bands over the steps, a dot for each of its units, and how many of these have gone out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from manim import LEFT, RIGHT, Group, Line, VGroup

from scenes.animate.activity.activity import Activity
from scenes.animate.activity.hidden_layers import RECTIFIED, called
from scenes.animate.shared.fitting import name_within
from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Evidence
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import SMALL, STROKE, palette
from scenes.mobjects.plots.axes import round_numbers
from scenes.mobjects.plots.band_plot import BandPlot, span_of
from scenes.text.glyphs import MINUS
from scenes.text.numbers import Number

if TYPE_CHECKING:
    from scenes.animate.shared.own import OwnBeat

Box = tuple[float, float, float, float]  # left, bottom, width, height, scene units

ROW = 0.42  # scene units that a line of text takes above a plot
MARKS = 0.5  # below a plot, for the steps written there
INSET = 0.85  # left of a plot, for its numbers
DIGIT = 0.15  # the width of a digit there
PITCH = (0.17, 0.34)  # scene units between two dots, least and most
ONE_ROW = 0.22  # scene units between dots, from which they stand in one row
ROWS = 2  # of dots, else
BESIDE = 0.3  # scene units between dots and what is counted of them
FIRST_LOOK = 16  # the axis of steps reaches at first as far as this part of the training
FAINTEST = 0.3  # alpha of a dot that answers to a single probe
CLEAR = 0.16  # scene units between dots and the numbers of the axis above
CALIPER = 0.1  # scene units that its ends reach to either side
RIM = 0.35  # alpha of the rim that is left of a dot that has gone out
BETWEEN, LOW, HIGH = (0.5, 0.25), -2.62, 3.62
COUNTED = {  # by whether the layer rectifies, and whether its units are channels
    (True, True): N_("of {units} channels silent"),
    (True, False): N_("of {units} units silent"),
    (False, True): N_("of {units} channels stuck"),
    (False, False): N_("of {units} units stuck"),
}


class ActivityPanel:
    """The mobjects of one layer, `parts`, in a box; `show(now, told)` shows all as it is at a step.

    The band runs on evenly, dots and count are those of the last snapshot up to step `told`. counted: what the counts
    of units that are out rest on. among: the names of all layers that are shown.
    """

    def __init__(
        self,
        beat: OwnBeat,
        activity: Activity,
        box: Box,
        last: float,
        channels: bool,
        counted: Evidence,
        among: Sequence[str] = (),
    ) -> None:
        self.activity, self.channels, self.counted, self.among = activity, channels, counted, among
        left, bottom, width, height = box
        self._name(left, bottom + height - ROW / 2, width)
        self.dots: Tiles | None = None
        self.number: Number | None = None
        self.units = np.zeros(0, dtype=int)  # that have a dot
        top = bottom + height - ROW
        if activity.free.shape[1]:
            bottom += self._place_units(beat, left, bottom, width, channels)
        upwards = top - bottom - MARKS - 0.12
        ticks = max(3, round(upwards / 0.8))
        inset = max(INSET, INSET - 0.5 + DIGIT * longest_tick(activity.quantiles, ticks))
        across = width - inset - 0.25
        self.plot = BandPlot(
            activity.steps,
            activity.quantiles,
            max(1.0, last / FIRST_LOOK),
            max(1.0, last),
            across,
            upwards,
            y={"ticks": ticks, "form": in_short},
            marked=True,
            crowded=min(0.4, (0.17 * len(f"{last:,.0f}") + 0.2) / across),
        )
        self.plot.shift(np.array([left + inset, bottom + MARKS, 0]) - self.plot.bottom(0))
        self.parts.add(self.plot)

    def _name(self, left: float, y: float, width: float) -> None:
        """Put what the layer is called at the left, and its kind at the right, where there is room for it."""
        layer = self.activity.layer
        title = called(layer, len(layer.name))
        kind = layer.kind if title == layer.name else ""
        if layer.then:
            kind = f"{kind} → {layer.then}".lstrip()
        self.name = name_within(title, width - 0.1, SMALL, palette().text, among=self.among)
        self.name.move_to([left + 0.1, y, 0], aligned_edge=LEFT)
        self.parts = Group(self.name)
        if kind and self.name.width + 0.3 < width - 0.7:
            told = name_within(kind, width - self.name.width - 0.4, SMALL, palette().muted)
            told.move_to([left + width, 0, 0], aligned_edge=RIGHT).align_baseline(self.name)
            self.parts.add(told)
        self.heading = Group(*self.parts)

    def _place_units(self, beat: OwnBeat, left: float, bottom: float, width: float, channels: bool) -> float:
        """Put dots at the bottom, and beside or above them how many are out; return the height that this takes."""
        tally = self._count(beat, channels)
        room = width - 0.2 - (tally.width + BESIDE)
        beside = ROWS * int(max(0, room) / PITCH[0]) >= self.activity.units
        self.dots = self._dots_in(left + 0.1, bottom, room if beside else width - 0.2)
        self.parts.add(tally, self.dots)
        if beside:
            tally.next_to(self.dots, RIGHT, buff=BESIDE).set_y(self.dots.get_y())
            return max(0.9 * ROW, self.dots.height + CLEAR)
        tally.move_to([left + 0.1, self.dots.get_top()[1] + ROW / 2, 0], aligned_edge=LEFT)
        return self.dots.height + CLEAR + ROW

    def _count(self, beat: OwnBeat, channels: bool) -> Group:
        """Return the number of units that have gone out, and of how many."""
        activity = self.activity
        out = Series(activity.steps, activity.counts, self.counted)
        self.number = Number(activity.units, "{:,.0f}", SMALL, palette().attention, fixed="right").follow(out)
        text, values = COUNTED[activity.layer.bent == RECTIFIED, channels], {"units": activity.units}
        words = beat.words(text, SMALL, palette().muted, because=self.counted, values=values)
        words.next_to(self.number, RIGHT, buff=0.15).align_baseline(self.number)
        return Group(self.number, words)

    def _dots_in(self, left: float, bottom: float, room: float) -> Tiles:
        """Return a dot for each unit, in rows; where there is no room for all, for those that were out most often."""
        activity = self.activity
        often = np.argsort(-activity.out.sum(axis=0), kind="stable")[: ROWS * int(room / PITCH[0])]
        self.units = np.sort(often)
        rows = 1 if len(self.units) * ONE_ROW <= room else ROWS
        columns = -(-len(self.units) // rows)
        pitch = min(PITCH[1], room / columns)
        row, column = np.divmod(np.arange(len(self.units)), columns)
        x, y = left + (column + 0.5) * pitch, bottom + (rows - row - 0.5) * pitch
        centers = np.stack([x, y, 0 * x], axis=1)
        rim = np.tile(np.append(rgb255(palette().muted), RIM), (len(self.units), 1))
        fill = np.tile(np.append(rgb255(palette().bright), 0), (len(self.units), 1))
        return Tiles(centers, 0.36 * pitch, fill=fill, stroke=rim, stroke_width=1.2, corner=1.0)

    @property
    def left_out(self) -> int:
        """The number of units that have no dot."""
        return self.activity.units - len(self.units) if self.dots is not None else 0

    def show(self, now: float, told: float) -> None:
        """Show the band as far as step `now`, dots and count as at the last snapshot up to step `told`."""
        self.plot.show(now)
        at = max(0, int(np.searchsorted(self.activity.steps, told, side="right")) - 1)
        if self.dots is not None and self.number is not None:
            free = self.activity.free[at, self.units]
            self.dots.fill[:, 3] = np.where(self.activity.out[at, self.units], 0, FAINTEST + (1 - FAINTEST) * free)
            self.number.at(told).set_fill(palette().attention if self.number.value else palette().muted)

    def width_at(self, row: int) -> VGroup:
        """Return a caliper as wide as values are spread at a snapshot, from 5 to 95 %, where it stands in the plot."""
        quantiles = self.activity.quantiles[row]
        low, high = (self.plot.place(float(self.activity.steps[row]), float(quantiles[end])) for end in (0, -1))
        bar = Line(low, high)
        ends = [Line(at + CALIPER * LEFT, at + CALIPER * RIGHT) for at in (low, high)]
        return VGroup(bar, *ends).set_stroke(palette().attention, 1.5 * STROKE)

    @property
    def medians(self) -> list[np.ndarray]:
        """The line of medians (n, 3) as it is drawn; none where no median is a number."""
        return self._lines(2)

    @property
    def edges(self) -> list[np.ndarray]:
        """The lines (n, 3) at which the outermost band ends, as it is drawn."""
        return [*self._lines(0), *self._lines(-1)]

    def _lines(self, quantile: int) -> list[np.ndarray]:
        values = self.activity.quantiles[:, quantile]
        known = np.isfinite(values)
        return [self.plot.place(self.activity.steps[known], values[known])] if known.any() else []

    def rings(self) -> Tiles | None:
        """Return rings around the dots that are out at the end; None where there are none."""
        if self.dots is None or not (gone := self.activity.out[-1, self.units]).any():
            return None
        stroke = np.tile(np.append(rgb255(palette().attention), 1), (int(gone.sum()), 1))
        half = 0.5 * float(np.linalg.norm(self.dots.points[1] - self.dots.points[0])) * 1.1
        return Tiles(self.dots.centers[gone], half, fill=0 * stroke, stroke=stroke, stroke_width=2.0, corner=1.0)


def in_short(number: float) -> str:
    """Return a number as it is written on an axis: of very large and small ones the power of ten comes last."""
    mantissa, _, power = f"{number:.3g}".partition("e")
    return f"{mantissa}e{int(power)}".replace("-", MINUS) if power else mantissa.replace("-", MINUS)


def longest_tick(quantiles: np.ndarray, ticks: int) -> int:
    """Return the number of letters of the longest number on an axis over these quantiles."""
    low, high = span_of(quantiles)
    return max(len(in_short(number)) for number in round_numbers(low, high, ticks))


def activity_boxes(count: int, low: float = LOW) -> list[Box]:
    """Return the boxes of up to six equal panels, none of them below `low`, scene units."""
    columns = count if count < 4 else -(-count // 2)
    rows = -(-count // columns)
    width = (-2 * -6.65 - (columns - 1) * BETWEEN[0]) / columns
    height = (HIGH - low - (rows - 1) * BETWEEN[1]) / rows
    places = (divmod(place, columns) for place in range(count))
    return [
        (-6.65 + column * (width + BETWEEN[0]), HIGH - height - row * (height + BETWEEN[1]), width, height)
        for row, column in places
    ]
