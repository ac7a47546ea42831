"""Draws how the cost of one example is computed: a box for each value, an arrow to each that is computed from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from manim import DOWN, RIGHT, UP, Arrow, RoundedRectangle, VGroup

from scenes.chapters.backpropagation_calculus.chain.values import BEFORE, LAST, ChainPass
from scenes.look.boxes import FrameBox
from scenes.look.style import LABEL, SMALL, STROKE, palette, sign_color
from scenes.text.numbers import number_words
from scenes.text.typeset import Formula

WIDTH, HEIGHT = 1.45, 1.05  # scene units of a box
LARGEST, GAP = 1.35, 0.55  # how many times larger it may be, and the room between two boxes for an arrow
APART = 0.17  # scene units between the ends of arrows at one box
Place = tuple[float, float]  # shares along the way, and across it
NEAR: Mapping[str, Place] = {
    "w": (0.0, 0.0), "before": (0.0, 0.5), "b": (0.0, 1.0),
    "z": (0.36, 0.5), "a": (0.68, 0.5), "y": (0.68, 1.0), "C": (1.0, 0.5),
}  # fmt: skip
FAR: Mapping[str, Place] = {
    "w2": (0.0, 0.0), "before2": (0.0, 0.5), "b2": (0.0, 1.0), "z2": (0.2, 0.5),
    "w": (0.4, 0.0), "before": (0.4, 0.5), "b": (0.4, 1.0),
    "z": (0.6, 0.5), "a": (0.8, 0.5), "y": (0.8, 1.0), "C": (1.0, 0.5),
}  # fmt: skip
NEAR_WAYS = (("w", "z"), ("before", "z"), ("b", "z"), ("z", "a"), ("a", "C"), ("y", "C"))
FAR_WAYS = (("w2", "z2"), ("before2", "z2"), ("b2", "z2"), ("z2", "before"))
SYMBOLS = {
    "w": "w^((L))", "before": "a^((L-1))", "b": "b^((L))", "z": "z^((L))", "a": "a^((L))", "y": "y", "C": "C_0",
    "w2": "w^((L-1))", "before2": "a^((L-2))", "b2": "b^((L-1))", "z2": "z^((L-1))",
}  # fmt: skip


class CostTree(VGroup):
    """The values that the cost is computed from, from the last weight on; `deeper` ones are there from the start.

    nodes: the boxes by name, each a frame, a symbol and a number. ways: the arrows by the names at their ends. upright:
    whether it runs from the top down. deep: whether the layer before is laid out too.
    """

    def __init__(self, chain: ChainPass, box: FrameBox, *, upright: bool = False, deep: bool = False) -> None:
        self._upright, self._box = upright, box
        values = {
            "w": chain.w[LAST], "before": chain.a[BEFORE], "b": chain.b[LAST], "z": chain.z[LAST],
            "a": chain.a[LAST], "y": chain.y, "C": chain.cost,
            "w2": chain.w[BEFORE], "before2": chain.further, "b2": chain.b[BEFORE], "z2": chain.z[BEFORE],
        }  # fmt: skip
        places = FAR if deep else NEAR
        colors = {"C": palette().attention, "y": palette().right}
        colors |= {name: sign_color(values[name]) for name in ("w", "b", "w2", "b2")}
        self.nodes = {
            name: self._node(name, float(values[name]), colors.get(name, palette().text), chain) for name in places
        }
        along, across = (box.height, box.width) if upright else (box.width, box.height)
        steps = len({place[0] for place in places.values()})
        long, short = (HEIGHT, WIDTH) if upright else (WIDTH, HEIGHT)
        scale = min(LARGEST, along / (steps * long + (steps - 1) * GAP), across / (3 * short + 2 * GAP / 2))
        for name, place in places.items():
            self.nodes[name].scale(scale).move_to(self._at(place, scale))
        self.ways = {ends: self._way(*ends) for ends in (*NEAR_WAYS, *(FAR_WAYS if deep else ()))}
        super().__init__(*self.ways.values(), *self.nodes.values())

    def _at(self, place: Place, scale: float) -> np.ndarray:
        """Return the middle of a box whose place is told by shares."""
        inner = self._box.inset(0)
        half = np.array([WIDTH, HEIGHT]) * scale / 2
        across, up = (place[1], 1 - place[0]) if self._upright else (place[0], 1 - place[1])
        room = np.array([inner.width, inner.height]) - 2 * half
        return np.array([inner.left + half[0] + across * room[0], inner.bottom + half[1] + up * room[1], 0.0])

    def _node(self, name: str, value: float, color: str, chain: ChainPass) -> VGroup:
        frame = RoundedRectangle(corner_radius=0.12, width=WIDTH, height=HEIGHT, color=color, stroke_width=STROKE)
        frame.set_fill(palette().background, opacity=1)
        symbol = Formula(SYMBOLS[name], LABEL, color).move_to(frame).shift([0, 0.2, 0])
        number = number_words(value, SMALL, because=chain.values).move_to(frame).shift([0, -0.27, 0])
        return VGroup(frame, symbol, number)

    def _way(self, source: str, target: str) -> Arrow:
        start, end = self.nodes[source][0], self.nodes[target][0]
        along = DOWN if self._upright else RIGHT
        ends = (start.get_critical_point(along), end.get_critical_point(-along) + self._port(source, target))
        look = {"color": palette().line, "stroke_width": 3, "tip_length": 0.16}
        return Arrow(*ends, buff=0.07, max_tip_length_to_length_ratio=0.5, **look)

    def _port(self, source: str, target: str) -> np.ndarray:
        """Return where, beside the middle of a box's side, an arrow ends: those of several end apart."""
        across = RIGHT if self._upright else UP
        off = self.nodes[source].get_center() - self.nodes[target].get_center()
        return APART * float(np.sign(np.round(np.dot(off, across), 3))) * across

    def part(self, *names: str) -> VGroup:
        """Return boxes by their names, with the arrows among them."""
        ways = [way for ends, way in self.ways.items() if ends[0] in names and ends[1] in names]
        return VGroup(*ways, *[self.nodes[name] for name in names])


def on_the_way(names: Sequence[str], tree: CostTree) -> list[Arrow]:
    """Return the arrows from each of several boxes to the next."""
    return [tree.ways[ends] for ends in pairwise(names)]
