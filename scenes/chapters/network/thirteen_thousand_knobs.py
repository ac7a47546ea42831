"""Every weight as an edge, every bias as a mark on its neuron, counted; then all of them as they were learned."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, AnimationGroup, FadeIn, FadeOut, Group, LaggedStart, VGroup, linear

from scenes.chapter import Beat
from scenes.chapters.network.stage import LAYERS, sizes_of
from scenes.mobjects.network import Network, Neurons, bias_marks, layered_network
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import grid_centers
from scenes.mobjects.typeset import Formula
from scenes.style import LABEL, STEADY, TITLE, palette
from scenes.translation import N_

GRID = 4.7  # height of the input grid, scene units
STOPS = 9  # snapshots shown while it learns


class ThirteenThousandKnobs(Beat):
    """Count what can be learned: weights and biases."""

    def open(self) -> None:
        self.recording = self.data["digits"]
        self.sizes = sizes_of(self.recording)
        self.weights = [self.recording.read(f"{layer}.weight") for layer in LAYERS]  # (step, out, in)
        self.biases = [self.recording.read(f"{layer}.bias") for layer in LAYERS]  # (step, out)
        self.scales = [3.0 * float(np.quantile(np.abs(w[-1]), 0.95)) for w in self.weights]
        self.scales[1:] = [scale / 3 for scale in self.scales[1:]]  # far fewer edges: each may be stronger
        self.network = self.spread_out()

    def spread_out(self) -> Network:
        """Return the network with its input as a square grid, so that all 784 neurons have a place."""
        rows = int(np.sqrt(self.sizes[0]))
        grid = Neurons(grid_centers(rows, rows, GRID), 0.4 * GRID / rows).shift(4.2 * LEFT)
        rest = layered_network(self.sizes[1:], width=4.8, height=GRID).shift(3.4 * RIGHT)
        return Network([grid, *rest.columns], stroke=0.7).shift(0.75 * DOWN)

    def script(self) -> None:
        self.show_neurons()
        self.count_weights()
        self.count_biases()
        self.learn()

    def show_neurons(self) -> None:
        with self.say(N_("How many numbers decide what this network does?")) as line:
            self.play(LaggedStart(*[FadeIn(c) for c in self.network.columns], lag_ratio=0.3), run_time=line.left)

    def count_weights(self) -> None:
        products = [a * b for a, b in zip(self.sizes, self.sizes[1:], strict=False)]
        self.total = Number(0, format="{:,.0f}", size=1.4 * TITLE, color=palette().attention).move_to([5.3, 3.3, 0])
        terms = " + ".join(f"{a} dot {b}" for a, b in zip(self.sizes, self.sizes[1:], strict=False))
        self.sum = Formula(terms, size=LABEL).move_to([-6.6, 3.3, 0], aligned_edge=LEFT)
        self.sum.set_opacity(0)
        self.add(self.sum)
        with self.say(N_("Each connection has a weight, a number of its own. So many for the first layer, and for the rest.")) as line:
            counted = 0
            self.play(FadeIn(self.total), run_time=0.4)
            for edges, weight, scale, product, share in zip(
                self.network.edges, self.weights, self.scales, products, (0.5, 0.25, 0.2), strict=True
            ):
                counted += product
                edges.weigh(weight[0], scale)
                self.play(FadeIn(edges), self.total.animate_value(counted), run_time=line.share(share))
        del terms

    def count_biases(self) -> None:
        scale = float(max(np.abs(b).max() for b in self.biases))
        self.marks = Group(*[bias_marks(c, b[0], scale) for c, b in zip(self.network.columns[1:], self.biases, strict=True)])
        count = sum(self.sizes) - self.sizes[0]
        total = sum(a * b for a, b in zip(self.sizes, self.sizes[1:], strict=False)) + count
        with self.say(N_("And each neuron has a bias: how easily it wakes.")) as line:
            self.play(FadeIn(self.marks, scale=1.5), self.total.animate_value(total), run_time=line.left)

    def learn(self) -> None:
        with self.say(N_("Learning means finding a setting of them all that works.")):
            self.play(AnimationGroup(FadeOut(self.sum)), run_time=STEADY)
        del linear, UP, VGroup
