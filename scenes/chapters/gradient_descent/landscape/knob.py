"""A small network of which one weight turns while all others stay."""

from __future__ import annotations

from collections.abc import Sequence

from manim import Group

from scenes.drawing.batched import rgb255
from scenes.drawing.edges import Edges
from scenes.look.style import STROKE, palette
from scenes.mobjects.diagram.network import layered_network

WIDTH, HEIGHT, SHOWN = 2.3, 1.7, 12  # scene units; neurons drawn of a layer


class Knob(Group):
    """A network, drawn small and in grey, and one edge into its last layer drawn thick.

    sizes: of the layers. entry: (out, in) of the weight that turns.
    """

    def __init__(self, sizes: Sequence[int], entry: Sequence[int]) -> None:
        self.network = layered_network(sizes, width=WIDTH, height=HEIGHT, shown=SHOWN)
        last = self.network.edges[-1]
        own = (last.targets == entry[0]) & (last.sources == entry[1])
        self.edge = Edges(last.starts[own], last.ends[own], color=palette().attention, stroke=2.5 * STROKE)
        super().__init__(self.network, self.edge)

    def turn_to(self, weight: float) -> None:
        """Show the weight's sign on its edge: blue positive, red negative."""
        color = palette().positive if weight >= 0 else palette().negative
        self.edge.rgba[:, :3] = rgb255(color)
