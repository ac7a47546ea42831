"""Measured seconds or bytes against the number of tokens, the square that they grow with, and rows of factors below."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Line, VGroup

from scenes.beats.beat import Beat
from scenes.chapters.attention.counts.measured_cost import Cost, unit_of
from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Evidence, Measured, Quoted
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, THIN, palette
from scenes.mobjects.plots.axes import Axes2D
from scenes.text.typeset import Formula, Words

MIDDLE_Y, WIDTH, HEIGHT = 0.75, 4.6, 3.9  # of the axes, scene units
POINT, CAP = 0.07, 0.11  # radius of a point, half the width of a bar's ends
ROWS_Y, LEFT_EDGE, FIRST_FACTOR, LAST_FACTOR = (-2.2, -2.75, -3.3), -6.3, -2.6, 3.7
ROW_TEXT, NOTE_WIDTH = 0.34, 2.8


class CostPlot:
    """Axes, points where something was measured, (size,), and the curve of n² through the last of them.

    name: of what was measured. units: those that it may be told in. x: the middle of the axes. quartiles: low and high,
    (size,) each, between which a bar is drawn at each point.
    """

    def __init__(
        self,
        beat: Beat,
        cost: Cost,
        values: np.ndarray,
        name: str,
        units: tuple[tuple[float, str], ...],
        x: float,
        quartiles: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:
        self._beat, tokens = beat, cost.tokens.astype(float)
        self.unit = unit_of(float(values.max()), units)
        self.values = values / self.unit[0]
        low, high = (part / self.unit[0] for part in quartiles or (values, values))
        self.axes = self._axes(float(tokens[-1]), float(high.max()), f"{beat.translate(name)} ({self.unit[1]})", x)
        fill = np.tile(np.append(rgb255(palette().bright), 1), (len(values), 1))
        self.points = Tiles(self.axes.point(tokens, self.values), POINT, fill=fill, corner=1.0)
        ends = zip(self.axes.point(tokens, low), self.axes.point(tokens, high), strict=True)
        self.bars = VGroup(*[_bar(bottom, top) for bottom, top in ends]) if quartiles else VGroup()
        across = np.linspace(0, tokens[-1], 200)
        square = self.values[-1] * (across / tokens[-1]) ** 2
        self.curve = self.axes.plot(across, square, color=palette().attention)

    def _axes(self, most: float, tallest: float, title: str, x: float) -> Axes2D:
        across = {"ticks": [0, most / 2, most], "form": "{:,.0f}", "label": Formula("n", SMALL, palette().muted)}
        up = {"ticks": 4, "label": Words(title, LABEL, palette().text)}
        axes = Axes2D((0, 1.06 * most), (0, 1.12 * tallest), WIDTH, HEIGHT, x=across, y=up)
        return axes.shift([x, MIDDLE_Y, 0] - axes.x_axis.line.get_center() - [0, HEIGHT / 2, 0])

    def law(self, source: str, name: str, because: Evidence) -> VGroup:
        """Return the curve's formula and what it is, in the free corner of the plot."""
        formula = Formula(source, LABEL, palette().attention, because=because)
        what = self._beat.words(name, SMALL, color=palette().attention, because=because)
        return VGroup(formula, what).arrange(RIGHT, buff=0.18).move_to(self._corner(0.86), aligned_edge=LEFT)

    def machine_note(self, processor: str, rounds: Measured) -> VGroup:
        """Return on what the time was measured, and what points and bars are, below the place of the law."""
        style = {"color": palette().muted, "because": (Quoted(processor), rounds)}
        told = {"processor": processor, "rounds": str(rounds.value["rounds"])}
        lines = [
            self._beat.words_within(NOTE_WIDTH, text, SMALL, values=told, **style)
            for text in (N_("{processor}, single thread"), N_("points: medians of {rounds}"), N_("bars: quartiles"))
        ]
        note = VGroup(*lines).arrange(DOWN, buff=0.1, aligned_edge=LEFT)
        return note.move_to(self._corner(0.76), aligned_edge=LEFT + UP)

    def _corner(self, height: float) -> np.ndarray:
        """Return a place near the left end of the axes at a share of their height, where the curve is low."""
        return self.axes.point(0.06 * self.axes.x_axis.span[1], height * self.axes.y_axis.span[1])

    def at_last(self, number: str, because: Evidence) -> Words:
        """Return how much the last point stands for, in its unit, over it."""
        word = Words(f"{number} {self.unit[1]}", SMALL, palette().bright, because=because)
        top = self.bars[-1].get_top() if len(self.bars) else self.points.centers[-1]
        return word.next_to(top, UP, buff=0.16)


def _bar(bottom: np.ndarray, top: np.ndarray) -> VGroup:
    caps = [Line(end + CAP * LEFT, end + CAP * RIGHT) for end in (bottom, top)]
    return VGroup(Line(bottom, top), *caps).set_stroke(palette().bright, THIN)


def factor_row(beat: Beat, place: int, name: str, texts: list[str], because: Evidence) -> VGroup:
    """Return a row below the plots: what it tells, and a text for each step from one size to the next."""
    y, shade = ROWS_Y[place], palette().text if place else palette().muted
    label = beat.words(name, ROW_TEXT, color=palette().muted, because=because)
    label.move_to([LEFT_EDGE, y, 0], aligned_edge=LEFT)
    places = np.linspace(FIRST_FACTOR, LAST_FACTOR, len(texts))
    words = [Words(text, ROW_TEXT, shade, because=because) for text in texts]
    return VGroup(label, *[word.move_to([x, y, 0]) for word, x in zip(words, places, strict=True)])
