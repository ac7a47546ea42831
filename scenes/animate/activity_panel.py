"""One layer on screen: its bands over the steps, a dot for each of its units, and how many of these have gone out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import LEFT, RIGHT, Group

from scenes.animate.activity import Activity
from scenes.animate.fitting import cut_name
from scenes.animate.hidden_layers import RECTIFIED
from scenes.mobjects.axes import round_numbers
from scenes.mobjects.band_plot import BandPlot, span_of
from scenes.mobjects.batched import rgb255
from scenes.mobjects.glyphs import MINUS
from scenes.mobjects.numbers import Number
from scenes.mobjects.tiles import Tiles
from scenes.mobjects.typeset import Words
from scenes.style import SMALL, palette
from scenes.translation import N_

if TYPE_CHECKING:
    from scenes.animate.own import OwnBeat

Box = tuple[float, float, float, float]  # left, bottom, width, height, scene units

ROW = 0.42  # scene units that a line of text takes above a plot
MARKS = 0.5  # below a plot, for the steps written there
INSET = 0.85  # left of a plot, for its numbers
DIGIT = 0.15  # the width of a digit there
PITCH = (0.17, 0.3)  # scene units between two dots, least and most
ONE_ROW = 0.22  # scene units between dots, from which they stand in one row
ROWS = 2  # of dots, else
FIRST_LOOK = 16  # the axis of steps reaches at first as far as this part of the training
FAINTEST = 0.3  # alpha of a dot that answers to a single probe
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

    The band runs on evenly, dots and count are those of the last snapshot up to step `told`.
    """

    def __init__(self, beat: OwnBeat, activity: Activity, box: Box, last: float, channels: bool) -> None:
        self.activity = activity
        left, bottom, width, height = box
        kind = activity.layer.kind
        if activity.layer.then:
            kind = f"{kind} → {activity.layer.then}"
        name = cut_name(activity.layer.name, width - 0.1, SMALL, palette().text)
        name.move_to([left + 0.1, bottom + height - ROW / 2, 0], aligned_edge=LEFT)
        self.name = name
        self.parts = Group(name)
        if kind and name.width + 0.3 < width - 0.7:
            told = cut_name(kind, width - name.width - 0.4, SMALL, palette().muted)
            told.move_to([left + width, 0, 0], aligned_edge=RIGHT).align_baseline(name)
            self.parts.add(told)
        self.dots: Tiles | None = None
        self.number: Number | None = None
        self.units = np.zeros(0, dtype=int)  # that have a dot
        self.dots_height = 0.0
        top = bottom + height - ROW
        if activity.free.shape[1]:
            self._count(beat, left, top, channels)
            self._place_dots(left, bottom, width)
            top -= ROW
            bottom += self.dots_height
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

    def _count(self, beat: OwnBeat, left: float, top: float, channels: bool) -> None:
        """Put the number of units that have gone out, and of how many, below the name."""
        activity = self.activity
        self.number = Number(0, "{:,.0f}", SMALL, palette().attention, fixed="right")
        room = Number(activity.units, "{:,.0f}", SMALL).width
        self.number.move_to([left + 0.1 + room, top - ROW / 2, 0], aligned_edge=RIGHT)
        text = COUNTED[activity.layer.bent == RECTIFIED, channels]
        words = Words(beat.tr(text, units=activity.units), SMALL, palette().muted)
        words.move_to([left + 0.25 + room, 0, 0], aligned_edge=LEFT).align_baseline(self.number)
        self.parts.add(self.number, words)

    def _place_dots(self, left: float, bottom: float, width: float) -> None:
        """Put a dot for each unit into rows; where there is no room for all, for those that were out most often."""
        activity = self.activity
        room = width - 0.2
        often = np.argsort(-activity.out.sum(axis=0), kind="stable")[: ROWS * int(room / PITCH[0])]
        self.units = np.sort(often)
        rows = 1 if len(self.units) * ONE_ROW <= room else ROWS
        columns = -(-len(self.units) // rows)
        pitch = min(PITCH[1], room / columns)
        row, column = np.divmod(np.arange(len(self.units)), columns)
        x, y = left + 0.1 + (column + 0.5) * pitch, bottom + (rows - row - 0.5) * pitch
        centers = np.stack([x, y, 0 * x], axis=1)
        self.dots_height = rows * pitch
        rim = np.tile(np.append(rgb255(palette().muted), RIM), (len(self.units), 1))
        fill = np.tile(np.append(rgb255(palette().bright), 0), (len(self.units), 1))
        self.dots = Tiles(centers, 0.36 * pitch, fill=fill, stroke=rim, stroke_width=1.2, corner=1.0)
        self.parts.add(self.dots)

    @property
    def left_out(self) -> int:
        """How many units have no dot."""
        return self.activity.units - len(self.units) if self.dots is not None else 0

    def show(self, now: float, told: float) -> None:
        """Show the band as far as step `now`, dots and count as at the last snapshot up to step `told`."""
        self.plot.show(now)
        at = max(0, int(np.searchsorted(self.activity.steps, told, side="right")) - 1)
        if self.dots is not None and self.number is not None:
            free = self.activity.free[at, self.units]
            self.dots.fill[:, 3] = np.where(self.activity.out[at, self.units], 0, FAINTEST + (1 - FAINTEST) * free)
            count = int(self.activity.counts[at])
            self.number.set_value(count).set_fill(palette().attention if count else palette().muted)

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
    """Return of how many letters the longest number on an axis over these will be."""
    low, high = span_of(quantiles)
    return max(len(in_short(number)) for number in round_numbers(low, high, ticks))


def panel_boxes(count: int) -> list[Box]:
    """Return where each of up to six equal panels goes."""
    columns = count if count < 4 else -(-count // 2)
    rows = -(-count // columns)
    width = (-2 * -6.65 - (columns - 1) * BETWEEN[0]) / columns
    height = (HIGH - LOW - (rows - 1) * BETWEEN[1]) / rows
    places = (divmod(place, columns) for place in range(count))
    return [
        (-6.65 + column * (width + BETWEEN[0]), HIGH - height - row * (height + BETWEEN[1]), width, height)
        for row, column in places
    ]
