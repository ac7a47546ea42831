"""Before training: weights drawn at random, an image in, ten numbers out that mean nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    Group,
    LaggedStart,
    RoundedRectangle,
    Transform,
    there_and_back,
)

from scenes.beats.beat import Beat
from scenes.beats.stage import LAYERS, own_or, pixels_of, rolled_out, sizes_of, the_network, typical
from scenes.chapters.gradient_descent.answers import start_measured as measured
from scenes.chapters.gradient_descent.answers.answer import LabelAndAnswer, answer_box
from scenes.drawing.edges import Edges
from scenes.drawing.flight import Flight
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.look.style import DIMMED, LABEL, SMALL, TITLE, palette
from scenes.mobjects.diagram.network import WeightEdges
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.mobjects.plots.bars import ROW, Bars
from scenes.text.numbers import Number
from scenes.text.typeset import Words

DIGITS = tuple(range(10))
FIRST = (3, 7, 2)  # the digit shown first is the first of these that the network takes for another
WIDTH, HEIGHT = 4.35, 6.7  # of the network, scene units
PLACE = 1.525 * LEFT  # of its middle
LEFT_COLUMN = 5.35 * LEFT  # the image's and what is said of it
BAR = 1.15  # scene units, of an output of 1
FILED = 0.43  # height of an image that is filed under its answer, scene units
PITCH = 0.31  # from one filed image to the next: a digit fills 20 of the 28 columns of its image at most
NOTE = np.array([1.0, -2.45, 0])  # upper left corner of the notes on shades, scene units


class RandomStart(Beat):
    """What does a network say that has learned nothing?"""

    def open(self) -> None:
        self.recording = self.data["digits"]
        sizes = sizes_of(self.recording)
        self.weights = [self.recording.read(f"{layer}.weight", step=measured.START) for layer in LAYERS]
        self.activations = [self.recording.read(f"{layer}.activation", step=measured.START) for layer in LAYERS]
        self.labels = self.recording.read("probe.label")
        self.round = [typical(self.recording, digit) for digit in DIGITS]
        wrong = [digit for digit in FIRST if self.answer(self.round[digit]) != digit]
        self.probe = own_or(self.recording, self.round[(*wrong, FIRST[0])[0]])
        self.network = the_network(sizes, WIDTH, HEIGHT)
        self.network.shift(PLACE - self.network.get_center())
        column = self.network.columns[-1]
        size = (column.centers[0, 1] - column.centers[1, 1]) / ROW
        outputs, digits = self.activations[-1][self.probe], [str(digit) for digit in range(sizes[-1])]
        recorded = self.recorded("digits", "layer3.activation", step=measured.START)
        self.bars = Bars(outputs, digits, width=BAR, size=size, because=recorded)
        self.bars.next_to(column, RIGHT, buff=0.3)
        self.bars.shift((column.centers[0, 1] - self.bars.tracks[0].get_y()) * UP)
        self.filed: dict[int, DigitImage] = {}  # probe: its copy in the row of its answer
        shown = sorted({self.probe, *self.round})
        self.answered = measured.measure_answers([self.answer(probe) for probe in shown])
        self.first = measured.first_answer(int(self.labels[self.probe]), self.answer(self.probe))
        self.moved = measured.measure_differences(self.activations[-1][shown])
        self.right = measured.right(self.recording)

    def answer(self, probe: int) -> int:
        """Return what the network says to a probe image: the brightest of its outputs."""
        return int(self.activations[-1][probe].argmax())

    def script(self) -> None:
        self.mark_step("digits", int(self.recording.steps("layer1.weight")[measured.START]))
        with self.say(N_("What does an untrained network say? Its weights are random.")) as line:
            columns = [FadeIn(column) for column in (*self.network.columns, self.bars.labels)]
            dots = [FadeIn(dots) for dots in self.network.ellipses if dots is not None]
            self.play(LaggedStart(*columns, lag_ratio=0.35), *dots, run_time=1.2)
            self.spread_weights(max(2.6, line.remaining))
        with self.say(N_("A picture goes in, numbers come out.")) as line:
            self.put_in(0.3 * line.remaining)
            self.flow(max(2.1, line.remaining))
        with self.say(measured.line_on_first(self.first)) as line:
            self.mark_answer(line.remaining)
        with self.say(measured.line_on_differences(self.moved)) as line:
            self.go_round(max(4.2, line.remaining))
        self.say_how_often_right()
        self.ask()

    # The weights --------------------------------------------------------------------------------------------------

    def spread_weights(self, seconds: float) -> None:
        """Let all weights drawn fly out of the number that the random numbers were begun with."""
        recorded = self.recorded("digits", "config.seed")
        seed = Number(recorded.value, "{:.0f}", 1.6 * TITLE, palette().attention, because=recorded)
        name = self.words(N_("random seed"), LABEL, color=palette().muted)
        self.seed = Group(name, seed).arrange(DOWN, buff=0.25).move_to(LEFT_COLUMN)
        self.play(FadeIn(self.seed, scale=0.5), run_time=0.2 * seconds)
        flights, scales = [], [float(np.abs(weight).max()) for weight in self.weights]
        for k, (edges, weight) in enumerate(zip(self.network.edges, self.weights, strict=True)):
            edges.weigh(weight, scales[k])
            flights.append(self.flight_of(edges, k, seed.get_center()))
        how = N_("the largest absolute weight of each layer, before training")
        largest = Measured("weight_shades", scales, how, tuple(f"digits/{layer}.weight" for layer in LAYERS))
        self.note = self.shades(N_("blue above 0, red below; full shade, by layer:\nweights: {scales}"), largest)
        self.play(*flights, FadeIn(self.note), run_time=0.8 * seconds)
        self.add(self.network)

    def flight_of(self, edges: WeightEdges, layer: int, start: np.ndarray) -> Flight:
        """Return the flight of a layer's weights from `start`, layer after layer, each in the order of its arrays."""
        waiting, target = edges.copy(), edges.copy()
        waiting.points = np.broadcast_to(start, edges.points.shape).copy()
        waiting.shown[:] = 0
        edges.become(waiting)
        order = (layer + np.linspace(0, 1, len(edges))) / len(self.weights)
        return Flight(edges, target, order=order, lag=0.65, arc=-0.12)

    def shades(self, text: str, largest: Measured) -> Words:
        """Return the note that tells which values of the layers, first layer first, are fully coloured."""
        scales = " · ".join(f"{scale:.2g}" for scale in largest.value)
        look = {"color": palette().muted, "align": "left"}
        note = self.words(text, SMALL, because=largest, values={"scales": scales}, **look)
        return note.move_to(NOTE, UP + LEFT)

    # The first image ----------------------------------------------------------------------------------------------

    def put_in(self, seconds: float) -> None:
        self.pixels = pixels_of(self.recording, self.probe)
        self.image = DigitImage(self.pixels, height=2.3).move_to(LEFT_COLUMN + 1.6 * UP)
        self.play(FadeOut(self.seed, shift=0.4 * UP), FadeIn(self.image, shift=0.4 * RIGHT), run_time=0.5 * seconds)
        poured = self.image.copy()
        poured = Transform(poured, rolled_out(poured, self.network), remover=True)
        taken = self.network.columns[0].animate.activate(self.pixels.ravel())
        self.play(poured, taken, run_time=0.5 * seconds)

    def flow(self, seconds: float) -> None:
        """Let the image go through: a flash along the weights, then what the neurons make of it."""
        values = [self.pixels.ravel(), *(layer[self.probe] for layer in self.activations)]
        each = seconds / (len(self.weights) + 1)
        text = N_("flashes, w × a: {scales}")
        flows = self.shades(text, self.largest_flows(values))
        self.add(flows.next_to(self.note, DOWN, buff=0.1, aligned_edge=LEFT))
        for k, weight in enumerate(self.weights):
            flash = self.network.animate_flow(k, weight, values[k])
            self.play(flash, self.network.animate_activations(k + 1, values[k + 1]), run_time=each)
        self.bars.empty()
        self.play(FadeIn(self.bars.tracks, self.bars.numbers), run_time=0.25 * each)
        self.add(self.bars)
        self.play(self.bars.animate_values(values[-1]), run_time=0.75 * each)

    def largest_flows(self, values: list[np.ndarray]) -> Measured:
        """Return the largest |w · a| that is drawn of each layer."""
        drawn = [
            float(np.abs(edges.pick(weight * value)).max())
            for edges, weight, value in zip(self.network.edges, self.weights, values, strict=False)
        ]
        how = N_("the largest product of a weight and the activation that it is multiplied by, of each layer as drawn")
        names = [f"digits/{layer}.{kind}" for layer in LAYERS for kind in ("weight", "activation")]
        return Measured("flow_shades", drawn, how, (*names, "digits/probe.input"))

    def mark_answer(self, seconds: float) -> None:
        """Box the answer, and name it beside what the image is."""
        answer = self.answer(self.probe)
        self.box = self.frame_of(answer, palette().attention)
        place, known = LEFT_COLUMN + 1.0 * RIGHT + 0.2 * DOWN, self.recorded("digits", "probe.label")
        self.reading = LabelAndAnswer(self, int(self.labels[self.probe]), answer, place, (self.answered, known))
        self.play(FadeIn(self.box, scale=1.3), run_time=0.3 * seconds)
        grown = self.bars.labels[answer].animate(rate_func=there_and_back).scale(1.6)
        self.play(FadeIn(self.reading, shift=0.2 * DOWN), grown, run_time=0.7 * seconds)

    def frame_of(self, digit: int, color: str) -> RoundedRectangle:
        """Return a box around an output neuron, its label, its bar and its number."""
        right = max(number.get_right()[0] for number in self.bars.numbers)
        return answer_box(self.network, digit, right, color)

    # All digits ---------------------------------------------------------------------------------------------------

    def go_round(self, seconds: float) -> None:
        """Show one image of each digit, and file each under its answer, in the row of that output."""
        first = self.place_of(0, 0)
        head = self.words(N_("filed by its answer"), SMALL, color=palette().muted)
        head.move_to(first + 0.5 * UP).align_to(first + 0.3 * FILED * LEFT, LEFT)
        ends = [self.place_of(k, 0) + 0.3 * FILED * LEFT for k in range(len(self.bars.tracks))]
        shelves = Edges(np.array(ends), np.array(ends) + PITCH * len(self.round) * RIGHT, color=palette().muted)
        shelves.shift(0.45 * (self.bars.tracks[0].get_y() - self.bars.tracks[1].get_y()) * DOWN).set_opacity(DIMMED)
        each = seconds / (len(self.round) + 1)
        leaving: list[Any] = [FadeIn(head, shift=0.2 * DOWN), Create(shelves)]
        if self.labels[self.probe] < 0:  # of the user's own picture nobody has told what it is
            self.reading.label.show(int(self.labels[self.round[0]]))
            leaving.append(FadeIn(self.reading.lines[0]))
        for probe in self.round:
            self.play(*self.show(probe), *leaving, run_time=each)
            leaving = [self.file_away(probe)]
        self.play(*leaving, run_time=each)

    def show(self, probe: int) -> list[Any]:
        """Return the animations of another image going in, with all that the network makes of it."""
        values = [self.recording.read("probe.input", batch=probe).ravel(), *(a[probe] for a in self.activations)]
        neurons = [column.animate.activate(value) for column, value in zip(self.network.columns, values, strict=True)]
        answer, label = self.answer(probe), int(self.labels[probe])
        boxed = self.box.animate.match_y(self.bars.tracks[answer])
        told = [
            n.animate_change(v) for n, v in ((self.reading.label, label), (self.reading.answer, answer)) if n.value != v
        ]
        picture = self.image.animate.show_pixels(values[0].reshape(self.image.shape))
        return [picture, *neurons, boxed, *told, self.bars.animate_values(values[-1])]

    def file_away(self, probe: int) -> Any:
        """Return a copy of the image shown going to the row of its answer, green if that is what it is."""
        answer = self.answer(probe)
        place = self.place_of(answer, sum(self.answer(other) == answer for other in self.filed))
        copy = DigitImage(pixels_of(self.recording, probe), height=self.image.height, line=0).move_to(self.image)
        self.add(copy)
        self.filed[probe] = copy
        moved = copy.animate.scale(FILED / copy.height).move_to(place)
        return moved.set_color(palette().right) if answer == self.labels[probe] else moved

    def place_of(self, answer: int, position: int) -> np.ndarray:
        """Return where the image at a position of the row of an answer lies, the first at position 0."""
        right = max(number.get_right()[0] for number in self.bars.numbers) + 0.25 + 0.5 * FILED
        return np.array([right + PITCH * position, self.bars.tracks[answer].get_y(), 0])

    # How wrong it is ----------------------------------------------------------------------------------------------

    def say_how_often_right(self) -> None:
        share = Number(100 * self.right.value["share"], "{:.1f}%", 1.4 * TITLE, palette().attention, because=self.right)
        count = {"count": self.right.value["count"]}
        words = self.words(N_("right on {count} new images"), SMALL, because=self.right, values=count, line_width=2.5)
        shown = Group(share, words).arrange(DOWN, buff=0.12).move_to(LEFT_COLUMN + 2.5 * DOWN)
        with self.say(measured.line_on_right(self.right)) as line:
            self.play(FadeIn(shown, shift=0.2 * UP), run_time=line.fraction(0.3))
            filed = [copy.animate(rate_func=there_and_back).shift(0.1 * UP) for copy in self.filed.values()]
            self.play(LaggedStart(*filed, lag_ratio=0.15), run_time=line.remaining)

    def ask(self) -> None:
        """Mark, for the last image, the output that ought to be bright beside the one that is."""
        wanted = self.frame_of(int(self.labels[self.round[-1]]), palette().right)
        with self.say(N_("How can we tell it how wrong that is?")) as line:
            self.play(Create(wanted), run_time=line.fraction(0.35))
            pulses = (
                wanted.animate(rate_func=there_and_back).scale(1.06),
                self.box.animate(rate_func=there_and_back).scale(1.06),
            )
            self.play(*pulses, run_time=line.remaining)
