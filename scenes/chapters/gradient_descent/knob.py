"""A small network of which one weight turns while all others stay."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Group

from scenes.mobjects.colormap import diverging
from scenes.mobjects.edges import Edges
from scenes.mobjects.network import layered_network
from scenes.style import STROKE, palette

WIDTH, HEIGHT, SHOWN = 2.3, 1.7, 12  # scene units; neurons drawn of a layer
PALER = 2.0  # times as large as the strongest weights is the scale that colours the edges: they are the ground here


class Knob(Group):
    """A trained network, drawn small, and one edge into its last layer drawn thick.

    sizes: of the layers. weights: (out, in) of each layer. entry: (out, in) of the weight that turns.
    """

    def __init__(self, sizes: Sequence[int], weights: Sequence[np.ndarray], entry: Sequence[int]) -> None:
        self.network = layered_network(sizes, width=WIDTH, height=HEIGHT, shown=SHOWN)
        for edges, weight in zip(self.network.edges, weights, strict=True):
            edges.weigh(weight, PALER * max(float(np.quantile(np.abs(weight), 0.98)), 1e-9))
        last = self.network.edges[-1]
        own = (last.targets == entry[0]) & (last.sources == entry[1])
        self.edge = Edges(last.starts[own], last.ends[own], color=palette().attention, stroke=2.5 * STROKE)
        super().__init__(self.network, self.edge)

    def turn_to(self, weight: float, scale: float) -> None:
        """Show the weight's value on its edge: blue positive, red negative, opaque at |weight| = scale."""
        self.edge.rgba = diverging(np.full(len(self.edge), weight), scale)
