"""How wrong one answer is: its outputs against the wanted ones, each difference squared, and all of them added."""

from __future__ import annotations

from typing import Any

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
    UpdateFromAlphaFunc,
    VGroup,
    there_and_back,
)
from manim.animation.animation import Animation
from manim.mobject.mobject import Mobject

from scenes.beats.beat import Beat
from scenes.chapters.gradient_descent.answers.cost_cases import AFTER, BEFORE, Cases
from scenes.chapters.gradient_descent.answers.cost_lines import line_after_training, line_on_the_worst, moral
from scenes.chapters.gradient_descent.answers.filing import flight_below, gone_between
from scenes.drawing.flight import Flight
from scenes.language.translation import N_
from scenes.look.style import LABEL, TITLE, palette
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.mobjects.plots.bars import Bars
from scenes.text.many_numbers import Numbers
from scenes.text.numbers import Number
from scenes.text.typeset import Formula, Words

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
        self.cases = Cases(review)
        self.moments = {BEFORE: N_("before training"), AFTER: N_("after training")}
        self.steps = {BEFORE: 0, AFTER: review.config["steps"]}
        self.shown, self.answered = self.cases.columns(), self.cases.answers()
        self.added, self.costs, self.highest = self.cases.added_up(), self.cases.of_each(), self.cases.highest()
        self.filed: list[tuple[DigitImage, Number]] = []
        self.build_picture()
        self.build_columns()
        self.build_sum()

    def script(self) -> None:
        self.mark_step("digits", self.steps[BEFORE])
        with self.say(N_("How wrong is one answer?")) as line:
            self.show_answer(line.remaining)
        label = self.answered.value[0]["label"]
        with self.say(N_("We want 1 for the {label}, 0 elsewhere."), (self.shown, self.answered), label=label) as line:
            self.show_wanted(line.remaining)
        with self.say(N_("Square the differences.")) as line:
            self.square(max(2.1, line.remaining))
        added = self.added.when(lambda of: bool(np.isclose(of["sum"], of["cost"])), N_("both are the same"))
        with self.say(N_("Add them up: that is the cost."), added) as line:
            self.add_up(max(2.7, line.remaining))
        with self.say(line_after_training(self.costs)) as line:
            self.go_on(1, max(3.5, line.remaining))
        with self.say(line_on_the_worst(self.highest)) as line:
            self.go_on(2, max(3.3, line.remaining))
        with self.say(moral(self.answered, self.costs, self.shown), result=True) as line:
            self.compare(line.remaining)

    # Building -----------------------------------------------------------------------------------------------------

    def build_picture(self) -> None:
        self.image = DigitImage(self.cases.images[self.cases.first], height=IMAGE_HEIGHT).move_to(IMAGE_PLACE)
        self.moment = self.words(self.moments[BEFORE], LABEL).move_to(IMAGE_PLACE).set_y(HEADS_Y)
        self.label = self.label_words(self.cases.first)

    def label_words(self, example: int) -> Words:
        label = {"label": int(self.cases.labels[example])}
        words = self.words(N_("it is a {label}"), LABEL, palette().right, because=self.answered, values=label)
        return words.next_to(self.image, DOWN, buff=0.2)

    def build_columns(self) -> None:
        """Build the three columns side by side, each under its name and symbol."""
        output, wanted, square = self.cases.values(0)
        digits = [str(digit) for digit in range(len(output))]
        blank = [""] * len(output)
        colors = (palette().bright, palette().right, palette().attention)
        self.columns = [
            Bars(values, labels, width=BAR, size=ROW_SIZE, color=color, because=self.shown)
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
        self.total = Number(self.cases.cost(0), size=1.4 * TITLE, color=palette().attention, because=self.costs)
        self.total.set_y(SUM_Y).align_to(self.squares.numbers, RIGHT).shift(0.2 * LEFT)
        self.rule.next_to(self.total, LEFT, buff=0.35).align_baseline(self.total)

    # One example --------------------------------------------------------------------------------------------------

    def show_answer(self, seconds: float) -> None:
        """Let the picture come, and its outputs out of it."""
        self.play(FadeIn(self.image, shift=0.4 * RIGHT), FadeIn(self.moment, shift=0.4 * RIGHT), run_time=0.4)
        self.output.empty()
        came = FadeIn(self.output, shift=0.6 * RIGHT), FadeIn(self.heads[0], shift=0.6 * RIGHT)
        self.play(*came, run_time=0.4)
        self.play(self.output.animate_values(self.cases.values(0)[0]), run_time=max(1.1, seconds - 0.8))

    def show_wanted(self, seconds: float) -> None:
        """Name the digit, and let the wanted column come out of that name."""
        wanted = self.cases.values(0)[1]
        self.play(FadeIn(self.label, shift=0.2 * DOWN), run_time=0.25 * seconds)
        self.wanted.empty()
        self.play(FadeIn(self.wanted, self.heads[1], shift=0.6 * RIGHT), run_time=0.25 * seconds)
        grown = self.label.animate(rate_func=there_and_back).scale(1.15)
        self.play(self.wanted.animate_values(wanted), grown, run_time=0.5 * seconds)

    def square(self, seconds: float) -> None:
        """Let output and wanted number of each row fly into their squared difference, row after row."""
        output, wanted, square = self.cases.values(0)
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
        flying = Numbers(values, places[0], size=ROW_SIZE, because=self.shown)
        target = Numbers(to, places[1], size=ROW_SIZE)
        target.rgba[:, 3] = alpha
        return Flight(flying, target, lag=0.35)

    def add_up(self, seconds: float) -> None:
        """Let the ten squares fall into their sum."""
        square = self.cases.values(0)[2]
        copied = TransformFromCopy(self.heads[2], self.rule)
        self.play(copied, run_time=0.22 * seconds)
        places = np.array([number.get_center() for number in self.squares.numbers])
        falling = Numbers(square, places, size=ROW_SIZE, because=self.shown)
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
        (moment, example), (moment_before, example_before) = self.cases.places[case], self.cases.places[case - 1]
        changes: list[Any] = [
            column.animate_values(values) for column, values in zip(self.columns, self.cases.values(case), strict=True)
        ]
        swaps: list[tuple[str, Words]] = []
        if moment != moment_before:
            changes.append(self.animate_moment(moment_before, moment))
            swaps.append(("moment", self.words(self.moments[moment], LABEL).move_to(self.moment)))
        if example != example_before:
            swaps.append(("label", self.label_words(example)))
            changes.append(self.image.animate.show_pixels(self.cases.images[example]))
        for name, new in swaps:
            changes += [FadeOut(getattr(self, name), shift=0.2 * UP), FadeIn(new, shift=0.2 * UP)]
            setattr(self, name, new)
        self.play(*changes, self.total.animate_change(self.cases.cost(case)), run_time=0.5 * seconds)
        told = self.output.labels[self.cases.answer(case)], self.total
        self.play(*[part.animate(rate_func=there_and_back).scale(1.3) for part in told], run_time=0.25 * seconds)

    def animate_moment(self, before: int, after: int) -> Animation:
        """Return what tells, while the picture turns from one moment to another, which of them its numbers are of."""

        def tell(_: Mobject, alpha: float) -> None:
            self.mark_step("digits", self.steps[before if alpha < 0.5 else after])

        return UpdateFromAlphaFunc(Mobject(), tell)

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
        pixels = self.cases.images[self.cases.places[case][1]]
        image = DigitImage(pixels, height=IMAGE_HEIGHT, line=0).move_to(self.image)
        pair = image, self.total.copy()
        self.filed.append(pair)
        self.add(*pair)
        return pair

    def compare(self, seconds: float) -> None:
        """Put the three costs side by side, as bars of one scale."""
        self.copies(len(self.cases.places) - 1)
        self.keep_only(*[part for pair in self.filed for part in pair], run_time=0.2 * seconds)
        scale = max(self.cases.cost(case) for case in range(len(self.cases.places)))
        self.compared = [
            Bars(
                [self.cases.cost(case)],
                [""],
                width=LAST_BAR,
                scale=scale,
                size=1.1 * TITLE,
                color=palette().attention,
                because=self.costs,
            )
            for case in range(len(self.cases.places))
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
        texts = {
            BEFORE: N_("before training · a {label}, its answer: {answer}"),
            AFTER: N_("after training · a {label}, its answer: {answer}"),
        }
        color = palette().right if self.cases.right(case) else palette().text
        told = self.answered.value[case]
        return self.words(texts[self.cases.places[case][0]], LABEL, color, because=self.answered, values=told)
