"""Draws the last two layers of a network: some neurons of each, those left out as dots, and all edges between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import LEFT, RIGHT, Circle, Line, VGroup

from scenes.look.boxes import FrameBox
from scenes.look.style import LABEL, STROKE, palette, sign_color
from scenes.text.typeset import Formula

RADIUS = 0.36  # scene units
NAMED = 1.75  # scene units from the side of the box to a neuron, at least: its name stands there


class TwoLayers(VGroup):
    """Neurons in two columns with the edges between them, as bright as they are active.

    weight: (out, in), of those drawn alone. dots: whether each column goes on below, as more neurons are there. size:
    of the names, em in scene units.
    """

    def __init__(
        self,
        before: np.ndarray,
        after: np.ndarray,
        weight: np.ndarray,
        box: FrameBox,
        names: tuple[Sequence[str], Sequence[str]],
        *,
        dots: tuple[bool, bool] = (True, True),
        size: float = LABEL,
    ) -> None:
        inwards = max(0.22 * box.width, NAMED)
        columns = (box.left + inwards, box.right - inwards)
        self.columns = [
            self._column(values, x, box, more) for values, x, more in zip((before, after), columns, dots, strict=True)
        ]
        self.before, self.after = (
            VGroup(*[one for one in column if isinstance(one, Circle)]) for column in self.columns
        )
        scale = max(float(np.abs(weight).max()), 1e-9)
        self.edges = {
            (j, k): Line(one.get_center(), other.get_center(), buff=one.width / 2).set_stroke(
                sign_color(float(weight[j, k])), width=0.6 + 3.4 * abs(float(weight[j, k])) / scale
            )
            for j, other in enumerate(self.after)
            for k, one in enumerate(self.before)
        }
        self.names = [
            VGroup(
                *[Formula(name, size).next_to(neuron, side, buff=0.18) for name, neuron in zip(own, layer, strict=True)]
            )
            for own, layer, side in zip(names, (self.before, self.after), (LEFT, RIGHT), strict=True)
        ]
        super().__init__(*self.edges.values(), *self.columns, *self.names)

    def _column(self, values: np.ndarray, x: float, box: FrameBox, more: bool) -> VGroup:
        count = len(values) + more
        step = min(box.height / count, 4.2 * RADIUS)
        radius = min(RADIUS, 0.4 * step)
        top = box.center[1] + step * (count - 1) / 2
        column = VGroup()
        for at, value in enumerate(values):
            neuron = Circle(radius, color=palette().line, stroke_width=STROKE)
            neuron.set_fill(palette().bright, opacity=min(1.0, max(0.0, float(value))))
            column.add(neuron.move_to([x, top - at * step, 0]))
        if more:
            column.add(Formula("dots.v", 1.4 * LABEL, palette().muted).move_to([x, top - len(values) * step, 0]))
        return column
