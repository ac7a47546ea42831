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

from scenes.chapter import Beat
from scenes.chapters.gradient_descent.answer import Reading, answer_box
from scenes.mobjects.bars import ROW, Bars
from scenes.mobjects.edges import Edges
from scenes.mobjects.flight import Flight
from scenes.mobjects.network import WeightEdges
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import DigitImage
from scenes.mobjects.typeset import Words
from scenes.stage import LAYERS, own_or, pixels_of, rolled_out, sizes_of, the_network, typical
from scenes.style import DIMMED, LABEL, SMALL, TITLE, palette
from scenes.translation import N_

START = 0  # the snapshot before the first step
DIGITS = tuple(range(10))
FIRST = (3, 7, 2)  # the digit shown first is the first of these that the network takes for another
WIDTH, HEIGHT = 4.35, 6.7  # of the network, scene units
PLACE = 1.525 * LEFT  # of its middle
LEFT_COLUMN = 5.35 * LEFT  # the image's and what is said of it
BAR = 1.15  # scene units, of an output of 1
FILED = 0.43  # height of an image that is filed under its answer, scene units
PITCH = 0.31  # from one filed image to the next: a digit fills 20 of the 28 columns of its image at most
ALIKE = 0.1  # outputs that move by less are nearly the same
POOR = 0.3  # share of right answers up to which they are called rubbish


class RandomStart(Beat):
    """What does a network say that has learned nothing?"""

    def open(self) -> None:
        self.recording = self.data["digits"]
        sizes = sizes_of(self.recording)
        self.weights = [self.recording.read(f"{layer}.weight", step=START) for layer in LAYERS]
        self.activations = [self.recording.read(f"{layer}.activation", step=START) for layer in LAYERS]
        self.labels = self.recording.read("probe.label")
        self.round = [typical(self.recording, digit) for digit in DIGITS]
        wrong = [digit for digit in FIRST if self.answer(self.round[digit]) != digit]
        self.probe = own_or(self.recording, self.round[(*wrong, FIRST[0])[0]])
        self.network = the_network(sizes, WIDTH, HEIGHT)
        self.network.shift(PLACE - self.network.get_center())
        column = self.network.columns[-1]
        size = (column.centers[0, 1] - column.centers[1, 1]) / ROW
        self.bars = Bars(np.zeros(sizes[-1]), [str(digit) for digit in range(sizes[-1])], width=BAR, size=size)
        self.bars.next_to(column, RIGHT, buff=0.3)
        self.bars.shift((column.centers[0, 1] - self.bars.tracks[0].get_y()) * UP)
        self.filed: dict[int, DigitImage] = {}  # probe: its copy in the row of its answer

    def answer(self, probe: int) -> int:
        """Return what the network says to a probe image: the brightest of its outputs."""
        return int(self.activations[-1][probe].argmax())

    def script(self) -> None:
        with self.say(N_("What does an untrained network say? Its weights are random.")) as line:
            columns = [FadeIn(column) for column in (*self.network.columns, self.bars.labels)]
            dots = [FadeIn(dots) for dots in self.network.ellipses if dots is not None]
            self.play(LaggedStart(*columns, lag_ratio=0.35), *dots, run_time=1.2)
            self.spread_weights(max(2.6, line.left))
        with self.say(N_("A picture goes in, ten numbers come out.")) as line:
            self.put_in(0.3 * line.left)
            self.flow(max(2.1, line.left))
        with self.say(self.verdict(), **self.verdict_values()) as line:
            self.mark_answer(line.left)
        with self.say(self.likeness()) as line:
            self.go_round(max(4.2, line.left))
        self.say_how_often_right()
        self.ask()

    # The weights --------------------------------------------------------------------------------------------------

    def spread_weights(self, seconds: float) -> None:
        """Let all weights drawn fly out of the number that the random numbers were begun with."""
        seed = Number(self.recording.config["seed"], "{:.0f}", 1.6 * TITLE, palette().attention)
        name = self.words(N_("random seed"), LABEL, color=palette().muted)
        self.seed = Group(name, seed).arrange(DOWN, buff=0.25).move_to(LEFT_COLUMN)
        self.play(FadeIn(self.seed, scale=0.5), run_time=0.2 * seconds)
        flights = []
        for k, (edges, weight) in enumerate(zip(self.network.edges, self.weights, strict=True)):
            edges.weigh(weight, float(np.abs(weight).max()))
            flights.append(self.flight_of(edges, k, seed.get_center()))
        self.play(*flights, run_time=0.8 * seconds)
        self.add(self.network)

    def flight_of(self, edges: WeightEdges, layer: int, start: np.ndarray) -> Flight:
        """Return the flight of a layer's weights from `start`, layer after layer, each in the order of its arrays."""
        waiting, target = edges.copy(), edges.copy()
        waiting.points = np.broadcast_to(start, edges.points.shape).copy()
        waiting.shown[:] = 0
        edges.become(waiting)
        order = (layer + np.linspace(0, 1, len(edges))) / len(self.weights)
        return Flight(edges, target, order=order, lag=0.65, arc=-0.12)

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
        for k, weight in enumerate(self.weights):
            flash = self.network.animate_flow(k, weight, values[k])
            self.play(flash, self.network.animate_activations(k + 1, values[k + 1]), run_time=each)
        self.bars.show_values(values[-1]).empty()
        self.play(FadeIn(self.bars.tracks, self.bars.numbers), run_time=0.25 * each)
        self.add(self.bars)
        self.play(self.bars.animate_values(values[-1]), run_time=0.75 * each)

    def verdict(self) -> str:
        """Return the line that tells what the network makes of the first image."""
        label, answer = int(self.labels[self.probe]), self.answer(self.probe)
        if label < 0:
            return N_("It takes your picture for a {answer}.")
        if label == answer:
            return N_("It says {answer}. That is right, by luck.")
        return N_("It says {answer}. This is a {label}.")

    def verdict_values(self) -> dict[str, int]:
        label, answer = int(self.labels[self.probe]), self.answer(self.probe)
        return {"answer": answer} if label < 0 or label == answer else {"label": label, "answer": answer}

    def mark_answer(self, seconds: float) -> None:
        """Box the answer, and name it beside what the image is."""
        answer = self.answer(self.probe)
        self.box = self.frame_of(answer, palette().attention)
        self.reading = Reading(self, int(self.labels[self.probe]), answer, LEFT_COLUMN + 1.0 * RIGHT + 0.2 * DOWN)
        self.play(FadeIn(self.box, scale=1.3), run_time=0.3 * seconds)
        grown = self.bars.labels[answer].animate(rate_func=there_and_back).scale(1.6)
        self.play(FadeIn(self.reading, shift=0.2 * DOWN), grown, run_time=0.7 * seconds)

    def frame_of(self, digit: int, color: str) -> RoundedRectangle:
        """Return a box around an output neuron, its label, its bar and its number."""
        right = max(number.get_right()[0] for number in self.bars.numbers)
        return answer_box(self.network, digit, right, color)

    # All digits ---------------------------------------------------------------------------------------------------

    def likeness(self) -> str:
        """Return the line that tells how much the outputs differ between the images of the round."""
        if np.ptp(self.activations[-1][self.round], axis=0).max() < ALIKE:
            return N_("Ten other pictures: the numbers hardly move. It sees no difference.")
        return N_("Ten other pictures: the numbers change, but not with the digit.")

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
            self.reading.label.set_value(int(self.labels[self.round[0]]))
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
            n.animate_value(v, rate_func=at_once)
            for n, v in ((self.reading.label, label), (self.reading.answer, answer))
            if n.value != v
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
        accuracy = float(self.recording.read("metric.test_accuracy", step=START))
        count = self.recording.arrays["test.label"].shape[0]
        percent = Words(f"{accuracy:.1%}", 1.4 * TITLE, palette().attention)
        told = Words(self.tr(N_("right on {count} new images"), count=count), SMALL, line_width=2.5)
        shown = Group(percent, told).arrange(DOWN, buff=0.12).move_to(LEFT_COLUMN + 2.5 * DOWN)
        lines = (
            N_("Right on {percent} of {count} images: utter trash."),
            N_("Right on {percent} of {count} images."),
        )
        with self.say(lines[accuracy > POOR], percent=f"{accuracy:.1%}", count=count) as line:
            self.play(FadeIn(shown, shift=0.2 * UP), run_time=line.share(0.3))
            filed = [copy.animate(rate_func=there_and_back).shift(0.1 * UP) for copy in self.filed.values()]
            self.play(LaggedStart(*filed, lag_ratio=0.15), run_time=line.left)

    def ask(self) -> None:
        """Mark, for the last image, the output that ought to be bright beside the one that is."""
        wanted = self.frame_of(int(self.labels[self.round[-1]]), palette().right)
        with self.say(N_("How can we tell it how wrong that is?")) as line:
            self.play(Create(wanted), run_time=line.share(0.35))
            pulses = (
                wanted.animate(rate_func=there_and_back).scale(1.06),
                self.box.animate(rate_func=there_and_back).scale(1.06),
            )
            self.play(*pulses, run_time=line.left)


def at_once(alpha: float) -> float:
    """A rate by which a value jumps, half-way."""
    return float(alpha >= 0.5)
