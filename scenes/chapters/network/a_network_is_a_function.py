"""784 numbers in, 10 out: the code that computes it is shown, and run on the digits just seen."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Sequence

import numpy as np
from manim import (
    DOWN,
    RIGHT,
    UP,
    AddTextLetterByLetter,
    Animation,
    Arrow,
    Create,
    FadeIn,
    FadeOut,
    GrowArrow,
    LaggedStart,
    ManimColor,
    ReplacementTransform,
    RoundedRectangle,
    Transform,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    interpolate_color,
    there_and_back,
)

from scenes.chapter import Beat
from scenes.functions import sigmoid
from scenes.mobjects.bars import Bars
from scenes.mobjects.network import layered_network
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import DigitImage
from scenes.mobjects.typeset import Formula, Words
from scenes.stage import (
    IMAGE_HEIGHT,
    LAST,
    LAYERS,
    answered_right,
    own_or,
    pixels_of,
    sizes_of,
)
from scenes.style import QUICK, SMALL, STROKE, TITLE, palette
from scenes.translation import N_

DIGITS = (7, 2, 0)  # those that were fed forward earlier in the chapter
MIDDLE = 0.35  # height at which image, box and answers stand
BOX_X = -0.25
SMALL_BOX, LARGE_BOX = (2.4, 2.4), (6.0, 4.5)
CODE = 0.33  # em of the program's letters
NETWORK_BELOW, COUNTS_BELOW = 0.4, 1.78  # how far below the box's middle they stand once the code is above them
ARRIVED, WRITTEN = 0.4, 0.6  # of an animation: the flow reaches the answers, and their numbers come


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
        self.probes[0] = own_or(self.recording, self.probes[0])
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
        self.image = DigitImage(self.images[0], height=IMAGE_HEIGHT).move_to([-5.2, MIDDLE, 0])
        digits = [str(k) for k in range(self.sizes[-1])]
        self.bars = Bars(np.zeros(len(digits)), digits, width=1.5).move_to([5.22, MIDDLE, 0])
        self.bars.numbers.set_opacity(0)  # no network has answered yet
        self.box = self.box_of(SMALL_BOX)
        self.arrows = self.arrows_of(SMALL_BOX)
        self.name: VMobject = self.words("?", 2.2 * TITLE, color=palette().attention).move_to(self.box)
        with self.say(N_("Step back. What is this whole network?")) as line:
            self.play(FadeIn(self.image, shift=0.4 * RIGHT), run_time=line.share(0.3))
            self.play(GrowArrow(self.arrows[0]), Create(self.box), run_time=line.share(0.35))
            self.play(FadeIn(self.name, scale=0.6), GrowArrow(self.arrows[1]), run_time=line.left)

    def box_of(self, size: tuple[float, float]) -> RoundedRectangle:
        box = RoundedRectangle(width=size[0], height=size[1], corner_radius=0.18, stroke_width=STROKE)
        box.set_stroke(palette().line)
        return box.move_to([BOX_X, MIDDLE, 0])

    def arrows_of(self, size: tuple[float, float]) -> VGroup:
        """Return the arrows into and out of a box of that size."""
        left, right = BOX_X - size[0] / 2, BOX_X + size[0] / 2
        spans = ((self.image.get_right()[0], left), (right, self.bars.get_left()[0]))
        ends = [([begin + 0.2, MIDDLE, 0], [end - 0.15, MIDDLE, 0]) for begin, end in spans]
        look = {"buff": 0, "stroke_width": STROKE, "tip_length": 0.18, "color": palette().muted}
        return VGroup(*[Arrow(*pair, max_stroke_width_to_length_ratio=50, **look) for pair in ends])

    def animate_box(self, size: tuple[float, float]) -> list[Animation]:
        arrows = zip(self.arrows, self.arrows_of(size), strict=True)
        return [Transform(self.box, self.box_of(size)), *[Transform(old, new) for old, new in arrows]]

    def name_it(self) -> None:
        name = Formula("f", size=2.4 * TITLE).move_to(self.box)
        told = (self.tr(N_("{count} numbers in")), self.tr(N_("{count} numbers out")))
        ends = zip(told, (self.sizes[0], self.sizes[-1]), (self.image, self.bars), strict=True)
        counts = [self.words(text.format(count=n)).set_x(end.get_x()).set_y(-2.55) for text, n, end in ends]
        with self.say(N_("A function: 784 numbers go in, and 10 numbers come out.")) as line:
            self.play(ReplacementTransform(self.name, name), run_time=QUICK)
            self.play(self.swallow(), FadeIn(counts[0], shift=0.2 * DOWN), run_time=line.share(0.3))
            self.play(self.give_out(), FadeIn(counts[1], shift=0.2 * DOWN), run_time=QUICK)
            self.play(self.fill(0), run_time=line.left)
        self.name = name

    def swallow(self) -> Transform:
        """Return the image's pixels going into the box."""
        poured = self.image.copy()
        into = poured.copy().scale(0.12).move_to(self.box.get_left()).set_opacity(0.0)
        return Transform(poured, into, remover=True)

    def give_out(self) -> LaggedStart:
        rows = [FadeIn(self.bars.row(k), shift=1.2 * RIGHT) for k in range(self.sizes[-1])]
        return LaggedStart(*rows, lag_ratio=0.05)

    def answers(self, which: int) -> np.ndarray:
        return run_network(self.layers, self.images[which].ravel())

    def fill(self, which: int, start: float = 0.0) -> Animation:
        """Return the bars growing from 0 after a share of the time; their numbers are the answers or unseen."""
        answers = self.answers(which)

        def grow(bars: Bars, alpha: float) -> None:
            share = float(np.clip((alpha - start) / (1 - start), 0, 1))
            bars.show_values(answers).show_lengths(share * answers)
            bars.numbers.set_opacity(float(np.clip((share - WRITTEN) / (1 - WRITTEN), 0, 1)))

        return UpdateFromAlphaFunc(self.bars, grow)

    def no_answers(self) -> Animation:
        """Return bars and numbers fading where they are: no number runs through what no network gave."""

        def fade(bars: Bars, alpha: float) -> None:
            for part in (bars.bars, bars.numbers):
                part.set_opacity(1 - alpha)
            if alpha == 1:
                bars.show_values(np.zeros(len(bars.values)))
                bars.bars.set_opacity(1)

        return UpdateFromAlphaFunc(self.bars, fade)

    # What is inside -----------------------------------------------------------------------------------------------

    def look_inside(self) -> None:
        self.network = layered_network(self.sizes, width=4.6, height=3.8, stroke=0.9).move_to([BOX_X, MIDDLE, 0])
        above = self.name.copy().scale(0.4).next_to(self.box_of(LARGE_BOX), UP, buff=0.15)
        with self.say(N_("Look inside: layers, each one setting the next.")) as line:
            self.play(*self.animate_box(LARGE_BOX), Transform(self.name, above), self.no_answers(), run_time=QUICK)
            self.play(FadeIn(self.network), run_time=QUICK)
            self.play(*self.pour_in(0), run_time=QUICK)
            for k in range(len(self.layers)):
                self.play(*self.step(k, 0), run_time=max(0.6, line.left / (len(self.layers) - k)))

    def pour_in(self, which: int) -> list[Animation]:
        """Return the image going in, and every later layer turned off."""
        off = [self.network.animate_activations(k + 1, np.zeros(size)) for k, size in enumerate(self.sizes[1:])]
        return [self.swallow(), self.network.animate_activations(0, self.images[which].ravel()), *off]

    def step(self, k: int, which: int) -> list[Animation]:
        """Return layer k setting the next one; after the last, the answers come out."""
        probe = self.probes[which]
        recorded = [self.recording.read(f"{layer}.activation", step=LAST, batch=probe) for layer in LAYERS]
        before = [self.images[which].ravel(), *recorded][k]
        out = [self.fill(which, ARRIVED)] if k == len(self.layers) - 1 else []
        flash = self.network.animate_flow(k, self.layers[k][0], before, width=2.2)
        return [flash, self.network.animate_activations(k + 1, recorded[k]), *out]

    def write_it_down(self) -> None:
        self.code = Words(shown_code(), size=CODE, code=True, align="left").move_to([BOX_X, MIDDLE + 1.35, 0])
        with self.say(N_("As a program, it is a loop of two lines, once round for each layer.")) as line:
            small = self.network.animate.scale(0.56).move_to([BOX_X, MIDDLE - NETWORK_BELOW, 0])
            self.play(small, run_time=line.share(0.2))
            self.counts = [
                Words(str(size), size=SMALL, color=palette().muted).set_x(column.get_x()).set_y(MIDDLE - COUNTS_BELOW)
                for column, size in zip(self.network.columns, self.sizes, strict=True)
            ]
            self.play(AddTextLetterByLetter(self.code), run_time=line.share(0.5))
            self.play(*[FadeIn(count, shift=0.1 * DOWN) for count in self.counts], run_time=line.left)

    # Running it ---------------------------------------------------------------------------------------------------

    def run_it(self) -> None:
        with self.say(N_("Run it, and it gives the very answers that we saw before.")) as line:
            self.play(*self.pour_in(0), self.no_answers(), run_time=QUICK)
            self.go_round(0, line.share(0.45))
            for which in range(1, len(DIGITS)):
                self.run_on(which)

    def light_loop(self) -> Animation:
        """Return the line of the loop lighting up: once more round."""
        middle = self.code.get_y()
        loop = [letter for letter in self.code if letter.get_y() > middle]
        shades = [ManimColor(shade) for shade in (palette().text, palette().attention)]

        def light(code: Words, alpha: float) -> None:
            for letter in loop:
                letter.set_color(interpolate_color(*shades, alpha))

        return UpdateFromAlphaFunc(self.code, light, rate_func=there_and_back)

    def mark_answer(self, which: int, seconds: float) -> None:
        row = self.bars.row(int(np.argmax(self.answers(which))))
        self.mark = RoundedRectangle(width=row.width + 0.2, height=0.42, corner_radius=0.08)
        self.mark.set_stroke(palette().attention, 1.5 * STROKE).move_to(row)
        self.play(Create(self.mark), run_time=seconds)

    def go_round(self, which: int, seconds: float) -> None:
        for k in range(len(self.layers)):
            self.play(self.light_loop(), *self.step(k, which), run_time=0.19 * seconds)
        self.mark_answer(which, 0.43 * seconds)

    def run_on(self, which: int) -> None:
        change = self.image.animate.show_pixels(self.images[which])
        self.play(change, FadeOut(self.mark), self.no_answers(), run_time=0.4)
        self.play(*self.pour_in(which), run_time=0.3)
        self.go_round(which, 1.6)

    def only_a_function(self) -> None:
        parameters = sum(W.size + b.size for W, b in self.layers)
        back = Formula("f", size=2.4 * TITLE).move_to(self.box)
        count = Number(0, "{:,.0f}", 1.3 * TITLE, palette().attention, fixed="center").move_to([BOX_X, -1.75, 0])
        told = self.words(N_("weights and biases")).set_x(BOX_X).set_y(-2.55)
        inside = (self.network, self.code, *self.counts)
        with self.say(
            N_("So it is a function: a complicated one, shaped by {count} numbers."), count=parameters
        ) as line:
            gone = [FadeOut(part, target_position=self.box, scale=0.3) for part in inside]
            self.play(*gone, *self.animate_box(SMALL_BOX), Transform(self.name, back), run_time=1.4 * QUICK)
            self.play(FadeIn(count), FadeIn(told), run_time=0.3)
            self.play(count.animate_value(parameters), run_time=line.left)
        with self.say(N_("But only a function.")) as line:
            self.play(self.name.animate(rate_func=there_and_back).scale(1.3), run_time=line.left)
