"""A forward pass through the diagram of 16-16-16-10 neurons, seven seconds of film from the first line to the MP4.

Both sides show the network as chapter 1 does, of the input sixteen pixels, and the same motions at the same times: the
first column takes the pixels of an image, then layer by layer flashes run along the edges, as strong as weight times
activation, while the neurons that they lead to fill. All values are those of the recorded network. Ours is filmed as
the chapter is. Theirs is what a user of manim would write: a `Line` an edge and a `Circle` a neuron in `VGroup`s,
`ShowPassingFlash` and `.animate.set_fill`, filmed by manim's own writer. Nothing is left out but the imports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import Circle, Line, ManimColor, ShowPassingFlash, VGroup, linear

from engine.recording import Recording
from scenes.beats.stage import LAST, LAYERS, answered_right, pixels_of, sizes_of, the_network
from scenes.look.style import palette
from scenes.mobjects.diagram.network import QUIET, Network, WeightEdges
from scenes.mobjects.pictures.colormap import diverging
from tests.benchmarks.groups.filmed import HIGH, LEAST, Timed, film_ours, film_theirs
from tests.benchmarks.measure import Row, interleave, summarize
from tests.benchmarks.workshop import Workshop

DIGIT = 7
INPUT_SECONDS, LAYER_SECONDS = 1.0, 2.0
FLASH_WIDTH, FLASH_LENGTH = 3.0, 0.45


@dataclass(frozen=True)
class _Pass:
    """The layers' sizes, the weights between them, and each layer's activations, of which the first are the pixels."""

    sizes: tuple[int, ...]
    weights: list[np.ndarray]
    activations: list[np.ndarray]

    @classmethod
    def of(cls, recording: Recording) -> _Pass:
        probe = answered_right(recording, DIGIT)
        activations = [recording.read(f"{layer}.activation", step=LAST, batch=probe) for layer in LAYERS]
        weights = [recording.read(f"{layer}.weight", step=LAST) for layer in LAYERS]
        return cls(sizes_of(recording), weights, [pixels_of(recording, probe).ravel(), *activations])


class _Forward(Timed):
    def __init__(self, shown: _Pass, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.camera.background_color = palette().background
        self.shown = shown
        self.network = the_network(shown.sizes)


class _Ours(_Forward):
    def construct(self) -> None:
        network, values = self.network, self.shown.activations
        self.add(network)
        self.play(network.animate_activations(0, values[0]), run_time=INPUT_SECONDS)
        for layer, weight in enumerate(self.shown.weights):
            flow = network.animate_flow(layer, weight, values[layer], width=FLASH_WIDTH, length=FLASH_LENGTH)
            filling = network.animate_activations(layer + 1, values[layer + 1])
            self.play(flow, filling, run_time=LAYER_SECONDS)


class _Theirs(_Forward):
    def construct(self) -> None:
        network, values = self.network, self.shown.activations  # the network for the places alone; it is never added
        layers = [_lines(edges, edges.stroke[0]).set_stroke(palette().line, opacity=QUIET) for edges in network.edges]
        columns = [_circles(column.centers, column.radius, column.stroke_width[0]) for column in network.columns]
        self.add(*layers, *columns, _dots(network))
        self.play(*_filling(columns[0], values[0][network.columns[0].indices]), run_time=INPUT_SECONDS)
        for layer, (edges, weight) in enumerate(zip(network.edges, self.shown.weights, strict=True)):
            flash = _lines(edges, FLASH_WIDTH)
            _paint(flash, edges.pick(weight * values[layer]))
            flow = ShowPassingFlash(flash, time_width=FLASH_LENGTH, rate_func=linear)
            self.play(flow, *_filling(columns[layer + 1], values[layer + 1]), run_time=LAYER_SECONDS)


def _lines(edges: WeightEdges, width: float) -> VGroup:
    ends = zip(edges.starts, edges.ends, strict=True)
    return VGroup(*[Line(begin, end, stroke_width=float(width)) for begin, end in ends])


def _circles(centers: np.ndarray, radius: float, width: float) -> VGroup:
    circle = Circle(radius, stroke_width=float(width), stroke_opacity=0.8, color=palette().bright, fill_opacity=0)
    return VGroup(*[circle.copy().move_to(center) for center in centers])


def _dots(network: Network) -> VGroup:
    """Return the dots that stand for the inputs left out."""
    dots = network.ellipsis(0)
    radius = float(np.linalg.norm(dots.points[1] - dots.points[0])) / 2
    return _circles(dots.centers, radius, 0).set_fill(opacity=0.8)


def _filling(circles: VGroup, values: np.ndarray) -> list[Any]:
    return [circle.animate.set_fill(opacity=float(value)) for circle, value in zip(circles, values, strict=True)]


def _paint(lines: VGroup, flow: np.ndarray) -> None:
    for line, rgba in zip(lines, diverging(flow, float(np.abs(flow).max())), strict=True):
        line.set_stroke(ManimColor(rgba[:3].astype(float) / 255), opacity=float(rgba[3]))


def measure(rounds: int, shop: Workshop) -> dict[str, Row]:
    """Return the row of seconds for the whole film."""
    shown = _Pass.of(shop.recording_of("digits"))
    mine, manims = shop.of(HIGH, LEAST)
    film_ours(_Ours, shown, quality=mine)  # compiles the drawing routines, once a machine
    ours, theirs = interleave(
        lambda: film_ours(_Ours, shown, quality=mine).seconds,
        lambda: film_theirs(_Theirs, shown, quality=manims).seconds,
        rounds,
    )
    frames = "forward pass through 16-16-16-10 drawn neurons, 420 frames of 1080p at 60, encoded into an MP4"
    return {"network_small": summarize(ours, theirs, "s", "ratio at least 4", frames=frames)}
