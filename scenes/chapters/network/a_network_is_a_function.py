"""784 numbers in, 10 out: the code that computes it is shown, and run on the digits just seen."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Sequence

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Arrow,
    Create,
    FadeIn,
    FadeOut,
    Group,
    LaggedStart,
    ReplacementTransform,
    RoundedRectangle,
    Transform,
    VGroup,
    Write,
    there_and_back,
)

from scenes.chapter import Beat
from scenes.chapters.network.stage import (
    IMAGE_HEIGHT,
    LAST,
    LAYERS,
    answered_right,
    pixels_of,
    sizes_of,
)
from scenes.mobjects.bars import Bars
from scenes.mobjects.network import layered_network
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import DigitImage
from scenes.mobjects.typeset import Formula, Words
from scenes.style import LABEL, QUICK, SMALL, STROKE, THIN, TITLE, palette
from scenes.translation import N_

DIGITS = (7, 2, 0)  # those that were fed forward earlier in the chapter
MIDDLE = 0.35  # height at which image, box and answers stand
BOX_X = -0.45
SMALL_BOX, LARGE_BOX = (2.4, 2.4), (6.1, 4.5)
CODE = 0.33  # em of the program's letters


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + e^-x)."""
    return 1 / (1 + np.exp(-x))


def run_network(layers: Sequence[tuple[np.ndarray, np.ndarray]], a: np.ndarray) -> np.ndarray:
    """Return the ten answers. layers: W (out, in) and b (out,) of each. a: (784,) pixels.

    The loop is the code that is shown on screen: it is read from here.
    """
    for W, b in layers:
        a = sigmoid(W @ a + b)
    return a


def shown_code() -> str:
    """Return the two lines of `run_network` that compute the network, as they stand in it."""
    lines = inspect.getsource(run_network).splitlines()
    first = next(k for k, line in enumerate(lines) if line.lstrip().startswith("for "))
    return textwrap.dedent("\n".join(lines[first : first + 2]))


class ANetworkIsAFunction(Beat):
    """What is the whole thing? A function."""

    def open(self) -> None:
        self.recording = self.data["digits"]
        self.sizes = sizes_of(self.recording)
        self.layers = [
            (self.recording.read(f"{layer}.weight", step=LAST), self.recording.read(f"{layer}.bias", step=LAST))
            for layer in LAYERS
        ]
        self.probes = [answered_right(self.recording, digit) for digit in DIGITS]
        self.images = [pixels_of(self.recording, probe) for probe in self.probes]

    def script(self) -> None:
        self.ask()
        self.name_it()
        self.look_inside()
        self.write_it_down()
        self.run_it()
        self.only_a_function()

    # The box ------------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        self.image = DigitImage(self.images[0], height=IMAGE_HEIGHT).move_to([-5.5, MIDDLE, 0])
        self.box = self.box_of(SMALL_BOX)
        self.bars = Bars(np.zeros(self.sizes[-1]), [str(k) for k in range(self.sizes[-1])], width=1.5)
        self.bars.move_to([5.35, MIDDLE, 0])
        question = self.words("?", 2.2 * TITLE, color=palette().attention).move_to(self.box)
        with self.say(N_("Step back. What is this whole network?")) as line:
            self.play(FadeIn(self.image, shift=0.4 * RIGHT), Create(self.box), run_time=line.share(0.5))
            self.play(FadeIn(question, scale=0.6), run_time=line.left)
        self.name = question

    def box_of(self, size: tuple[float, float]) -> RoundedRectangle:
        box = RoundedRectangle(width=size[0], height=size[1], corner_radius=0.18, stroke_width=STROKE)
        box.set_stroke(palette().line).set_fill(palette().background, 1)
        return box.move_to([BOX_X, MIDDLE, 0])

    def name_it(self) -> None:
        name = Formula("f", size=2.4 * TITLE).move_to(self.box)
        counts = VGroup(
            self.words(self.tr(N_("{count} numbers in")).format(count=self.sizes[0])).next_to(self.image, DOWN, buff=0.35),
            self.words(self.tr(N_("{count} numbers out")).format(count=self.sizes[-1])),
        )
        counts[1].next_to(self.bars, DOWN, buff=0.25)
        counts[0].set_x(max(counts[0].get_x(), -6.6 + counts[0].width / 2)).match_y(counts[1])
        with self.say(N_("A function: 784 numbers go in, and 10 numbers come out.")) as line:
            self.play(ReplacementTransform(self.name, name), run_time=QUICK)
            self.play(self.swallow(), FadeIn(counts[0], shift=0.2 * DOWN), run_time=line.share(0.3))
            self.play(self.give_out(), FadeIn(counts[1], shift=0.2 * DOWN), run_time=QUICK)
            self.play(self.bars.animate_values(self.answers(0)), run_time=line.left)
        self.name, self.counts = name, counts

    def swallow(self) -> Transform:
        """Return the image's pixels going into the box."""
        poured = self.image.copy()
        into = poured.copy().scale(0.12).move_to(self.box).set_opacity(0.0)
        return Transform(poured, into, remover=True)

    def give_out(self) -> LaggedStart:
        rows = [FadeIn(self.bars.row(k), shift=1.2 * RIGHT) for k in range(self.sizes[-1])]
        return LaggedStart(*rows, lag_ratio=0.05)

    def answers(self, which: int) -> np.ndarray:
        return run_network(self.layers, self.images[which].ravel())

    # What is inside -----------------------------------------------------------------------------------------------

    def look_inside(self) -> None:
        self.network = layered_network(self.sizes, width=4.9, height=3.6, stroke=0.9)
        self.network.move_to([BOX_X, MIDDLE - 0.25, 0])
        corner = self.name.copy().scale(0.4)
        corner.move_to(self.box_of(LARGE_BOX).get_corner(UP + LEFT) + 0.4 * (RIGHT + DOWN))
        with self.say(N_("Inside are the layers, each one setting the next.")) as line:
            larger = Transform(self.box, self.box_of(LARGE_BOX))
            self.play(larger, Transform(self.name, corner), self.bars.animate_values(0 * self.bars.values), run_time=QUICK)
            self.play(FadeIn(self.network), run_time=QUICK)
            self.flow(line.left)

    def flow(self, seconds: float) -> None:
        recorded = [self.recording.read(f"{layer}.activation", step=LAST, batch=self.probes[0]) for layer in LAYERS]
        values = [self.images[0].ravel(), *recorded]
        each = seconds / (len(self.layers) + 1)
        self.play(self.swallow(), self.network.animate_activations(0, values[0]), run_time=each)
        for k, (weight, _) in enumerate(self.layers):
            out = [self.bars.animate_values(values[-1])] if k == len(self.layers) - 1 else []
            flash = self.network.animate_flow(k, weight, values[k], width=2.2)
            self.play(flash, self.network.animate_activations(k + 1, values[k + 1]), *out, run_time=each)

    def write_it_down(self) -> None:
        self.code = Words(shown_code(), size=CODE, code=True, align="left")
        self.code.move_to([BOX_X, MIDDLE + 0.75, 0])
        self.chain = self.sizes_chain().move_to([BOX_X, MIDDLE - 1.0, 0])
        with self.say(N_("As a program, all of it is a loop of two lines.")) as line:
            self.play(FadeOut(self.network, target_position=self.code, scale=0.3), run_time=line.share(0.3))
            self.play(Write(self.code), run_time=line.left)

    def sizes_chain(self) -> VGroup:
        """Return "784 → 16 → 16 → 10": how many numbers `a` holds as the loop goes round."""
        counts = [Words(str(size), size=LABEL) for size in self.sizes]
        arrows = [Formula("arrow.r", size=LABEL, color=palette().muted) for _ in self.layers]
        parts = [counts[0], *[part for pair in zip(arrows, counts[1:], strict=True) for part in pair]]
        return VGroup(*parts).arrange(RIGHT, buff=0.3)

    # Running it ---------------------------------------------------------------------------------------------------

    def run_it(self) -> None:
        with self.say(N_("Each time round, one layer's numbers become the next one's: 784, 16, 16, 10.")) as line:
            self.play(self.bars.animate_values(0 * self.bars.values), self.swallow(), run_time=QUICK)
            self.go_round(line.left, self.answers(0))
        with self.say(N_("Run on the digits from before, it gives the answers that you saw.")) as line:
            each = line.seconds / len(DIGITS)
            self.mark_answer(0, each)
            for which in range(1, len(DIGITS)):
                self.run_on(which, max(each, 2.2))

    def go_round(self, seconds: float, answers: np.ndarray) -> None:
        self.play(FadeIn(self.chain[0], shift=0.2 * RIGHT), run_time=0.4)
        each = (seconds - 0.4) / len(self.layers)
        for k in range(len(self.layers)):
            lit = self.code.animate(rate_func=there_and_back).set_color(palette().attention)
            out = [self.bars.animate_values(answers)] if k == len(self.layers) - 1 else []
            shown = LaggedStart(*[FadeIn(part, shift=0.2 * RIGHT) for part in self.chain[2 * k + 1 : 2 * k + 3]])
            self.play(lit, shown, *out, run_time=each)

    def mark_answer(self, which: int, seconds: float) -> None:
        row = self.bars.row(int(np.argmax(self.answers(which))))
        self.mark = RoundedRectangle(width=row.width + 0.2, height=0.42, corner_radius=0.08)
        self.mark.set_stroke(palette().attention, 1.5 * STROKE).move_to(row)
        self.play(Create(self.mark), run_time=seconds)

    def run_on(self, which: int, seconds: float) -> None:
        change = self.image.animate.show_pixels(self.images[which])
        self.play(change, FadeOut(self.mark), self.bars.animate_values(0 * self.bars.values), run_time=0.25 * seconds)
        lit = self.code.animate(rate_func=there_and_back).set_color(palette().attention)
        self.play(self.swallow(), lit, run_time=0.25 * seconds)
        self.play(self.bars.animate_values(self.answers(which)), run_time=0.3 * seconds)
        self.mark_answer(which, 0.2 * seconds)

    def only_a_function(self) -> None:
        parameters = sum(W.size + b.size for W, b in self.layers)
        back = Formula("f", size=2.4 * TITLE).move_to(self.box)
        count = Number(0, "{:,.0f}", 1.3 * TITLE, palette().attention, fixed="center").move_to([BOX_X, -2.35, 0])
        told = self.words(N_("weights and biases"), SMALL, color=palette().muted).next_to(count, DOWN, buff=0.2)
        with self.say(N_("So it is a function: a complicated one, shaped by 13,002 numbers.")) as line:
            self.play(FadeOut(VGroup(self.code, self.chain), target_position=self.box, scale=0.3), run_time=QUICK)
            self.play(Transform(self.box, self.box_of(SMALL_BOX)), Transform(self.name, back), run_time=QUICK)
            self.play(FadeIn(count), FadeIn(told), run_time=0.3)
            self.play(count.animate_value(parameters), run_time=line.left)
        with self.say(N_("Nobody could guess them. But it is only a function.")) as line:
            self.play(self.name.animate(rate_func=there_and_back).scale(1.3), run_time=line.left)
