"""Every weight as an edge, every bias as a mark on its neuron, counted; then all of them as they were learned."""

from __future__ import annotations

import itertools

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Create, FadeIn, FadeOut, Group, Indicate, LaggedStart, VGroup, linear
from manim.mobject.mobject import _AnimationBuilder

from scenes.chapter import Beat
from scenes.mobjects.network import QUIET, Network, Neurons, bias_marks, layered_network
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import grid_centers
from scenes.mobjects.typeset import Formula
from scenes.stage import LAYERS, own_or, pixels_of, sizes_of, typical
from scenes.style import LABEL, TITLE, palette
from scenes.translation import N_

DIGIT = 3
GRID = 4.9  # height of the input grid, scene units
HEADER = 3.35  # where the counts stand
RIGHT_EDGE = 6.5
STOPS = 16  # snapshots shown while it learns
CROWDED = 0.035  # alpha of an edge of the first layer while they are counted
CROWD = 4.0  # how much fainter an edge of the first layer is drawn: 12,544 lie on top of one another


class ThirteenThousandKnobs(Beat):
    """Count what can be learned: weights and biases."""

    def open(self) -> None:
        self.recording = self.data["digits"]
        self.sizes = sizes_of(self.recording)
        self.products = [a * b for a, b in itertools.pairwise(self.sizes)]
        self.weights = [self.recording.read(f"{layer}.weight") for layer in LAYERS]  # (step, out, in)
        self.biases = [self.recording.read(f"{layer}.bias") for layer in LAYERS]  # (step, out)
        strongest = [float(np.quantile(np.abs(w[-1]), 0.98)) for w in self.weights]
        self.scales = [CROWD * strongest[0], *strongest[1:]]
        self.bias_scale = float(max(np.abs(b).max() for b in self.biases))
        self.network = self.spread_out()

    def spread_out(self) -> Network:
        """Return the network with its input as a square grid, so that all 784 neurons have a place."""
        rows = int(np.sqrt(self.sizes[0]))
        grid = Neurons(grid_centers(rows, rows, GRID), 0.4 * GRID / rows, stroke_width=0.6).shift(4.1 * LEFT)
        rest = layered_network(self.sizes[1:], width=5.2, height=GRID).shift(3.6 * RIGHT)
        grid.activate(pixels_of(self.recording, own_or(self.recording, typical(self.recording, DIGIT))).ravel())
        return Network([grid, *rest.columns], stroke=0.7).shift(0.7 * DOWN)

    def script(self) -> None:
        self.show_neurons()
        self.count_weights()
        self.count_biases()
        self.learn()

    def show_neurons(self) -> None:
        with self.say(N_("How many numbers decide what this network does?")) as line:
            self.play(LaggedStart(*[FadeIn(c) for c in self.network.columns], lag_ratio=0.3), run_time=line.left)

    def count_weights(self) -> None:
        self.terms = self.count_terms()
        self.total = Number(0, form="{:,.0f}", size=1.3 * TITLE, color=palette().attention, fixed="right")
        # on top: manim draws anew only what lies above the lowest thing that moves, and the edges are many
        self.total.move_to([RIGHT_EDGE, HEADER, 0], aligned_edge=RIGHT).set_z_index(1)
        lines = (
            N_("Every connection carries a weight. {inputs} times {first} lead into the first hidden layer alone."),
            N_("Then {first} times {second}, and {second} times {outputs}."),
        )
        sizes = dict(zip(("inputs", "first", "second", "outputs"), self.sizes, strict=True))
        with self.say(lines[0], **sizes) as line:
            self.play(FadeIn(self.total), run_time=0.4)
            self.add_weights(0, line.left)
        with self.say(lines[1], **sizes) as line:
            half = 0.5 * line.left
            self.add_weights(1, half)
            self.add_weights(2, half)

    def count_terms(self) -> VGroup:
        """Return "784 · 16", "+ 16 · 16", "+ 16 · 10" and "+ 42" in a row."""
        terms = [f"{a} dot {b}" for a, b in itertools.pairwise(self.sizes)] + [str(sum(self.sizes[1:]))]
        row = VGroup(*[Formula(f"+ med {term}" if k else term, size=LABEL) for k, term in enumerate(terms)])
        row.arrange(RIGHT, buff=0.15).move_to([-RIGHT_EDGE, HEADER, 0], aligned_edge=LEFT)
        for term in row[1:]:
            term.align_baseline(row[0])
        return row

    def add_weights(self, k: int, seconds: float) -> None:
        """Draw the edges of a layer one after the other, grey as yet, while the count runs with them."""
        edges, counted = self.network.edges[k], sum(self.products[: k + 1])
        edges.rgba[:, 3] = CROWDED if k == 0 else QUIET
        self.play(FadeIn(self.terms[k]), run_time=0.2 * seconds)
        drawn = Create(edges, rate_func=linear)
        self.play(drawn, self.total.animate_value(counted, rate_func=linear), run_time=0.8 * seconds)

    def count_biases(self) -> None:
        columns = self.network.columns[1:]
        self.marks = Group(*[bias_marks(c, b[0], self.bias_scale) for c, b in zip(columns, self.biases, strict=True)])
        for marks in self.marks:
            marks.fill[:, 3] = 1  # while they are counted, in yellow; their values come with the weights'
            marks.set_color(palette().attention)
        count = sum(self.products) + sum(self.sizes[1:])
        with self.say(N_("And each neuron after the input has a bias: how easily it wakes.")) as line:
            self.play(FadeIn(self.terms[-1]), run_time=0.4)
            shown = [Create(marks, rate_func=linear) for marks in self.marks]
            self.play(*shown, self.total.animate_value(count, rate_func=linear), run_time=line.left)
        biases = sum(self.sizes[1:])
        told = self.tr(N_("{weights} weights and {biases} biases"), weights=sum(self.products), biases=biases)
        self.summary = self.words(told, LABEL, color=palette().muted)
        self.summary.next_to(self.terms, DOWN, buff=0.22, aligned_edge=LEFT)
        with self.say(N_("All in all, {count} knobs that can be turned."), count=count) as line:
            self.play(FadeIn(self.summary, shift=0.2 * UP), run_time=0.7)
            self.play(Indicate(self.total, scale_factor=1.25, color=palette().attention), run_time=line.left)

    def learn(self) -> None:
        stops = self.stops()
        measured, steps = self.recording.read("metric.test_accuracy"), self.recording.steps("metric.test_accuracy")
        first, half = stops[0][1], len(stops) // 2
        self.step = Number(int(steps[first]), form="{:,.0f}", size=LABEL, fixed="right")
        self.accuracy = Number(100 * float(measured[first]), form="{:.1f}%", size=1.2 * TITLE, fixed="right")
        self.accuracy.set_color(palette().attention)
        panel = self.panel()
        with self.say(N_("They start at random. Learning means finding a setting of them all that works.")) as line:
            self.play(*[FadeOut(m) for m in (self.total, self.summary, *self.terms)], run_time=0.4)
            self.play(FadeIn(panel), *self.take_values(stops[0][0]), run_time=1.0)
            self.turn_knobs(stops[:half], line.left)
        with self.say(N_("Here they are, turning together, while this network learned to read digits.")) as line:
            self.turn_knobs(stops[half:], line.left)

    def panel(self) -> Group:
        """Return the running step and accuracy with their words, along the header."""
        word = self.words(N_("step"), LABEL, color=palette().muted)
        right = self.words(N_("right on new images"), LABEL, color=palette().muted)
        self.accuracy.move_to([RIGHT_EDGE, HEADER, 0], aligned_edge=RIGHT)
        right.next_to(self.accuracy, LEFT, buff=0.8).align_baseline(self.accuracy.baseline)
        word.move_to([-RIGHT_EDGE, HEADER, 0], aligned_edge=LEFT).align_baseline(self.accuracy.baseline)
        self.step.move_to([word.get_right()[0] + 1.5, HEADER, 0], aligned_edge=RIGHT)
        self.step.align_baseline(self.accuracy.baseline)
        return Group(word, self.step, right, self.accuracy)

    def stops(self) -> list[tuple[int, int]]:
        """Return (snapshot, evaluation) pairs of the same steps, between which the weights travel equally far."""
        snapshots = self.recording.steps("layer1.weight")
        evaluations = self.recording.steps("metric.test_accuracy")
        _, at, measured = np.intersect1d(snapshots, evaluations, return_indices=True)
        moved = np.diff(self.weights[0][at], axis=0)  # (pair, out, in)
        travelled = np.concatenate([[0.0], np.cumsum(np.sqrt((moved**2).sum(axis=(1, 2))))])
        wanted = np.unique(np.searchsorted(travelled, np.linspace(0, travelled[-1], STOPS)))
        return [(int(at[k]), int(measured[k])) for k in wanted]

    def take_values(self, snapshot: int) -> list[_AnimationBuilder]:
        """Return the animations of all edges and marks taking on the weights and biases of a snapshot."""
        marks = [
            marks.animate.become(bias_marks(column, bias[snapshot], self.bias_scale))
            for marks, column, bias in zip(self.marks, self.network.columns[1:], self.biases, strict=True)
        ]
        return [*self.network.animate_weights([w[snapshot] for w in self.weights], self.scales), *marks]

    def turn_knobs(self, stops: list[tuple[int, int]], seconds: float) -> None:
        measured, steps = self.recording.read("metric.test_accuracy"), self.recording.steps("metric.test_accuracy")
        for snapshot, evaluation in stops:
            told = self.accuracy.animate_value(100 * float(measured[evaluation]))
            counted = self.step.animate_value(int(steps[evaluation]))
            self.play(*self.take_values(snapshot), told, counted, run_time=seconds / len(stops), rate_func=linear)
