"""The grid is unrolled into a column; output and hidden layers join it."""

from __future__ import annotations

import itertools

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, FadeIn, FadeOut, Group, Indicate, LaggedStart, VGroup, smooth
from manim.mobject.mobject import Mobject

from engine.recording.format.conventions import USER_PROBE_LABEL
from scenes.beats.beat import Beat
from scenes.beats.stage import (
    LAST,
    LAYERS,
    WEIGHTS,
    answer_labels,
    answered_right,
    input_image,
    least_sure,
    neuron_grid,
    own_or,
    pixels_of,
    rolled_out,
    runs_down,
    sizes_of,
    the_network,
    typical,
)
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.look.frame import frame
from scenes.look.style import LABEL, SMALL, STEADY, palette
from scenes.mobjects.diagram.network import Neurons
from scenes.text.brace import SideBrace
from scenes.text.typeset import Words

DIGIT = 3
SURE = (0, 4, 7)  # digits whose answers are shown first
NAMES = 3.4  # where the layers' names stand


class Layers(Beat):
    """Input, output, and two layers in between."""

    first_picture = "the grid of neurons"
    last_picture = "the network"

    def open(self) -> None:
        self.recording = self.data["digits"]
        self.pixels = pixels_of(self.recording, own_or(self.recording, typical(self.recording, DIGIT)))
        self.sizes = sizes_of(self.recording)
        self.grid = neuron_grid(self.pixels)
        self.network = the_network(self.sizes)
        self.names = VGroup()
        self.shown = [answered_right(self.recording, digit) for digit in SURE] + [least_sure(self.recording)]
        self.measure()
        self.add(self.grid)

    def measure(self) -> None:
        """Count neurons, weights and digits, and read the answers to the pictures shown."""
        counted = {
            "neurons": list(self.sizes),
            "weights": [int(np.prod(self.recording.arrays[f"{layer}.weight"].shape[1:])) for layer in LAYERS],
        }
        how = N_("neurons of each layer, the input first, and the weights between each two layers")
        self.built = Measured("built", counted, how, WEIGHTS)
        chosen = self.recording.config["hidden"]
        how = N_("the sizes of the hidden layers, as the training was set up")
        self.hidden = Measured("hidden", list(chosen), how, ("digits/config.hidden",))
        labels = self.recording.read("probe.label")
        classes = {"outputs": self.sizes[-1], "digits": np.unique(labels[labels != USER_PROBE_LABEL]).tolist()}
        how = N_("the outputs of the network, and the digits among the labels")
        self.classes = Measured("classes", classes, how, ("digits/layer3.weight", "digits/probe.label"))
        outputs = self.recording.read("layer3.activation", step=LAST, batch=self.shown)
        answers = {
            "labels": labels[self.shown].tolist(),
            "answers": outputs.argmax(axis=1).tolist(),
            "highest": outputs.max(axis=1).tolist(),
        }
        how = N_(
            "the highest output for the first picture of some digits that is answered right, or comes nearest to it, "
            "and then for that picture whose highest output is the lowest"
        )
        self.answers = Measured("answers", answers, how, ("digits/layer3.activation", "digits/probe.label"))

    def script(self) -> None:
        self.unroll()
        self.bring_in_answers()
        self.light_answers()
        self.bring_in_hidden_layers()
        self.join_them()

    def unroll(self) -> None:
        column, dots = self.network.columns[0], self.network.ellipsis(0)
        column.activate(self.pixels.ravel())
        whole = Group(column, dots)
        wide = frame().aspect == "16:9"  # elsewhere the image stands where the brace would be
        count = Words(f"{self.sizes[0]:,}", SMALL, palette().line, because=self.built)
        self.brace = SideBrace(whole, LEFT, count) if wide else self.count_above(whole, self.sizes[0])
        name = self.name_over(N_("input layer"), column)
        line_of = N_("Stack the {count} neurons into one column. This is the input layer.")
        with self.say(line_of, self.built, count=self.sizes[0]) as line:
            self.play(self.grid.animate.become(rolled_out(self.grid, self.network)), run_time=line.fraction(0.5))
            self.remove(self.grid)
            self.add(column)
            self.play(FadeIn(dots), FadeIn(self.brace, shift=0.2 * LEFT), run_time=0.5)
            self.play(FadeIn(name, shift=0.2 * UP), run_time=0.5)

    def name_over(self, name: str, *columns: Neurons) -> Words:
        """Return a name above the columns, or at the left above a row; all are kept to be taken away together."""
        if runs_down(self.network):
            words = self.words(name).move_to([-frame().right, columns[0].get_y() + 0.5, 0], aligned_edge=LEFT)
        else:
            words = self.words(name, LABEL if frame().width > frame().height else SMALL)
            words.move_to([(columns[0].get_x() + columns[-1].get_x()) / 2, NAMES, 0])
            words.shift(max(0.0, words.get_right()[0] - frame().right) * LEFT)
        self.names.add(words)
        return words

    def bring_in_answers(self) -> None:
        self.labels = answer_labels(self.network)
        name = self.name_over(N_("output layer"), self.network.columns[-1])
        one_each = self.classes.when(lambda are: are["digits"] == list(range(10)) and are["outputs"] == 10)
        with self.say(N_("At the far end stand ten neurons, one for each digit."), one_each) as line:
            self.play(FadeIn(self.network.columns[-1], shift=0.4 * LEFT), FadeIn(name, shift=0.4 * LEFT), run_time=0.7)
            self.play(
                LaggedStart(*[FadeIn(label, shift=0.2 * LEFT) for label in self.labels], lag_ratio=0.15),
                run_time=line.remaining,
            )

    def light_answers(self) -> None:
        """Show the recorded answers to some images, the one of which the network is least sure last."""
        answers, column = self.network.columns[-1], self.network.columns[0]
        self.image = input_image(self.pixels)
        self.mark_step("digits", int(self.recording.steps("layer3.activation")[LAST]))
        with self.say(
            N_("How bright one is tells how strongly the network answers with its digit."), self.answers
        ) as line:
            self.play(FadeIn(self.image, shift=0.3 * RIGHT), run_time=0.5)
            each = line.remaining / len(self.shown)
            for probe in self.shown:
                pixels = pixels_of(self.recording, probe)
                output = self.recording.read("layer3.activation", step=LAST, batch=probe)
                self.play(
                    self.image.animate.show_pixels(pixels),
                    column.animate.activate(pixels.ravel()),
                    answers.animate.activate(output),
                    run_time=each,
                    rate_func=lambda t: smooth(min(1.0, 3 * t)),
                )

    def bring_in_hidden_layers(self) -> None:
        hidden = self.network.columns[1:-1]
        first, second = self.sizes[1:-1]
        self.counts = VGroup(*[self.count_above(*one) for one in zip(hidden, self.sizes[1:-1], strict=True)])
        name = self.name_over(N_("hidden layers"), *hidden)
        off = [self.network.columns[k].animate.activate(np.zeros(self.sizes[k])) for k in (0, -1)]
        line_of = N_("And between them? Two hidden layers, of {first} and {second} neurons: our choice.")
        with self.say(line_of, self.hidden.when(lambda sizes: len(sizes) == 2), first=first, second=second) as line:
            self.play(*off, FadeOut(self.image), run_time=0.5)
            self.play(
                LaggedStart(*[FadeIn(c, shift=0.4 * UP) for c in hidden], lag_ratio=0.4), run_time=line.fraction(0.35)
            )
            self.play(FadeIn(self.counts, shift=0.1 * DOWN), FadeIn(name, shift=0.1 * DOWN), run_time=0.6)
            self.play(*[Indicate(count, color=palette().attention) for count in self.counts], run_time=line.remaining)

    def count_above(self, column: Mobject, count: int) -> Words:
        words = Words(f"{count:,}", SMALL, palette().muted, because=self.built).next_to(column, UP, buff=0.1)
        return words.align_to(column, RIGHT) if runs_down(self.network) else words

    def join_them(self) -> None:
        all_joined = self.built.when(
            lambda are: are["weights"] == [a * b for a, b in itertools.pairwise(are["neurons"])],
            N_("as many weights between two layers as pairs of neurons"),
        )
        with self.say(N_("Every neuron is joined to all the neurons of the layer before it."), all_joined):
            self.play(LaggedStart(*[FadeIn(edges) for edges in self.network.edges], lag_ratio=0.6), run_time=2 * STEADY)
            self.play(FadeOut(self.counts), FadeOut(self.brace), FadeOut(self.names), run_time=0.6)
            self.remove(*self.mobjects)
            self.add(self.network, self.labels)  # in the order in which the next beat draws them
