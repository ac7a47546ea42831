"""What `one_weight` walks on: a recorded slice of the cost, its slope drawn, and a walk along it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import LEFT, RIGHT, UP, Arrow, Group, Line
from manim.animation.animation import Animation
from manim.mobject.mobject import Mobject

from engine.recording import Recording
from scenes.drawing.batched import rgb255
from scenes.drawing.edges import Edges
from scenes.drawing.tiles import Tiles
from scenes.look.style import STROKE, palette
from scenes.mobjects.plots.axes import Axes2D
from scenes.text.typeset import Typeset

WIDTH, HEIGHT = 10.9, 5.9  # of the plot, scene units
HEADROOM = 0.48  # share of the plot's height under which the curve stays where the notes stand
NOTES = 0.72  # share of the plot's width that the notes may take
HOP = 0.24  # height of a hop, as a share of its length along the axis
HIGHEST_HOP = 0.35  # scene units
INSET = 8  # this part of the line at each end is near it
MOST_DECIMALS = 6
FINE = 16  # strokes that a hop is drawn with
MARK = 0.06  # scene units, radius of the mark that a step leaves
TANGENT = 1.7  # scene units, half its length
LONGEST = 2.2  # scene units, the arrow at the steepest place
TICK = 0.13  # scene units, half the height of its mark on the axis


def form_for(values: np.ndarray, sign: str = "", digits: int = 3) -> str:
    """Return the form in which the largest of some values has so many digits; very small ones with their exponent."""
    largest = float(np.abs(values).max())
    decimals = digits - 1 - int(np.floor(np.log10(largest))) if largest else digits
    return f"{{:{sign}.{max(0, decimals)}f}}" if decimals <= MOST_DECIMALS else f"{{:{sign}.{digits - 1}e}}"


@dataclass(frozen=True)
class Slice:
    """The cost along one weight. weight, cost, slope: (place,), rising along the weight."""

    weight: np.ndarray
    cost: np.ndarray
    slope: np.ndarray

    def place(self, weight: float) -> int:
        """Return the position of a recorded weight, or of the last one below it where it lies between two."""
        nearly = weight + 1e-9 * float(np.ptp(self.weight))
        return int(np.clip(np.searchsorted(self.weight, nearly, side="right") - 1, 0, len(self.weight) - 1))

    def steepest(self, sign: int) -> float | None:
        """Return the recorded weight with the steepest slope of that sign; None if there is no such slope.

        What lies near the ends is left out: a tangent needs its room.
        """
        along = sign * self.slope[self.inside()]
        return float(self.weight[self.inside()][along.argmax()]) if along.max() > 0 else None

    def lowest_inside(self) -> float:
        """Return the recorded weight of the lowest cost that is not near the ends."""
        return float(self.weight[self.inside()][self.cost[self.inside()].argmin()])

    def bottom(self) -> float | None:
        """Return the recorded weight at which the slope turns from falling to rising, nearest to the lowest cost.

        Of the two places around the turn it is the one of the smaller slope; None where there is no turn.
        """
        turns = np.flatnonzero((self.slope[:-1] < 0) & (self.slope[1:] >= 0))
        if not len(turns):
            return None
        at = int(turns[np.abs(turns - self.cost.argmin()).argmin()])
        return float(self.weight[at if -self.slope[at] < self.slope[at + 1] else at + 1])

    def inside(self) -> slice:
        """Return the places that are not near the ends."""
        return slice(len(self.weight) // INSET, -(len(self.weight) // INSET) or None)


@dataclass(frozen=True)
class Walk:
    """A recorded walk down a slice. weight, cost, slope: (place,)."""

    weight: np.ndarray
    cost: np.ndarray
    slope: np.ndarray

    @classmethod
    def read(cls, analysis: Recording, name: str, trained: float) -> Walk:
        """Read the walk of that name; trained: the weight that its changes are counted from."""
        return cls(
            *(analysis.read(f"walk.{name}{part}") + at for part, at in (("", trained), ("_cost", 0), ("_slope", 0)))
        )

    @property
    def steps(self) -> np.ndarray:
        """How long each step is, (place - 1,)."""
        return np.abs(np.diff(self.weight))

    def leaps(self) -> bool:
        """Whether its first step ends on the valley's other side."""
        return len(self.weight) > 1 and bool(self.slope[0] * self.slope[1] < 0)

    def within(self, line: Slice) -> Walk:
        """Return the walk as far as it stays on the slice."""
        outside = np.flatnonzero((self.weight < line.weight[0]) | (self.weight > line.weight[-1]))
        end = int(outside[0]) if len(outside) else len(self.weight)
        return Walk(self.weight[:end], self.cost[:end], self.slope[:end])


def axes_for(line: Slice, names: tuple[Typeset, Typeset]) -> Axes2D:
    """Return axes as high as the curve, and higher where notes would else stand on it: at the top, where it is lower.

    names: of the weight, and of the cost, which begins above the upright axis.
    """
    cost, count = line.cost, int(NOTES * len(line.cost))
    under = cost[:count] if cost[0] < cost[-1] else cost[-count:]
    span = (0.0, float(max(1.03 * cost.max(), under.max() / HEADROOM)))
    x, y = ({"label": name, "ticks": ticks} for name, ticks in zip(names, (7, 4), strict=True))
    axes = Axes2D((line.weight[0], line.weight[-1]), span, WIDTH, HEIGHT, x=x, y=y)
    names[1].align_to(axes.y_axis.labels, LEFT)
    return axes.move_to([0, -0.1, 0])


def tangent(axes: Axes2D, line: Slice, place: int) -> Line:
    """Return the tangent at a recorded place of the curve, of one length whatever the slope."""
    weight, cost = line.weight[place], line.cost[place]
    here = axes.point(weight, cost)
    far = axes.point(weight + 1, cost + line.slope[place]) - here
    along = TANGENT * far / np.linalg.norm(far)
    return Line(here - along, here + along, color=palette().attention, stroke_width=1.5 * STROKE)


def push(axes: Axes2D, line: Slice, place: int) -> Arrow:
    """Return the arrow of minus the slope, over the axis; the steepest of the line is LONGEST long."""
    length = -LONGEST * line.slope[place] / max(float(np.abs(line.slope).max()), 1e-12)
    foot = axes.point(line.weight[place], 0) + 0.3 * UP
    look = {"buff": 0, "stroke_width": 2.5 * STROKE, "tip_length": min(0.25, 0.6 * abs(length))}
    end = foot + (length if abs(length) > 1e-3 else 1e-3) * RIGHT
    return Arrow(foot, end, color=palette().attention, max_stroke_width_to_length_ratio=100, **look)


class Trail(Group):
    """The way of a walk over its slice: the hops, a mark on the curve and one on the axis for every place."""

    def __init__(self, axes: Axes2D, walk: Walk) -> None:
        self.places = axes.point(walk.weight, walk.cost)  # (place, 3)
        lengths = np.abs(np.diff(self.places[:, 0]))
        self.lifts = np.minimum(HOP * lengths, HIGHEST_HOP)
        shares = np.linspace(0, 1, FINE + 1)
        fine = [np.array([self.on_hop(step, share) for share in shares]) for step in range(len(lengths))]
        starts = np.concatenate([hop[:-1] for hop in fine]) if fine else np.zeros((0, 3))
        ends = np.concatenate([hop[1:] for hop in fine]) if fine else np.zeros((0, 3))
        color = palette().attention
        feet = axes.point(walk.weight, np.full(len(walk.weight), axes.y_axis.span[0]))
        tick = np.array([0, TICK, 0])
        self.hops = Edges(starts, ends, color=color, stroke=0.9 * STROKE)
        self.marks = Tiles(self.places, MARK, fill=np.tile([*rgb255(color), 1.0], (len(feet), 1)), corner=1.0)
        self.ticks = Edges(feet - tick, feet + tick, color=color, stroke=STROKE)
        self.pace = np.cumsum([0.0, *(0.3 + np.sqrt(lengths / max(lengths.max(initial=0.0), 1e-9)))])
        super().__init__(self.hops, self.ticks, self.marks)
        self.show_until(0.0)

    def on_hop(self, step: int, share: float) -> np.ndarray:
        """Return the point of a hop, (3,), when `share` of it is over."""
        begin, end = self.places[step : step + 2]
        return begin + (end - begin) * share + np.array([0, 4 * share * (1 - share) * self.lifts[step], 0])

    def show_until(self, alpha: float) -> int:
        """Show what is passed when `alpha` of the walk is over; return the place reached, from which a hop may grow.

        Long steps take more time than short ones.
        """
        last = len(self.places) - 1
        time = alpha * self.pace[-1]
        place = int(np.clip(np.searchsorted(self.pace, time + 1e-9, side="right") - 1, 0, last))
        share = float((time - self.pace[place]) / (self.pace[place + 1] - self.pace[place])) if place < last else 0.0
        drawn = (place + share) * FINE
        self.hops.shown = np.clip(drawn - np.arange(len(self.hops)), 0, 1).astype(np.float32)
        self.marks.shown = (np.arange(len(self.places)) <= place).astype(np.float32)
        self.ticks.shown = self.marks.shown.copy()
        return place


class GoAlong(Animation):
    """A ball goes a trail's way: it is at one recorded place after the other, while the hop to the next is drawn.

    `tell` is told the place that it has reached.
    """

    def __init__(self, ball: Mobject, trail: Trail, tell: Callable[[int], None], **kwargs: Any) -> None:
        self._trail, self._tell = trail, tell
        super().__init__(ball, **kwargs)

    def interpolate_mobject(self, alpha: float) -> None:
        place = self._trail.show_until(self.rate_func(alpha))
        self.mobject.move_to(self._trail.places[place])
        self._tell(place)
