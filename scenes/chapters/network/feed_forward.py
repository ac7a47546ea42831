"""An image goes in; layer by layer the neurons take their recorded activations; the brightest answer is boxed."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, UP, Animation, Create, FadeIn, FadeOut, Group, RoundedRectangle, Transform, VGroup
from manim.mobject.mobject import _AnimationBuilder

from scenes.chapter import Beat
from scenes.frame import frame
from scenes.mobjects.typeset import Words
from scenes.stage import (
    LAST,
    LAYERS,
    answer_labels,
    answered_right,
    input_image,
    own_or,
    pixels_of,
    rolled_out,
    runs_down,
    sizes_of,
    the_network,
)
from scenes.style import QUICK, SMALL, STROKE, TITLE, palette
from scenes.translation import N_

DIGITS = (7, 2, 0)
EDGE = 0.31  # nearest that the words below the image come to the frame's edge, scene units


class FeedForward(Beat):
    """How a picture becomes an answer: one layer sets the next."""

    opens_with = "the network"

    def open(self) -> None:
        self.recording = self.data["digits"]
        self.network = the_network(sizes_of(self.recording))
        self.labels = answer_labels(self.network)
        self.weights = [self.recording.read(f"{layer}.weight", step=LAST) for layer in LAYERS]
        self.add(self.network, self.labels)

    def script(self) -> None:
        first, second, third = (answered_right(self.recording, digit) for digit in DIGITS)
        with self.say(N_("How does a picture become an answer?")) as line:
            self.put_in(own_or(self.recording, first), line.left)
        with self.say(N_("The pattern in one layer sets the pattern in the next, and that one the next.")) as line:
            self.flow(line.left)
        with self.say(N_("The brightest neuron at the end is the answer.")) as line:
            self.box_answer(line.left)
        with self.say(N_("Another picture, the same connections: another pattern, another answer.")) as line:
            self.once_more(second, line.left)
        with self.say(N_("Nobody wrote down what these patterns should be. They were learned.")) as line:
            self.once_more(third, line.left)
        self.say_how_often_right()

    def activations(self, probe: int) -> list[np.ndarray]:
        """Return the recorded activations of each layer after the input, for one probe image."""
        return [self.recording.read(f"{layer}.activation", step=LAST, batch=probe) for layer in LAYERS]

    def put_in(self, probe: int, seconds: float) -> None:
        self.probe = probe
        self.pixels = pixels_of(self.recording, self.probe)
        self.image = input_image(self.pixels)
        self.play(FadeIn(self.image, shift=0.4 * (DOWN if runs_down(self.network) else RIGHT)), run_time=0.5 * seconds)
        self.play(*self.pour_in(), run_time=0.5 * seconds)

    def pour_in(self) -> list[Animation | _AnimationBuilder]:
        """Return a copy of the image running into the first column, and the column taking its pixels."""
        column = self.network.columns[0]
        poured = self.image.copy()
        return [
            Transform(poured, rolled_out(poured, self.network), remover=True),
            column.animate.activate(self.pixels.ravel()),
        ]

    def flow(self, seconds: float) -> None:
        values = [self.pixels.ravel(), *self.activations(self.probe)]
        each = seconds / len(self.weights)
        for k, weight in enumerate(self.weights):
            self.play(
                self.network.animate_flow(k, weight, values[k]),
                self.network.animate_activations(k + 1, values[k + 1]),
                run_time=each,
            )

    def box_answer(self, seconds: float) -> None:
        output = self.activations(self.probe)[-1]
        winner = int(np.argmax(output))
        label = self.labels[winner]
        neuron = self.network.columns[-1].item(winner)
        both = Group(neuron, label)
        across = runs_down(self.network)
        self.box = RoundedRectangle(
            width=max(1.24 * neuron.width, label.width + 0.2) if across else both.width + 0.3,
            height=both.height + 0.3 if across else 1.24 * neuron.height,
            corner_radius=0.08,
            stroke_color=palette().attention,
            stroke_width=1.5 * STROKE,
        )
        self.box.move_to([both.get_x(), both.get_y() if across else neuron.get_y(), 0])
        self.play(Create(self.box), run_time=min(1.0, 0.4 * seconds))
        self.play(label.animate(rate_func=lambda t: np.sin(np.pi * t)).scale(1.5), run_time=0.6 * seconds)

    def once_more(self, probe: int, seconds: float) -> None:
        self.probe = probe
        self.pixels = pixels_of(self.recording, self.probe)
        off = [c.animate.activate(np.zeros(int(c.indices[-1]) + 1)) for c in self.network.columns]
        self.play(self.image.animate.show_pixels(self.pixels), FadeOut(self.box), *off, run_time=QUICK)
        self.play(*self.pour_in(), run_time=QUICK)
        left = max(1.8, seconds - 3 * QUICK)
        self.flow(0.75 * left)
        self.box_answer(0.25 * left + QUICK)

    def say_how_often_right(self) -> None:
        accuracy = float(self.recording.read("metric.test_accuracy", step=LAST))
        images = self.recording.arrays["test.label"].shape[0]
        percent = Words(f"{accuracy:.1%}", size=1.4 * TITLE, color=palette().attention)
        told = self.tr(N_("right on {count} new images"), count=images)
        if runs_down(self.network):
            shown = VGroup(percent, Words(told)).arrange(DOWN, buff=0.2).next_to(self.labels, DOWN, buff=0.32).set_x(0)
        else:
            width = min(2.5, 2 * (frame().width / 2 - EDGE + self.image.get_x()))
            shown = VGroup(percent, Words(told, size=1.1 * SMALL, line_width=width)).arrange(DOWN, buff=0.15)
            shown.next_to(self.image, DOWN, buff=0.4)
        with self.say(N_("And how often is it right, on images that it has never seen?")) as line:
            self.play(self.box.animate.set_stroke(opacity=0.6), run_time=line.share(0.3))
            self.play(FadeIn(shown, shift=0.2 * UP), run_time=line.share(0.3))
