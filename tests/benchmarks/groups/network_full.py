"""All 13,002 parameters of the digits network drawn and changing, at 1080p: the drawing kit against plain manim.

Each side is a scene in which every weight goes from its first recorded value to its last. Ours is what the films use.
Theirs is a `Line` a weight and a `Circle` a neuron in one `VGroup`, moved with one `MoveToTarget`, the quickest of
manim's own ways. Only whole frames between the first and the last are timed: interpolating, drawing, and handing over
to the encoder. Building the scene and starting the animation, where manim's own way is slowest, are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import Circle, Line, ManimColor, MoveToTarget, Transform, VGroup

from engine.recording import Recording
from scenes.mobjects.diagram.network import Network, bias_marks, layered_network
from scenes.mobjects.pictures.colormap import diverging
from tests.benchmarks.groups.filmed import Timed, time_frames
from tests.benchmarks.measure import Row, summarize
from tests.benchmarks.workshop import Workshop

LAYERS, LAST_LAYERS = (1, 2, 3), (2, 3)
FRAMES_OF_OURS, FRAMES_OF_THEIRS = 60, 3  # one frame of theirs takes seconds


class _Parameters:
    """One kind of parameter of every layer, before and after training, and the value drawn at full strength."""

    def __init__(self, recording: Recording, kind: str, layers: Sequence[int]) -> None:
        self.first = [recording.read(f"layer{number}.{kind}", step=0) for number in layers]
        self.last = [recording.read(f"layer{number}.{kind}", step=-1) for number in layers]
        self.scales = [float(np.abs(values).max()) for values in self.last]


class _Network(Timed):
    """What both sides have: the parameters, and the diagram that tells where everything stands."""

    def __init__(self, weights: _Parameters, biases: _Parameters, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.weights, self.biases = weights, biases

    def diagram(self) -> Network:
        sizes = (self.weights.first[0].shape[1], *(len(weight) for weight in self.weights.first))
        return layered_network(sizes, shown=max(sizes))


class _Ours(_Network):
    def construct(self) -> None:
        network = self.diagram()
        for edges, weight, scale in zip(network.edges, self.weights.first, self.weights.scales, strict=True):
            edges.weigh(weight, scale)
        columns, scales = network.columns[1:], self.biases.scales
        before = [bias_marks(*layer) for layer in zip(columns, self.biases.first, scales, strict=True)]
        after = [bias_marks(*layer) for layer in zip(columns, self.biases.last, scales, strict=True)]
        self.add(network, *before)
        knobs = [Transform(old, new) for old, new in zip(before, after, strict=True)]
        weights = network.animate_weights(self.weights.last, self.weights.scales)
        self.play(*weights, *knobs, run_time=self.playing)


class _Theirs(_Network):
    def construct(self) -> None:
        network = self.diagram()  # for the places alone; it is never added
        lines, circles = VGroup(), VGroup()
        for edges, weight, scale in zip(network.edges, self.weights.first, self.weights.scales, strict=True):
            for begin, end, rgba in zip(edges.starts, edges.ends, diverging(edges.pick(weight), scale), strict=True):
                lines.add(Line(begin, end, stroke_width=1.2).set_stroke(_color(rgba), opacity=float(rgba[3])))
        for column in network.columns:
            for center in column.centers:
                circles.add(Circle(column.radius, color="#FFFFFF", stroke_width=1).move_to(center))
        parts = VGroup(lines, circles)
        parts.generate_target()
        self._paint(parts.target, network)
        self.add(parts)
        self.play(MoveToTarget(parts), run_time=self.playing)

    def _paint(self, parts: VGroup, network: Network) -> None:
        """Give lines the last weights, and neurons' rims the last biases."""
        lines, circles = parts
        colors = [
            diverging(edges.pick(weight), scale)
            for edges, weight, scale in zip(network.edges, self.weights.last, self.weights.scales, strict=True)
        ]
        for line, rgba in zip(lines, np.concatenate(colors), strict=True):
            line.set_stroke(_color(rgba), opacity=float(rgba[3]))
        rims = np.concatenate([diverging(*layer) for layer in zip(self.biases.last, self.biases.scales, strict=True)])
        for circle, rgba in zip(circles[-len(rims) :], rims, strict=True):
            circle.set_stroke(_color(rgba), opacity=float(rgba[3]))


def _color(rgba: np.ndarray) -> ManimColor:
    return ManimColor(rgba[:3].astype(float) / 255)  # it takes other floats for whole numbers


def measure(rounds: int, shop: Workshop) -> dict[str, Row]:
    """Return the row of seconds a frame."""
    recording = shop.recording_of("digits")
    layers = shop.of(LAYERS, LAST_LAYERS)
    parameters = _Parameters(recording, "weight", layers), _Parameters(recording, "bias", layers)
    ours, theirs = time_frames(_Ours, _Theirs, parameters, (FRAMES_OF_OURS, FRAMES_OF_THEIRS), rounds, shop)
    frames = f"784-16-16-10, all 12,960 weights and 42 biases changing, 1080p, {FRAMES_OF_OURS} frames of ours"
    frames += f" and {FRAMES_OF_THEIRS} of theirs"
    return {"network_full": summarize(ours, theirs, "s a frame", "ratio at least 40", frames=frames)}
