"""Every weight as an edge, every bias as a mark on its neuron, counted; then all of them as they were learned."""

from __future__ import annotations

import itertools

from manim import DOWN, LEFT, RIGHT, UP, Create, FadeIn, FadeOut, Group, Indicate, LaggedStart, VGroup, linear
from manim.mobject.mobject import _AnimationBuilder

from scenes.beats.beat import Beat
from scenes.beats.stage import own_or, pixels_of, typical
from scenes.beats.timeline import Said, said
from scenes.chapters.network.whole_network.knobs import Knobs, shade_note
from scenes.evidence.evidence import Exact, Measured
from scenes.language.translation import N_
from scenes.look.style import LABEL, TITLE, palette
from scenes.mobjects.diagram.network import QUIET, Network, Neurons, bias_marks, layered_network
from scenes.mobjects.pictures.pixels import grid_centers
from scenes.text.numbers import Counter, Number
from scenes.text.typeset import Formula

DIGIT = 3
GRID = 4.9  # height of the input grid, scene units
HEADER = 3.35  # where the counts stand
NOTE = 2.55  # where the bar of shades stands
RIGHT_EDGE = 6.5
STOPS = 16  # recorded steps shown while it learns
MOVING = 0.55  # share of the time at a step in which the edges come to it; the rest they stand there
GAINED = 0.2  # share of the test images by which more must be right for the network to have learned
CROWDED = 0.035  # alpha of an edge of the first layer while they are counted: 12,544 lie on top of one another


class ThirteenThousandKnobs(Beat):
    """Count what can be learned: weights and biases."""

    def open(self) -> None:
        self.knobs = Knobs.of(self)
        self.sizes, self.counts = self.knobs.sizes, self.knobs.counts
        self.shade = self.knobs.measure_shade()
        self.network = self.spread_out()

    def measure_gain(self) -> Measured:
        """Measure how often it is right on new images before and after the training."""
        told = dict(zip(("before", "after"), self.knobs.accuracy.values[[0, -1]].tolist(), strict=True))
        how = N_("share of right answers to the test images, before the first step and after the last")
        return Measured("gain", told, how, ("digits/metric.test_accuracy",))

    def spread_out(self) -> Network:
        """Return the network with its input as a square grid, so that all its neurons have a place."""
        recording, rows = self.data["digits"], round(self.sizes[0] ** 0.5)
        grid = Neurons(grid_centers(rows, rows, GRID), 0.4 * GRID / rows, stroke_width=0.6).shift(4.1 * LEFT)
        rest = layered_network(self.sizes[1:], width=5.2, height=GRID).shift(3.6 * RIGHT)
        grid.activate(pixels_of(recording, own_or(recording, typical(recording, DIGIT))).ravel())
        network = Network([grid, *rest.columns], [None, *rest.ellipses], stroke=0.7).shift(0.7 * DOWN)
        for column in network.columns:
            column.set_z_index(1)  # the edges, which come later, run behind the neurons and tint none
        return network

    def script(self) -> None:
        self.show_neurons()
        self.count_weights()
        self.count_biases()
        self.learn()

    # Counting -----------------------------------------------------------------------------------------------------

    def show_neurons(self) -> None:
        with self.say(N_("How many numbers decide what this network does?")) as line:
            dots = [FadeIn(dots) for dots in self.network.ellipses if dots is not None]
            columns = LaggedStart(*[FadeIn(c) for c in self.network.columns], lag_ratio=0.3)
            self.play(columns, *dots, run_time=line.remaining)

    def count_weights(self) -> None:
        self.terms = self.count_terms()
        reached = [self.knobs.count_up_to(which) for which in range(len(self.counts) + 1)]
        self.total = Counter(0, size=1.3 * TITLE, color=palette().attention, fixed="right", because=reached)
        # on top: manim draws anew only what lies above the lowest thing that moves, and the edges are many
        self.total.move_to([RIGHT_EDGE, HEADER, 0], aligned_edge=RIGHT).set_z_index(3)
        lines = (
            N_("Connections carry weights: {inputs} times {first} into the first hidden layer."),
            N_("Then {first} times {second}, and {second} times {outputs}."),
        )
        sizes = dict(zip(("inputs", "first", "second", "outputs"), self.sizes, strict=True))
        with self.say(said(lines[0], self.knobs.measure_sizes(), **sizes)) as line:
            self.play(FadeIn(self.total), run_time=0.4)
            self.add_weights(0, line.remaining)
        with self.say(said(lines[1], self.knobs.measure_sizes(), **sizes)) as line:
            half = 0.5 * line.remaining
            self.add_weights(1, half)
            self.add_weights(2, half)

    def count_terms(self) -> VGroup:
        """Return "784 · 16", "+ 16 · 16", "+ 16 · 10" and "+ 42" in a row."""
        pairs = [(f"{a} dot {b}", Exact("a * b", a=a, b=b)) for a, b in itertools.pairwise(self.sizes)]
        terms = [*pairs, (str(self.counts[-1]), Exact("sum(neurons)", neurons=self.sizes[1:]))]
        row = VGroup(*[Formula(f"+ med {term}" if k else term, because=exact) for k, (term, exact) in enumerate(terms)])
        row.arrange(RIGHT, buff=0.15).move_to([-RIGHT_EDGE, HEADER, 0], aligned_edge=LEFT)
        for term in row[1:]:
            term.align_baseline(row[0])
        return row

    def add_weights(self, k: int, seconds: float) -> None:
        """Draw the edges of a layer one after the other, grey as yet, while the count runs with them."""
        edges = self.network.edges[k]
        edges.rgba[:, 3] = CROWDED if k == 0 else QUIET
        self.play(FadeIn(self.terms[k]), run_time=0.2 * seconds)
        counted = self.total.animate_count(sum(self.counts[: k + 1]), rate_func=linear)
        self.play(Create(edges, rate_func=linear), counted, run_time=0.8 * seconds)

    def count_biases(self) -> None:
        self.marks = Group(*self.marks_at(0))
        for marks in self.marks:
            marks.fill[:, 3] = 1  # while they are counted, in yellow; their values come with the weights'
            marks.set_color(palette().attention).set_z_index(2)
        count = sum(self.counts)
        with self.say(N_("The neurons behind them have biases: how easily they wake.")) as line:
            self.play(FadeIn(self.terms[-1]), run_time=0.4)
            shown = [Create(marks, rate_func=linear) for marks in self.marks]
            self.play(*shown, self.total.animate_count(count, rate_func=linear), run_time=line.remaining)
        told = {"weights": sum(self.counts[:-1]), "biases": self.counts[-1]}
        because = (self.knobs.count_up_to(len(self.counts) - 1), Exact("sum(neurons)", neurons=self.sizes[1:]))
        text = N_("{weights} weights and {biases} biases")
        self.summary = self.words(text, LABEL, color=palette().muted, because=because, values=told)
        self.summary.next_to(self.terms, DOWN, buff=0.22, aligned_edge=LEFT)
        in_all = self.knobs.count_up_to(len(self.counts))
        with self.say(N_("That makes {count} knobs to turn."), in_all, result=True, count=count) as line:
            self.play(FadeIn(self.summary, shift=0.2 * UP), run_time=0.7)
            self.play(Indicate(self.total, scale_factor=1.25, color=palette().attention), run_time=line.remaining)

    # Learning -----------------------------------------------------------------------------------------------------

    def learn(self) -> None:
        first, *others = self.knobs.stops(STOPS)
        clock = self.clock_of("digits", "metric.test_accuracy")
        self.step = Number(first, "{:,.0f}", fixed="right").follow(clock)
        self.accuracy = Number(0, "{:.1f}%", 1.2 * TITLE, palette().attention, fixed="right")
        self.accuracy.follow(self.knobs.accuracy, times=100)
        panel, soon = self.panel(), len(others) // 4
        self.arrive(first)
        text = N_("The weights start at random, the biases at zero. Learning means finding a setting that works.")
        with self.say(text, self.knobs.measure_start()) as line:
            self.play(*[FadeOut(m) for m in (self.total, self.summary, *self.terms)], run_time=0.4)
            self.play(FadeIn(panel), *self.take_values(first), run_time=1.0)
            self.wait(line.fraction(0.35))
            self.turn_knobs(others[:soon], line.remaining)
        with self.say(self.outcome()) as line:
            self.turn_knobs(others[soon:], line.remaining)

    def outcome(self) -> Said:
        """Return the line that tells what came of it."""
        gain, turned = self.measure_gain(), self.knobs.measure_turned()
        learned = gain.when(
            lambda was: was["after"] - was["before"] >= GAINED, N_("learned: right on a fifth of them more")
        )
        little = gain.when(
            lambda was: was["after"] - was["before"] < GAINED, N_("little: right on less than a fifth of them more")
        )
        values = {name: f"{100 * share:.1f}%" for name, share in gain.value.items()}
        values["turned"] = turned.value["turned"]
        return self.choose(
            said(
                N_("Here {turned} of them turn: right on {before} of new images, then on {after}."),
                (learned, turned),
                **values,
            ),
            said(
                N_(
                    "Here {turned} of them turn, and little is learned: right on {before} of new images, then on "
                    "{after}."
                ),
                (little, turned),
                **values,
            ),
        )

    def panel(self) -> Group:
        """Return the step and the accuracy with their words along the header, and the bar of shades below."""
        word = self.words(N_("step"), LABEL, color=palette().muted)
        right = self.words(N_("right on new images"), LABEL, color=palette().muted)
        self.accuracy.move_to([RIGHT_EDGE, HEADER, 0], aligned_edge=RIGHT)
        right.next_to(self.accuracy, LEFT, buff=0.8).align_baseline(self.accuracy.baseline)
        word.move_to([-RIGHT_EDGE, HEADER, 0], aligned_edge=LEFT).align_baseline(self.accuracy.baseline)
        self.step.move_to([word.get_right()[0] + 1.5, HEADER, 0], aligned_edge=RIGHT)
        self.step.align_baseline(self.accuracy.baseline)
        note = shade_note(self, self.shade).set_x(0).set_y(NOTE)
        return Group(word, self.step, right, self.accuracy, note)

    def arrive(self, step: int) -> None:
        """Let the numbers tell what was recorded at a step."""
        self.mark_step("digits", step)
        self.step.at(step)
        self.accuracy.at(step)

    def marks_at(self, step: int) -> list[Group]:
        """Return the marks of all biases at a step."""
        shade = self.shade.value["from"]
        pairs = zip(self.network.columns[1:], self.knobs.biases, strict=True)
        return [bias_marks(column, bias.recorded(step), shade) for column, bias in pairs]

    def take_values(self, step: int) -> list[_AnimationBuilder]:
        """Return the animations of all edges and marks taking on the weights and biases of a step, in one scale."""
        pairs = zip(self.marks, self.marks_at(step), strict=True)
        marks = [marks.animate.become(values) for marks, values in pairs]
        weights = [weight.recorded(step) for weight in self.knobs.weights]
        return [*self.network.animate_weights(weights, [self.shade.value["from"]] * len(weights)), *marks]

    def turn_knobs(self, stops: list[int], seconds: float) -> None:
        """Go from step to step: the edges move, and when they stand, step and accuracy are told that belong to them."""
        for step in stops:
            each = seconds / len(stops)
            self.play(*self.take_values(step), run_time=MOVING * each)
            self.arrive(step)
            self.wait((1 - MOVING) * each)
