"""The box around the neuron that is the answer, and its digit."""

from __future__ import annotations

from manim import Group, RoundedRectangle, VGroup

from scenes.beats.stage import runs_down
from scenes.look.style import STROKE, palette
from scenes.mobjects.diagram.network import Network


def output_box(network: Network, labels: VGroup, winner: int) -> RoundedRectangle:
    """Return the box around an output neuron and its label, beside each other or below where the network runs down."""
    neuron, label = network.columns[-1].item(winner), labels[winner]
    both, across = Group(neuron, label), runs_down(network)
    box = RoundedRectangle(
        width=max(1.24 * neuron.width, label.width + 0.2) if across else both.width + 0.3,
        height=both.height + 0.3 if across else 1.24 * neuron.height,
        corner_radius=0.08,
        stroke_color=palette().attention,
        stroke_width=1.5 * STROKE,
    )
    return box.move_to([both.get_x(), both.get_y() if across else neuron.get_y(), 0])
