"""The cost of one example: what the network says beside what was wanted, the differences squared and summed."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, Create, FadeIn, FadeOut, LaggedStart, ReplacementTransform, VGroup

from scenes.chapter import Beat
from scenes.mobjects.bars import ROW, Bars
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import DigitImage
from scenes.mobjects.typeset import Formula
from scenes.style import LABEL, SMALL, TITLE, palette
from scenes.translation import N_

BEFORE, AFTER = 0, 1  # along `moment`: the training
IMAGE, IMAGE_PLACE = 3.0, np.array([-5.0, 1.2, 0])
BARS_X, WANTED_X, SQUARES_X = -1.35, 1.75, 4.3
TABLE_Y = -0.2  # of the middle of the ten rows
HEAD_Y = 3.0
SUM_Y = -3.2
FORMULA_PLACE = np.array([-4.75, -3.0, 0])
SIZE = 0.34  # em of the table


class CostOfOneExample(Beat):
    """How wrong is one answer? A number for it."""

    def open(self) -> None:
        review = self.data["digits-review"]
        self.images, self.labels = review.read("train.input"), review.read("train.label")
        self.outputs = review.read("train.output")  # (moment, example, output)
        shown = len(self.labels)
        self.costs = review.read("train.cost")[:, :shown]
        self.typical = int(np.argsort(self.costs[AFTER])[shown // 2])
        self.worst = int(np.argmax(self.costs[AFTER]))

    def wanted(self, example: int) -> np.ndarray:
        """Return what the cost wants of the outputs, (output,): 1 for the label, 0 elsewhere."""
        wanted = np.zeros(self.outputs.shape[2])
        wanted[self.labels[example]] = 1
        return wanted

    def squares(self, moment: int, example: int) -> np.ndarray:
        squares: np.ndarray = (self.outputs[moment, example] - self.wanted(example)) ** 2
        return squares

    def script(self) -> None:
        self.show_answer()
        self.show_wanted()
        self.square()
        self.sum_up()
        self.train()
        self.show_the_worst()

    # Ten rows -----------------------------------------------------------------------------------------------------

    def rows(self) -> np.ndarray:
        """Return the heights of the ten rows."""
        count = self.outputs.shape[2]
        heights: np.ndarray = TABLE_Y + ((count - 1) / 2 - np.arange(count)) * ROW * SIZE
        return heights

    def column(self, values: np.ndarray, x: float, form: str, color: str) -> VGroup:
        numbers = [Number(float(value), form, SIZE, color, fixed="right") for value in values]
        for number, y in zip(numbers, self.rows(), strict=True):
            number.move_to([x, y, 0])
        return VGroup(*numbers)

    def head(self, source: str, text: str, x: float, color: str) -> VGroup:
        """Return a column's symbol and its name above it."""
        symbol, name = Formula(source, LABEL, color), self.words(text, SMALL, color=palette().muted)
        return VGroup(name, symbol).arrange(DOWN, buff=0.12).move_to([x, HEAD_Y, 0])

    def show_answer(self) -> None:
        self.image = DigitImage(self.images[self.typical], height=IMAGE).move_to(IMAGE_PLACE)
        digits = [str(k) for k in range(self.outputs.shape[2])]
        self.bars = Bars(np.zeros(len(digits)), digits, width=1.8, size=SIZE)
        self.bars.move_to([BARS_X, TABLE_Y, 0])
        head = self.head("a_j", N_("it says"), BARS_X, palette().bright)
        with self.say(N_("How wrong is this answer? The untrained network says this.")) as line:
            self.play(FadeIn(self.image, scale=0.9), run_time=line.share(0.35))
            self.play(FadeIn(self.bars), FadeIn(head, shift=0.2 * DOWN), run_time=line.share(0.25))
            self.play(self.bars.animate_values(self.outputs[BEFORE, self.typical]), run_time=line.left)

    def show_wanted(self) -> None:
        label = int(self.labels[self.typical])
        self.name = Number(label, "{:.0f}", 1.4 * TITLE, palette().right).next_to(self.image, DOWN, buff=0.3)
        self.aims = self.column(self.wanted(self.typical), WANTED_X, "{:.0f}", palette().right)
        head = self.head("y_j", N_("wanted"), WANTED_X, palette().right)
        with self.say(N_("But it is a {label}. So we want 1 there, and 0 everywhere else."), label=label) as line:
            self.play(FadeIn(self.name, shift=0.2 * DOWN), FadeIn(head, shift=0.2 * DOWN), run_time=line.share(0.35))
            self.play(LaggedStart(*[FadeIn(n, shift=0.3 * LEFT) for n in self.aims], lag_ratio=0.1), run_time=line.left)

    def square(self) -> None:
        squares = self.squares(BEFORE, self.typical)
        self.terms = self.column(squares, SQUARES_X, "{:.2f}", palette().attention)
        head = self.head("(a_j - y_j)^2", N_("difference, squared"), SQUARES_X, palette().attention)
        with self.say(N_("Take the difference in each row and square it, so that large ones weigh more.")) as line:
            self.play(FadeIn(head, shift=0.2 * DOWN), run_time=line.share(0.2))
            pairs = zip(self.bars.numbers, self.aims, self.terms, strict=True)
            made = [ReplacementTransform(VGroup(said.copy(), aim.copy()), VGroup(term)) for said, aim, term in pairs]
            self.play(LaggedStart(*made, lag_ratio=0.15), run_time=line.left)

    # The sum ------------------------------------------------------------------------------------------------------

    def sum_up(self) -> None:
        self.cost = Number(0, "{:.3f}", 1.3 * TITLE, palette().attention, fixed="center").move_to([SQUARES_X, SUM_Y, 0])
        formula = Formula("C_0 = sum_j (a_j - y_j)^2", LABEL).move_to(FORMULA_PLACE)
        equals = Formula("C_0 =", LABEL).next_to(self.cost, LEFT, buff=0.9)
        rule = Formula("sum_j", LABEL, palette().muted).next_to(self.terms, RIGHT, buff=0.5)
        with self.say(N_("Add the ten, and there is one number: the cost of this example.")) as line:
            self.play(Create(formula), FadeIn(rule), run_time=line.share(0.3))
            falls = [FadeOut(VGroup(term.copy()), target_position=self.cost, scale=0.6) for term in self.terms]
            run = self.cost.animate_value(float(self.costs[BEFORE, self.typical]))
            self.add(self.cost)
            self.play(LaggedStart(*falls, lag_ratio=0.08), run, FadeIn(equals), run_time=line.left)

    def change_to(self, moment: int, example: int, seconds: float) -> None:
        """Let bars, differences and sum run to those of another answer."""
        squares = self.squares(moment, example)
        runs = [term.animate_value(float(square)) for term, square in zip(self.terms, squares, strict=True)]
        aims = [aim.animate_value(float(value)) for aim, value in zip(self.aims, self.wanted(example), strict=True)]
        self.play(
            self.bars.animate_values(self.outputs[moment, example]),
            *runs,
            *aims,
            self.cost.animate_value(float(self.costs[moment, example])),
            run_time=seconds,
        )

    def train(self) -> None:
        told = N_("The same image after training. A good answer costs little: {cost}.")
        if self.costs[AFTER, self.typical] >= self.costs[BEFORE, self.typical]:
            told = N_("The same image after training. In this run it costs no less: {cost}.")
        with self.say(told, cost=f"{self.costs[AFTER, self.typical]:.3f}") as line:
            self.change_to(AFTER, self.typical, line.left)

    def show_the_worst(self) -> None:
        label, answer = int(self.labels[self.worst]), int(self.outputs[AFTER, self.worst].argmax())
        other = DigitImage(self.images[self.worst], height=IMAGE).move_to(IMAGE_PLACE)
        name = Number(label, "{:.0f}", 1.4 * TITLE, palette().right).move_to(self.name)
        cost = f"{self.costs[AFTER, self.worst]:.3f}"
        told = N_("And a bad answer costs much. This {label} it takes for a {answer}: {cost}.")
        if label == answer:
            told = N_("The dearest of these answers costs {cost}: this {label} it knows, but hardly.")
        with self.say(told, label=label, answer=answer, cost=cost) as line:
            self.play(FadeOut(self.image, self.name), FadeIn(other, name), run_time=line.share(0.25))
            self.change_to(AFTER, self.worst, line.share(0.5))
            self.play(self.cost.animate.scale(1.25), run_time=line.left)
        self.image, self.name = other, name
