"""How wrong one answer is: its outputs against the wanted ones, each difference squared, and all of them added."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    FadeIn,
    FadeOut,
    GrowFromEdge,
    LaggedStart,
    TransformFromCopy,
    VGroup,
    there_and_back,
)

from scenes.chapter import Beat
from scenes.chapters.gradient_descent.filing import flight_below, gone_between
from scenes.mobjects.bars import Bars
from scenes.mobjects.flight import Flight
from scenes.mobjects.numbers import Number, Numbers
from scenes.mobjects.pixels import DigitImage
from scenes.mobjects.typeset import Formula, Words
from scenes.style import LABEL, TITLE, palette
from scenes.translation import N_

BEFORE, AFTER = 0, 1  # the moments at which outputs and costs were recorded
LITTLE = 0.25  # a cost up to which an answer may be called good: of an output off by a half
NOTHING = 0.005  # a cost below that is written 0.00
MUCH = 1.0  # a cost from which on an answer is called bad: of an output that is all wrong
ROW_SIZE = 0.33  # em of the three columns
BAR = 1.85  # scene units, of an output of 1
COLUMNS_LEFT, COLUMNS_RIGHT = -3.75, 6.6
COLUMNS_Y, HEADS_Y, SUM_Y = 0.34, 3.2, -2.76
IMAGE_PLACE, IMAGE_HEIGHT = np.array([-5.35, 1.7, 0]), 2.4
FILED, FILED_X, FILED_TOP, FILED_PITCH = 0.86, -6.0, -0.85, 1.0  # the images whose cost is known
SMALLER = 0.62  # a cost beside its image, of what it is below the columns
LAST, LAST_X, LAST_PITCH, LAST_BAR = 1.8, -5.2, 2.3, 8.0  # the same in the last picture


class CostOfOneExample(Beat):
    """How wrong is one answer?"""

    def open(self) -> None:
        review = self.data["digits-review"]
        self.labels, self.outputs = review.read("train.label"), review.read("train.output")
        self.images = review.read("train.input")
        self.costs = review.read("train.cost")[:, : len(self.labels)]  # (moment, example), of those shown
        self.first, self.worst = choose(self.costs)
        self.cases = [(BEFORE, self.first), (AFTER, self.first), (AFTER, self.worst)]
        self.moments = {BEFORE: N_("before training"), AFTER: N_("after training")}
        self.filed: list[tuple[DigitImage, Number]] = []
        self.build_picture()
        self.build_columns()
        self.build_sum()

    def script(self) -> None:
        label, count = int(self.labels[self.first]), len(self.labels)
        with self.say(N_("How wrong is one answer?")) as line:
            self.show_answer(line.left)
        with self.say(N_("We want 1 for the {label}, 0 elsewhere."), label=label) as line:
            self.show_wanted(line.left)
        with self.say(N_("Square each difference.")) as line:
            self.square(max(2.4, line.left))
        with self.say(N_("Add them all: that is the cost.")) as line:
            self.add_up(max(2.8, line.left))
        with self.say(self.after_line(), cost=self.written_cost(1)) as line:
            self.go_on(1, max(3.4, line.left))
        with self.say(self.worst_line(), cost=self.written_cost(2), count=count, answer=self.answer(2)) as line:
            self.go_on(2, max(3.6, line.left))
        with self.say(self.moral()) as line:
            self.compare(line.left)

    # What the recording says --------------------------------------------------------------------------------------

    def values(self, case: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return outputs, wanted outputs and squared differences of a case, each (output,)."""
        moment, example = self.cases[case]
        output = self.outputs[moment, example].astype(float)
        wanted = (np.arange(len(output)) == self.labels[example]).astype(float)
        return output, wanted, (output - wanted) ** 2

    def cost(self, case: int) -> float:
        return float(self.costs[self.cases[case]])

    def written_cost(self, case: int) -> str:
        return f"{self.cost(case):.2f}"

    def answer(self, case: int) -> int:
        """Return the digit of the highest output of a case."""
        return int(self.outputs[self.cases[case]].argmax())

    def right(self, case: int) -> bool:
        return self.answer(case) == self.labels[self.cases[case][1]]

    def after_line(self) -> str:
        """Return the line that tells what training has made of the first picture's cost."""
        if self.cost(1) < NOTHING:
            return N_("After training, this picture costs next to nothing.")
        if self.cost(1) <= LITTLE:
            return N_("After training, this picture costs only {cost}.")
        return N_("After training, this picture costs {cost}.")

    def worst_line(self) -> str:
        """Return the line that tells of the picture with the highest cost after training."""
        if self.right(2):
            return N_("The worst of {count}, still answered {answer}, costs {cost}.")
        return N_("The worst of {count}, called a {answer}, costs {cost}.")

    def moral(self) -> str:
        if self.right(1) and self.cost(1) <= LITTLE and max(self.cost(0), self.cost(2)) >= MUCH:
            return N_("Good answers cost little, bad ones much.")
        if self.cost(1) > LITTLE:
            return N_("A good answer costs nearly nothing. None of these is good.")
        return N_("The better the answer, the less it costs.")

    # Building -----------------------------------------------------------------------------------------------------

    def build_picture(self) -> None:
        self.image = DigitImage(self.images[self.first], height=IMAGE_HEIGHT).move_to(IMAGE_PLACE)
        self.moment = self.words(self.moments[BEFORE], LABEL).move_to(IMAGE_PLACE).set_y(HEADS_Y)
        self.label = self.label_words(self.first)

    def label_words(self, example: int) -> Words:
        words = Words(self.tr(N_("it is a {label}"), label=int(self.labels[example])), LABEL, palette().right)
        return words.next_to(self.image, DOWN, buff=0.2)

    def build_columns(self) -> None:
        """Build the three columns side by side, each under its name and symbol."""
        output, wanted, square = self.values(0)
        digits = [str(digit) for digit in range(len(output))]
        blank = [""] * len(output)
        colors = (palette().bright, palette().right, palette().attention)
        self.columns = [
            Bars(values, labels, width=BAR, size=ROW_SIZE, color=color)
            for values, labels, color in zip((output, wanted, square), (digits, blank, blank), colors, strict=True)
        ]
        self.output, self.wanted, self.squares = self.columns
        free = COLUMNS_RIGHT - COLUMNS_LEFT - sum(column.width for column in self.columns)
        middle = np.array([(COLUMNS_LEFT + COLUMNS_RIGHT) / 2, COLUMNS_Y, 0])
        VGroup(*self.columns).arrange(RIGHT, buff=free / 2).move_to(middle)
        names = (N_("output"), N_("wanted"), "")  # the third is what the formula says
        symbols = ("a_j", "y_j", "(a_j - y_j)^2")
        self.heads = [self.head(*one) for one in zip(names, symbols, self.columns, colors, strict=True)]

    def head(self, name: str, symbol: str, column: Bars, color: str) -> VGroup:
        formula = Formula(symbol, 1.15 * LABEL, color).set_y(HEADS_Y)
        word = [self.words(name, LABEL, color=color)] if name else []
        for one in word:
            one.next_to(formula, LEFT, buff=0.22).align_baseline(formula)
        return VGroup(*word, formula).align_to(column.tracks, LEFT)

    def build_sum(self) -> None:
        """Build the formula below the columns; the cost at its end stands under the numbers that it is the sum of."""
        colors = {"a": palette().bright, "y": palette().right}
        rule = "{{C_0 : cost}} = sum_j ({{a_j : a}} - {{y_j : y}})^2 ="
        self.rule = Formula(rule, 0.87 * TITLE, colors={**colors, "cost": palette().attention})
        self.total = Number(self.cost(0), size=1.4 * TITLE, color=palette().attention)
        self.total.set_y(SUM_Y).align_to(self.squares.numbers, RIGHT).shift(0.2 * LEFT)
        self.rule.next_to(self.total, LEFT, buff=0.35).align_baseline(self.total)

    # One example --------------------------------------------------------------------------------------------------

    def show_answer(self, seconds: float) -> None:
        """Let the picture come, and its outputs out of it."""
        self.play(FadeIn(self.image, shift=0.4 * RIGHT), FadeIn(self.moment, shift=0.4 * RIGHT), run_time=0.4)
        self.output.empty()
        came = FadeIn(self.output, shift=0.6 * RIGHT), FadeIn(self.heads[0], shift=0.6 * RIGHT)
        self.play(*came, run_time=0.4)
        self.play(self.output.animate_values(self.values(0)[0]), run_time=max(1.1, seconds - 0.8))

    def show_wanted(self, seconds: float) -> None:
        """Name the digit, and let the wanted column come out of that name."""
        wanted = self.values(0)[1]
        self.play(FadeIn(self.label, shift=0.2 * DOWN), run_time=0.25 * seconds)
        self.wanted.empty()
        self.play(FadeIn(self.wanted, self.heads[1], shift=0.6 * RIGHT), run_time=0.25 * seconds)
        grown = self.label.animate(rate_func=there_and_back).scale(1.15)
        self.play(self.wanted.animate_values(wanted), grown, run_time=0.5 * seconds)

    def square(self, seconds: float) -> None:
        """Let output and wanted number of each row fly into their squared difference, row after row."""
        output, wanted, square = self.values(0)
        self.play(FadeIn(self.squares.tracks, self.heads[2], shift=0.6 * RIGHT), run_time=0.13 * seconds)
        flights = [
            self.flight(column, values, square, self.squares, alpha)
            for column, values, alpha in ((self.output, output, 1.0), (self.wanted, wanted, 0.0))
        ]
        bars = [GrowFromEdge(bar, LEFT) for bar in self.squares.bars]
        self.play(*flights, LaggedStart(*bars, lag_ratio=0.25), run_time=0.87 * seconds)
        self.remove(*[flight.mobject for flight in flights])
        self.add(self.squares)

    def flight(self, start: Bars, values: np.ndarray, to: np.ndarray, end: Bars, alpha: float) -> Flight:
        """Return the flight of a column's numbers to another column, while they turn into its values."""
        places = [np.array([number.get_center() for number in column.numbers]) for column in (start, end)]
        flying = Numbers(values, places[0], size=ROW_SIZE)
        target = Numbers(to, places[1], size=ROW_SIZE)
        target.rgba[:, 3] = alpha
        return Flight(flying, target, lag=0.35)

    def add_up(self, seconds: float) -> None:
        """Let the ten squares fall into their sum."""
        square = self.values(0)[2]
        copied = TransformFromCopy(self.heads[2], self.rule)
        self.play(copied, run_time=0.22 * seconds)
        places = np.array([number.get_center() for number in self.squares.numbers])
        falling = Numbers(square, places, size=ROW_SIZE)
        target = Numbers(square, np.repeat([self.total.get_center()], len(square), axis=0), size=ROW_SIZE)
        target.rgba[:, 3] = 0
        fall = Flight(falling, target, order=np.linspace(1, 0, len(square)), lag=0.3)
        self.play(fall, run_time=0.6 * seconds)
        self.remove(falling)
        self.play(FadeIn(self.total), run_time=0.08 * seconds)
        self.play(self.total.animate(rate_func=there_and_back).scale(1.15), run_time=0.1 * seconds)

    # The others ---------------------------------------------------------------------------------------------------

    def go_on(self, case: int, seconds: float) -> None:
        """File the case shown, and turn all columns and the cost into those of another."""
        self.file_away(case - 1, 0.25 * seconds)
        (moment, example), (moment_before, example_before) = self.cases[case], self.cases[case - 1]
        changes = [
            column.animate_values(values) for column, values in zip(self.columns, self.values(case), strict=True)
        ]
        swaps: list[tuple[str, Words]] = []
        if moment != moment_before:
            swaps.append(("moment", self.words(self.moments[moment], LABEL).move_to(self.moment)))
        if example != example_before:
            swaps.append(("label", self.label_words(example)))
            changes.append(self.image.animate.show_pixels(self.images[example]))
        for name, new in swaps:
            changes += [FadeOut(getattr(self, name), shift=0.2 * UP), FadeIn(new, shift=0.2 * UP)]
            setattr(self, name, new)
        self.play(*changes, self.total.animate_change(self.cost(case)), run_time=0.5 * seconds)
        told = self.output.labels[self.answer(case)], self.total
        self.play(*[part.animate(rate_func=there_and_back).scale(1.3) for part in told], run_time=0.25 * seconds)

    def file_away(self, case: int, seconds: float) -> None:
        """Let copies of the image shown and of its cost go down to those that are known."""
        image, number = self.copies(case)
        place = np.array([FILED_X, FILED_TOP - FILED_PITCH * case, 0])
        self.play(
            image.animate.scale(FILED / IMAGE_HEIGHT).move_to(place),
            flight_below(number, place + (0.5 * FILED + 0.75) * RIGHT, SMALLER),
            self.rule.animate(rate_func=gone_between).set_opacity(0),  # the number flies where it stands
            run_time=seconds,
        )

    def copies(self, case: int) -> tuple[DigitImage, Number]:
        """Return copies of the image shown and of its cost, where they are, to be filed."""
        image = DigitImage(self.images[self.cases[case][1]], height=IMAGE_HEIGHT, line=0).move_to(self.image)
        pair = image, self.total.copy()
        self.filed.append(pair)
        self.add(*pair)
        return pair

    def compare(self, seconds: float) -> None:
        """Put the three costs side by side, as bars of one scale."""
        self.copies(len(self.cases) - 1)
        self.keep_only(*[part for pair in self.filed for part in pair], run_time=0.2 * seconds)
        scale = max(self.cost(case) for case in range(len(self.cases)))
        self.compared = [
            Bars([self.cost(case)], [""], width=LAST_BAR, scale=scale, size=1.1 * TITLE, color=palette().attention)
            for case in range(len(self.cases))
        ]
        moved, grows = [], []
        for case, (bars, (image, number)) in enumerate(zip(self.compared, self.filed, strict=True)):
            place = np.array([LAST_X, LAST_PITCH * (1 - case), 0])
            bars.move_to(place + 0.35 * DOWN).set_x(0).align_to([LAST_X + 0.5 * LAST + 0.45, 0, 0], LEFT)
            bars.numbers.set_color(palette().attention)
            words = self.case_words(case).move_to(place + 0.45 * UP).align_to(bars.tracks, LEFT)
            moved += [image.animate.scale(LAST / image.height).move_to(place), FadeIn(words, shift=0.3 * RIGHT)]
            grown = bars.numbers[0].size / number.size
            moved += [number.animate.scale(grown).move_to(bars.numbers[0]), FadeIn(bars.tracks)]
            grows.append(GrowFromEdge(bars.bars[0], LEFT))
        self.play(*moved, run_time=0.4 * seconds)
        self.play(LaggedStart(*grows, lag_ratio=0.3), run_time=0.4 * seconds)

    def case_words(self, case: int) -> Words:
        """Return the line that tells what was shown and what the network took it for."""
        moment, example = self.cases[case]
        values = {"label": int(self.labels[example]), "answer": self.answer(case)}
        told = self.tr(N_("a {label}, its answer: {answer}"), **values)
        color = palette().right if self.right(case) else palette().text
        return Words(f"{self.tr(self.moments[moment])} · {told}", LABEL, color)


def choose(costs: np.ndarray) -> tuple[int, int]:
    """Return the example whose cost has fallen most and, of the others, the one of the highest cost after training.

    costs: (moment, example).
    """
    first = int((costs[BEFORE] - costs[AFTER]).argmax())
    others = costs[AFTER].copy()
    others[first] = -np.inf
    return first, int(others.argmax())
