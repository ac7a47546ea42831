"""A slice of the cost with two valleys, enlarged until the ridge between them is seen."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from manim import DOWN, LEFT, RIGHT, Dot, VGroup
from manim.animation.animation import Animation
from manim.animation.updaters.update import UpdateFromAlphaFunc
from manim.utils.rate_functions import ease_in_out_sine

from scenes.evidence.evidence import Because
from scenes.look.style import LABEL, palette
from scenes.mobjects.plots.axes import Axes2D, round_numbers
from scenes.text.numbers import Number
from scenes.text.typeset import Typeset

ABOVE, BELOW = 1.1, 0.75  # heights of the ridge that are seen above it, and below the lower valley
LEAST, MOST = 2, 9  # decimals of a cost
WIDTH, HEIGHT = 10.9, 4.7  # scene units
RADIUS = 0.12
CLEAR = 0.15  # scene units that a number keeps from the upright axis


class Valleys(NamedTuple):
    """Positions of two minima of a slice, and of the ridge between them."""

    left: int
    ridge: int
    right: int

    def higher(self, cost: np.ndarray) -> int:
        """Return the position of the higher minimum."""
        return self.left if cost[self.left] > cost[self.right] else self.right


def two_valleys(cost: np.ndarray) -> Valleys | None:
    """Return the two neighbouring minima of costs (place,) with the highest ridge over them; None if there is one."""
    inner = np.flatnonzero((cost[1:-1] < cost[:-2]) & (cost[1:-1] <= cost[2:])) + 1
    found = [Valleys(a, a + int(cost[a : b + 1].argmax()), b) for a, b in pairwise(inner.tolist())]
    return max(found, key=lambda one: cost[one.ridge] - cost[one.higher(cost)], default=None)


def downhill_to(cost: np.ndarray, end: int, ridge: int, ceiling: float) -> np.ndarray:
    """Return the positions, (k,), of a way down to the minimum `end`, from its far side: the ridge is behind it.

    It begins as high as the slice goes on rising below `ceiling`; all along it the cost falls.
    """
    away = -1 if end < ridge else 1
    start = end
    while 0 <= start + away < len(cost) and cost[start] < cost[start + away] <= ceiling:
        start += away
    return np.arange(start, end - away, -away)


class ValleyPlot(VGroup):
    """The part of a slice with its two valleys: axes, curve, a mark and the cost at each minimum.

    weight, cost: (place,). valleys: positions among them. names: of the weight, and of what is measured upwards.
    because: what the costs of the minima rest on.
    """

    def __init__(
        self,
        weight: np.ndarray,
        cost: np.ndarray,
        valleys: Valleys,
        names: tuple[Typeset, Typeset],
        because: Because = None,
    ) -> None:
        self.weight, self.cost, self.valleys = weight, cost, valleys
        low, top = cost[[valleys.left, valleys.right]].min(), cost[valleys.ridge]
        ridge = top - cost[valleys.higher(cost)]
        self.ceiling = float(top + ABOVE * ridge)
        first, last = self._seen()
        span = (float(low - BELOW * (top - low)), self.ceiling)
        ticks = round_numbers(*span, 3)
        decimals = max(0, -int(np.floor(np.log10(ticks[1] - ticks[0]) + 1e-9))) if len(ticks) > 1 else LEAST
        upright = {"label": names[1], "ticks": ticks, "form": f"{{:.{decimals}f}}"}
        self.axes = Axes2D((weight[first], weight[last]), span, WIDTH, HEIGHT, x={"label": names[0]}, y=upright)
        names[1].align_to(self.axes.y_axis.labels, LEFT)
        seen = slice(first, last + 1)
        self.curve = self.axes.plot(weight[seen], cost[seen], color=palette().line)
        self.minima = VGroup(*[self._minimum(place, because) for place in (valleys.left, valleys.right)])
        super().__init__(self.axes, self.curve, self.minima)

    def _seen(self) -> tuple[int, int]:
        """Return the first and the last place around the valleys at which the cost is below the plot's top."""
        high = np.flatnonzero(self.cost > self.ceiling)
        before, after = high[high < self.valleys.left], high[high > self.valleys.right]
        return (int(before[-1]) if len(before) else 0, int(after[0]) if len(after) else len(self.cost) - 1)

    def place(self, at: float) -> np.ndarray:
        """Return the scene point (3,) of a position along the slice, on the line between two recorded places."""
        places = np.arange(len(self.cost))
        return self.axes.point(np.interp(at, places, self.weight), np.interp(at, places, self.cost))

    def _minimum(self, place: int, because: Because) -> VGroup:
        """Return a mark in a valley and its cost under it, with as many digits as tell the two apart."""
        left, _, right = self.cost[list(self.valleys)]
        decimals = int(np.clip(1 - np.floor(np.log10(max(abs(right - left), 1e-12))), LEAST, MOST))
        color = palette().attention if place != self.valleys.higher(self.cost) else palette().text
        number = Number(float(self.cost[place]), f"{{:.{decimals}f}}", LABEL, color, because=because)
        dot = Dot(self.place(place), 0.08, color=color)
        number.next_to(dot, DOWN, buff=0.2)
        left_edge = self.axes.y_axis.line.get_x() + CLEAR
        return VGroup(dot, number.shift(max(0.0, left_edge - number.get_left()[0]) * RIGHT))

    def ball(self) -> Dot:
        """Return a ball on the outer side of the higher valley."""
        self.way = downhill_to(self.cost, self.valleys.higher(self.cost), self.valleys.ridge, self.ceiling)
        return Dot(self.place(float(self.way[0])), RADIUS, color=palette().bright).set_z_index(3)

    def animate_roll(self, ball: Dot) -> Animation:
        """Return the ball rolling down along the recorded costs to the minimum of its valley."""
        first, last = float(self.way[0]), float(self.way[-1])

        def roll(ball: Dot, alpha: float) -> None:
            ball.move_to(self.place(first + (last - first) * alpha))

        return UpdateFromAlphaFunc(ball, roll, rate_func=ease_in_out_sine)
