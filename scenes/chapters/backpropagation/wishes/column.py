"""Draws a layer as a column of neurons, with an arrow beside each for how it should change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import LEFT, RIGHT, UP, Arrow, Circle, VGroup

from scenes.look.boxes import FrameBox
from scenes.look.style import STROKE, palette, sign_color
from scenes.text.typeset import Words

RADIUS, APART = 0.3, 0.62  # scene units: of a neuron, and from one to the next, at most
ARROW, LEAST = 0.5, 0.03  # scene units: of the longest arrow, and what is no longer drawn as one


class LayerColumn(VGroup):
    """Neurons below each other, as bright as they are active. labels: of each, on the side that is told."""

    def __init__(
        self, values: np.ndarray, box: FrameBox, *, labels: Sequence[str] = (), size: float = 0.34, side: str = "left"
    ) -> None:
        self.step = min(APART, box.height / len(values))
        radius = min(RADIUS, 0.42 * self.step)
        top = box.center[1] + self.step * (len(values) - 1) / 2
        self.neurons = VGroup()
        for at, value in enumerate(values):
            neuron = Circle(radius, color=palette().line, stroke_width=STROKE)
            neuron.set_fill(palette().bright, opacity=min(1.0, max(0.0, float(value))))
            self.neurons.add(neuron.move_to([box.center[0], top - at * self.step, 0]))
        along = LEFT if side == "left" else RIGHT
        self.labels = VGroup(
            *(
                Words(label, size, because=()).next_to(one, along, buff=0.15)
                for label, one in zip(labels, self.neurons, strict=False)
            )
        )
        super().__init__(self.neurons, self.labels)

    def arrows(self, wishes: np.ndarray, scale: float, *, beside: float = 0.16, to_left: bool = False) -> VGroup:
        """Return an arrow beside each neuron, up or down, as long as what is wished of it. scale: of the longest."""
        found = VGroup()
        for wish, neuron in zip(wishes, self.neurons, strict=True):
            side = LEFT if to_left else RIGHT
            place = neuron.get_edge_center(side) + side * beside
            found.add(change_arrow(float(wish) / max(scale, 1e-300), min(ARROW, 0.95 * self.step)).move_to(place))
        return found


def change_arrow(share: float, longest: float = ARROW) -> Arrow:
    """Return an arrow up or down, of a share of its longest length, between −1 and 1; a speck where it is tiny."""
    length = max(LEAST, abs(share) * longest)
    way = UP * length / 2 * (1 if share >= 0 else -1)
    look = {"buff": 0, "color": sign_color(share), "stroke_width": 4, "tip_length": min(0.16, 0.6 * length)}
    return Arrow(-way, way, max_tip_length_to_length_ratio=0.7, max_stroke_width_to_length_ratio=20, **look)
