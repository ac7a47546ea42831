"""From a picture to an answer once more, and back to how the knobs stood at first: who turned them?"""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Animation, Create, FadeIn, FadeOut, Group, Transform, linear
from manim.mobject.mobject import _AnimationBuilder

from scenes.beats.beat import Beat
from scenes.beats.stage import (
    LAYERS,
    answer_labels,
    answered_right,
    input_image,
    own_or,
    pixels_of,
    rolled_out,
    the_network,
)
from scenes.chapters.network.neurons.answer_box import output_box
from scenes.chapters.network.whole_network.knobs import Knobs
from scenes.language.translation import N_
from scenes.look.style import LABEL, QUICK, SMALL, TITLE, palette
from scenes.mobjects.pictures.shade_bar import ShadeBar
from scenes.text.numbers import Number

DIGIT = 3
STOPS = 8  # recorded steps shown while the knobs turn
TURNING = 2.8  # seconds that they turn
MOVING = 0.5  # share of the time at a step in which the picture comes to it; the rest it stands there
HEADER = 3.35  # where the question stands
BESIDE = 0.35  # scene units between the image and what is written above and below it
NARROW = 2.7  # scene units at which the note on shades is broken


class TheWholeWay(Beat):
    """Who turned the knobs?"""

    def open(self) -> None:
        recording = self.data["digits"]
        self.knobs = Knobs.of(self)
        self.shade = self.knobs.measure_shade()
        probe = own_or(recording, answered_right(recording, DIGIT))
        self.pixels = pixels_of(recording, probe)
        steps = self.knobs.accuracy.steps
        self.activations = [self.series("digits", f"{layer}.activation", batch=probe).only(steps) for layer in LAYERS]
        self.first, self.last = int(steps[0]), int(steps[-1])
        self.network = the_network(self.knobs.sizes)
        self.labels = answer_labels(self.network)
        self.image = input_image(self.pixels)

    def script(self) -> None:
        self.go_the_whole_way()
        self.turn_back()
        self.ask()

    # There --------------------------------------------------------------------------------------------------------

    def go_the_whole_way(self) -> None:
        self.clock = Number(self.last, "{:,.0f}", fixed="right")
        self.clock.follow(self.clock_of("digits", "metric.test_accuracy"))
        self.arrive(self.last)
        with self.say(N_("A picture goes in, layer sets layer, an answer comes out.")) as line:
            self.play(FadeIn(self.image, shift=0.4 * RIGHT), run_time=line.fraction(0.15))
            self.pour(line.fraction(0.2))
            for k in range(len(LAYERS)):
                self.play(*self.join(k), run_time=line.fraction(0.16))
            self.box = output_box(self.network, self.labels, self.answer(self.last))
            self.play(Create(self.box), run_time=line.remaining)

    def pour(self, seconds: float) -> None:
        """Let a copy of the image run into the first column."""
        poured, column = self.image.copy(), self.network.columns[0].activate(self.pixels.ravel())
        self.play(Transform(poured, rolled_out(poured, self.network)), run_time=0.8 * seconds)
        self.play(FadeOut(poured), FadeIn(column, self.network.ellipsis(0)), run_time=0.2 * seconds)

    def beside_image(self) -> Group:
        """Return the step above the image, and the bar of shades below it."""
        word = self.words(N_("step"), LABEL, color=palette().muted)
        step = Group(word, self.clock.next_to(word, RIGHT, buff=BESIDE)).next_to(self.image, UP, buff=BESIDE)
        self.clock.align_baseline(word)
        bar = ShadeBar(self.shade.value["from"]).next_to(self.image, DOWN, buff=BESIDE)
        text = N_("weights; beyond the ends: full shade")
        words = self.words(text, SMALL, palette().muted, because=self.shade, line_width=NARROW)
        return Group(step, bar, words.next_to(bar, DOWN, buff=0.2))

    def join(self, k: int) -> list[Animation]:
        """Return the edges into layer k + 1 coming, in the colours of their weights, and the layer lighting up.

        With the first of them come their scale and the step, where the image has run through just before.
        """
        edges, column = self.network.edges[k], self.network.columns[k + 1]
        edges.weigh(self.knobs.weights[k].recorded(self.last), self.shade.value["from"])
        column.activate(self.activations[k].recorded(self.last))
        labels = [FadeIn(self.labels, shift=0.2 * LEFT)] if k == len(LAYERS) - 1 else []
        dots = [FadeIn(dots) for dots in self.network.ellipses[k + 1 : k + 2] if dots is not None]
        told = [FadeIn(self.beside_image())] if k == 0 else []
        return [Create(edges, rate_func=linear), FadeIn(column), *dots, *labels, *told]

    def answer(self, step: int) -> int:
        """Return the digit with the highest output at a step."""
        return int(np.argmax(self.activations[-1].recorded(step)))

    # And back -----------------------------------------------------------------------------------------------------

    def turn_back(self) -> None:
        count = self.knobs.count_up_to(len(self.knobs.counts))
        with self.say(N_("{count} knobs decide which. They began like this."), count, count=int(count.value)) as line:
            self.wait(line.fraction(0.35))
            self.play(*self.take_values(self.first), FadeOut(self.box), run_time=QUICK)
            self.arrive(self.first)

    def ask(self) -> None:
        question = self.words(N_("Who turned the knobs?"), TITLE, color=palette().attention)
        question.set_x(self.network.get_x()).set_y(HEADER)
        with self.say(N_("Who turned them?")):
            self.play(FadeIn(question, shift=0.2 * UP), run_time=QUICK)
            self.turn(self.knobs.stops(STOPS)[1:])
            self.play(Create(self.box), run_time=QUICK)

    def turn(self, steps: list[int]) -> None:
        """Go from recorded step to recorded step, to the last."""
        each = TURNING / len(steps)
        for step in steps:
            self.play(*self.take_values(step), run_time=MOVING * each, rate_func=linear)
            self.arrive(step)
            self.wait((1 - MOVING) * each)

    def take_values(self, step: int) -> list[_AnimationBuilder]:
        """Return the animations of all edges and neurons taking on what was recorded at a step."""
        weights = [weight.recorded(step) for weight in self.knobs.weights]
        columns = zip(self.network.columns[1:], self.activations, strict=True)
        lit = [column.animate.activate(activation.recorded(step)) for column, activation in columns]
        return [*self.network.animate_weights(weights, [self.shade.value["from"]] * len(weights)), *lit]

    def arrive(self, step: int) -> None:
        """Tell the step at which all that is drawn was recorded."""
        self.mark_step("digits", step)
        self.clock.at(step)
