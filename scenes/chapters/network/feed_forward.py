"""An image goes in; layer by layer the neurons take their recorded activations; the brightest answer is boxed."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, UP, Animation, Create, FadeIn, FadeOut, Transform, VGroup
from manim.mobject.mobject import _AnimationBuilder

from scenes.beats.beat import Beat
from scenes.beats.stage import (
    ACTIVATIONS,
    BIASES,
    LAST,
    LAYERS,
    WEIGHTS,
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
from scenes.beats.timeline import Said, said
from scenes.chapters.network.neurons.answer_box import output_box
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.look.frame import frame
from scenes.look.style import LABEL, MARGIN, QUICK, SMALL, TITLE, palette
from scenes.measures.functions import sigmoid
from scenes.text.numbers import Number
from scenes.text.typeset import Words

DIGITS = (7, 2, 0)
EDGE = 0.31  # nearest that the words below the image come to the frame's edge, scene units
SEEN = 0.1  # the least change of a neuron that makes another pattern
EXACT = 1e-4  # what an activation may differ by from what the layer before it gives
HALF = 0.5  # share of right answers up to which little has been learned


class FeedForward(Beat):
    """How a picture becomes an answer: one layer sets the next."""

    first_picture = "the network"

    def open(self) -> None:
        self.recording = self.data["digits"]
        self.network = the_network(sizes_of(self.recording))
        self.labels = answer_labels(self.network)
        self.weights = [self.recording.read(f"{layer}.weight", step=LAST) for layer in LAYERS]
        first, *others = (answered_right(self.recording, digit) for digit in DIGITS)
        self.probes = (own_or(self.recording, first), *others)
        self.layers = [self.layers_of(probe) for probe in self.probes]
        self.measure()
        self.add(self.network, self.labels)

    def layers_of(self, probe: int) -> list[np.ndarray]:
        """Return the pixels of a probe image and the recorded activations of each layer after them."""
        recorded = [self.recording.read(f"{layer}.activation", step=LAST, batch=probe) for layer in LAYERS]
        return [pixels_of(self.recording, probe).ravel(), *recorded]

    # What its lines rest on -----------------------------------------------------------------------------------------

    def measure(self) -> None:
        self.follows = Measured(
            "follows",
            {"agreeing": self.count_following(), "neurons": sum(sizes_of(self.recording)[1:])},
            N_("first picture's activations that weights, biases and sigmoid give from the layer before, to 0.0001"),
            ("digits/probe.input", "digits/probe.label", *WEIGHTS, *BIASES, *ACTIVATIONS),
        )
        winner, second = np.sort(self.layers[0][-1])[[-1, -2]].tolist()
        answer = {"digit": int(self.layers[0][-1].argmax()), "output": winner, "second": second}
        how = N_(
            "the highest output for the first picture, and the second highest; shown are your picture, or else the "
            "first 7, and the first 2 and 0, that are answered right or come nearest to it"
        )
        self.answer = Measured("answer", answer, how, (ACTIVATIONS[-1], "digits/probe.label"))
        pairs = zip(self.layers[0][1:-1], self.layers[1][1:-1], strict=True)
        changes = {
            "answers": [int(layers[-1].argmax()) for layers in self.layers[:2]],
            "change": max(float(np.abs(one - other).max()) for one, other in pairs),
        }
        how = N_("the answers to the first two pictures, and the largest change of a hidden neuron between them")
        self.change = Measured("change", changes, how, (*ACTIVATIONS, "digits/probe.label"))
        flows = [[float(np.abs(self.flow_into(k, layers)).max()) for k in range(len(LAYERS))] for layers in self.layers]
        how = N_("the largest weight times activation that is drawn, by picture and layer")
        self.flows = Measured("flows", flows, how, ("digits/probe.input", "digits/probe.label", *WEIGHTS, *ACTIVATIONS))
        accuracy = self.recording.read("metric.test_accuracy")
        right = {"before": float(accuracy[0]), "after": float(accuracy[LAST])}
        right["images"] = self.recording.arrays["test.label"].shape[0]
        how = N_("share of the test images answered right, before training and after it")
        self.right = Measured("right", right, how, ("digits/metric.test_accuracy", "digits/test.label"))

    def count_following(self) -> int:
        """Return how many activations, for the first picture, are what the layer before them gives."""
        count = 0
        for layer, weight, before, after in zip(LAYERS, self.weights, self.layers[0], self.layers[0][1:], strict=False):
            given = sigmoid(weight @ before + self.recording.read(f"{layer}.bias", step=LAST))
            count += int((np.abs(given - after) < EXACT).sum())
        return count

    def flow_into(self, layer: int, layers: list[np.ndarray]) -> np.ndarray:
        """Return weight times activation (edge,) of the edges drawn between a layer and the next."""
        return self.network.edges[layer].pick(self.weights[layer] * layers[layer])

    def another_picture(self) -> Said:
        """Return what is said of the second picture."""
        moved = self.change.when(
            lambda was: was["change"] > SEEN and was["answers"][0] != was["answers"][1],
            N_("another pattern: some hidden neuron changes by more than a tenth"),
        )
        stayed = self.change.when(
            lambda was: was["change"] > SEEN and was["answers"][0] == was["answers"][1],
            N_("another pattern: some hidden neuron changes by more than a tenth"),
        )
        alike = self.change.when(
            lambda was: was["change"] <= SEEN, N_("hardly: no hidden neuron changes by more than a tenth")
        )
        return self.choose(
            said(N_("Another picture, the same connections: another pattern, another answer."), moved),
            said(N_("Another picture, the same connections: another pattern. But the answer is the same."), stayed),
            said(N_("Another picture, the same connections, and hardly another pattern."), alike),
        )

    def where_from(self) -> Said:
        """Return what is said of where the patterns come from."""
        learned = self.right.when(
            lambda was: was["after"] > max(HALF, was["before"]),
            N_("learned: right on more than half of the test images, and on more than before"),
        )
        little = self.right.when(
            lambda was: was["after"] <= max(HALF, was["before"]),
            N_("little: right on half of the test images at most, or on no more than before"),
        )
        return self.choose(
            said(N_("Nobody wrote down what these patterns should be. They were learned."), learned),
            said(N_("Nobody wrote down what these patterns should be. It has learned little yet."), little),
        )

    # What is shown --------------------------------------------------------------------------------------------------

    def script(self) -> None:
        self.mark_step("digits", int(self.recording.steps("layer3.activation")[LAST]))
        with self.say(N_("How does a picture become an answer?")) as line:
            self.put_in(line.remaining)
        with self.say(N_("The pattern in one layer sets the pattern in the next."), self.all_follow()) as line:
            self.flow(line.remaining)
        clear = self.answer.when(lambda is_: is_["output"] > is_["second"])
        with self.say(N_("The brightest neuron at the end is the answer."), clear) as line:
            self.box_answer(line.remaining)
        with self.say(self.another_picture()) as line:
            self.once_more(1, line.remaining)
        with self.say(self.where_from()) as line:
            self.once_more(2, line.remaining)
        self.say_how_often_right()

    def all_follow(self) -> Measured:
        return self.follows.when(lambda are: are["agreeing"] == are["neurons"])

    def put_in(self, seconds: float) -> None:
        self.shown = 0
        self.pixels = pixels_of(self.recording, self.probes[0])
        self.image = input_image(self.pixels)
        self.note = self.scale_of_flashes()
        self.play(FadeIn(self.image, shift=0.4 * (DOWN if runs_down(self.network) else RIGHT)), run_time=0.5 * seconds)
        self.play(*self.pour_in(), FadeIn(self.note), run_time=0.5 * seconds)

    def scale_of_flashes(self) -> Words:
        """Return the note on what a flash shows, above the network, or below it where it runs downwards."""
        text = N_("flash: weight × activation, blue above 0, red below; full shade: the largest drawn in its layer")
        note = self.words_within(2 * frame().right, text, SMALL, color=palette().muted, because=self.flows)
        return note.to_edge(DOWN if runs_down(self.network) else UP, buff=MARGIN)

    def pour_in(self) -> list[Animation | _AnimationBuilder]:
        """Return a copy of the image running into the first column, and the column taking its pixels."""
        column = self.network.columns[0]
        poured = self.image.copy()
        return [
            Transform(poured, rolled_out(poured, self.network), remover=True),
            column.animate.activate(self.pixels.ravel()),
        ]

    def flow(self, seconds: float) -> None:
        values = self.layers[self.shown]
        each = seconds / len(self.weights)
        for k, weight in enumerate(self.weights):
            self.play(
                self.network.animate_flow(k, weight, values[k]),
                self.network.animate_activations(k + 1, values[k + 1]),
                run_time=each,
            )

    def box_answer(self, seconds: float) -> None:
        winner = int(np.argmax(self.layers[self.shown][-1]))
        label, self.box = self.labels[winner], output_box(self.network, self.labels, winner)
        self.play(Create(self.box), run_time=min(1.0, 0.4 * seconds))
        self.play(label.animate(rate_func=lambda t: np.sin(np.pi * t)).scale(1.5), run_time=0.6 * seconds)

    def once_more(self, place: int, seconds: float) -> None:
        """Send another of the pictures through."""
        self.shown = place
        self.pixels = pixels_of(self.recording, self.probes[place])
        off = [c.animate.activate(np.zeros(int(c.indices[-1]) + 1)) for c in self.network.columns]
        self.play(self.image.animate.show_pixels(self.pixels), FadeOut(self.box), *off, run_time=QUICK)
        self.play(*self.pour_in(), run_time=QUICK)
        left = max(1.8, seconds - 3 * QUICK)
        self.flow(0.75 * left)
        self.box_answer(0.25 * left + QUICK)

    def say_how_often_right(self) -> None:
        share, images = self.right.value["after"], {"count": self.right.value["images"]}
        percent = Number(100 * share, "{:.1f}%", 1.4 * TITLE, palette().attention, because=self.right)
        down = runs_down(self.network)
        width = None if down else min(2.5, 2 * (frame().width / 2 - EDGE + self.image.get_x()))
        size = LABEL if down else 1.1 * SMALL
        told = self.words(N_("right on {count} new images"), size, because=self.right, values=images, line_width=width)
        shown = VGroup(percent, told).arrange(DOWN, buff=0.2 if down else 0.15)
        if down:
            shown.next_to(self.labels, DOWN, buff=0.32).set_x(0)
        else:
            shown.next_to(self.image, DOWN, buff=0.4)
        with self.say(N_("How often is it right, on pictures that it was not trained with?")) as line:
            self.play(self.box.animate.set_stroke(opacity=0.6), FadeOut(self.note), run_time=line.fraction(0.3))
            self.play(FadeIn(shown, shift=0.2 * UP), run_time=line.fraction(0.3))
