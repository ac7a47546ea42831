"""The cost of all examples is one number; as a function it takes all weights and biases."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    Animation,
    Create,
    FadeIn,
    FadeOut,
    GrowArrow,
    LaggedStart,
    Line,
    TransformFromCopy,
    VGroup,
    linear,
    there_and_back,
)

from scenes.chapter import Beat
from scenes.chapter import Line as NarrationLine
from scenes.chapters.gradient_descent.function_row import FunctionRow
from scenes.mobjects.axes import AxisLine
from scenes.mobjects.batched import rgb255
from scenes.mobjects.flight import Flight
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import DigitImage
from scenes.mobjects.tiles import Tiles
from scenes.mobjects.typeset import Formula, Words
from scenes.style import LABEL, QUICK, SMALL, STROKE, TITLE, palette
from scenes.translation import N_

BEFORE, AFTER = 0, 1  # along `moment`: the training
SHOWN = 8  # images in the row
ROW_Y, IMAGE = 1.7, 1.35
AXIS_Y, WIDTH = -2.7, 12.4
CLOUD = (-2.3, 2.2)  # lowest and highest place of a dot, scene units
DOT, DOT_ALPHA = 0.021, 0.55
GOLDEN = 0.618034  # the places of its multiples within 1 spread evenly
LARGE = 1.3 * LABEL
ROWS = (1.9, -1.3)  # heights of the two functions


class AverageCost(Beat):
    """Many examples, one number: what is that number a function of?"""

    def open(self) -> None:
        review, digits = self.data["digits-review"], self.data["digits"]
        self.costs = review.read("train.cost")  # (moment, example)
        self.images = review.read("train.input", batch=list(range(SHOWN)))
        self.inputs, self.outputs = self.images[0].size, review.arrays["train.output"].shape[-1]
        self.parameters = sum(digits.read(name, step=-1).size for name in digits.arrays)  # weights and biases alone
        self.means = self.costs.mean(axis=1)

    def script(self) -> None:
        self.show_some()
        self.show_all()
        self.average()
        self.train()
        self.two_functions()
        self.conclude()

    # One number ---------------------------------------------------------------------------------------------------

    def show_some(self) -> None:
        self.row = [DigitImage(pixels, height=IMAGE) for pixels in self.images]
        for k, image in enumerate(self.row):
            image.move_to([(k - (SHOWN - 1) / 2) * 1.6, ROW_Y, 0])
        self.under = [
            Number(float(cost), "{:.2f}", LABEL, palette().attention).next_to(image, DOWN, buff=0.25)
            for cost, image in zip(self.costs[BEFORE], self.row, strict=False)
        ]
        with self.say(N_("Each example has its own cost. What is the cost of them all?")) as line:
            self.play(LaggedStart(*[FadeIn(i, scale=0.9) for i in self.row], lag_ratio=0.1), run_time=line.share(0.5))
            self.play(
                LaggedStart(*[FadeIn(c, shift=0.2 * DOWN) for c in self.under], lag_ratio=0.1), run_time=line.left
            )

    def show_all(self) -> None:
        """Lay every example on a line by its cost: a dot each, its height without a meaning."""
        highest = float(np.ceil(self.costs.max()))
        name = self.words(N_("cost"), SMALL, color=palette().muted)
        self.axis = AxisLine((0, highest), WIDTH, ticks=5, label=name).move_to([-0.2, AXIS_Y, 0])
        color = np.append(rgb255(palette().attention), DOT_ALPHA)
        fill = np.tile(color, (self.costs.shape[1], 1))
        self.dots = Tiles(self.places(BEFORE), DOT, fill=fill, corner=1.0)
        ends = self.places(BEFORE)[:SHOWN]
        gone = [
            FadeOut(part, target_position=end, scale=0.05)
            for row in (self.row, [VGroup(number) for number in self.under])
            for part, end in zip(row, ends, strict=True)
        ]
        count = self.costs.shape[1]
        self.note = self.words(
            self.tr(N_("each dot is one of {count} images"), count=count), SMALL, color=palette().muted
        )
        self.note.move_to([0, 3.35, 0], LEFT).set_x(-6.5, LEFT)
        with self.say(N_("Each image becomes a dot at its cost; nothing is trained yet.")) as line:
            self.play(FadeIn(self.axis), *gone, run_time=line.share(0.3))
            self.play(FadeIn(self.note), run_time=0.4)
            self.play(Create(self.dots, rate_func=linear), run_time=line.left)

    def places(self, moment: int) -> np.ndarray:
        """Return where the dots stand, (example, 3): along the axis by cost, upwards spread evenly."""
        along = self.axis.to_point(self.costs[moment])
        low, high = CLOUD
        along[:, 1] = low + (high - low) * ((np.arange(len(along)) * GOLDEN) % 1)
        return along

    def average(self) -> None:
        self.mean = Number(float(self.means[BEFORE]), "{:.3f}", 1.5 * TITLE, fixed="center")
        symbol = Formula("C = 1/n sum_k C_k =", LABEL)
        self.mark = self.mark_at(BEFORE)
        self.sum = VGroup(symbol, self.mean).arrange(RIGHT, buff=0.25).move_to([6.4, 3.2, 0], RIGHT)
        with self.say(N_("Their average is the cost of the network: one number.")) as line:
            self.play(Create(self.mark), run_time=line.share(0.35))
            self.play(FadeIn(symbol, shift=0.2 * DOWN), run_time=line.share(0.25))
            self.play(TransformFromCopy(self.mark, self.mean), run_time=line.left)

    def mark_at(self, moment: int) -> Line:
        """Return the upright line at the average."""
        foot = self.axis.to_point(float(self.means[moment]))
        return Line(foot, [foot[0], CLOUD[1] + 0.25, 0], color=palette().bright, stroke_width=1.5 * STROKE)

    def train(self) -> None:
        told = N_("Train it, and the dots move: most of them to the left.")
        if np.mean(self.costs[AFTER] < self.costs[BEFORE]) <= 0.5:
            told = N_("Train it, and the dots move. In this run, most of them not to the left.")
        after = Tiles(self.places(AFTER), DOT, fill=self.dots.fill, corner=1.0)
        with self.say(told) as line:
            moved = self.mark.animate(rate_func=linear).become(self.mark_at(AFTER))
            run = self.mean.animate_value(float(self.means[AFTER]), rate_func=linear)
            self.play(Flight(self.dots, after, lag=0.5), moved, run, run_time=max(3.2, line.left))
            self.play(self.mean.animate(rate_func=there_and_back).scale(1.2), run_time=1.2)

    # Two functions ------------------------------------------------------------------------------------------------

    def two_functions(self) -> None:
        self.keep_only()
        images = self.costs.shape[1]
        network = FunctionRow(
            ROWS[0],
            self.words(N_("network"), LARGE),
            self.two_lines(N_("{count} numbers:"), N_("an image"), self.inputs),
            self.two_lines(N_("{count} numbers:"), N_("its answer"), self.outputs),
            self.small(N_("shaped by {count} weights and biases"), self.parameters, LABEL),
        )
        cost = FunctionRow(
            ROWS[1],
            self.words(N_("cost"), LARGE, color=palette().attention),
            self.two_lines(N_("{count} numbers:"), N_("weights and biases"), self.parameters),
            self.two_lines(N_("{count} number:"), N_("how wrong it is"), 1),
            self.small(N_("shaped by {count} images with their labels"), images, LABEL),
        )
        with self.say(N_("The network is a function of the image.")) as line:
            self.show_function(network, FadeIn(network.before, shift=0.3 * RIGHT), line)
        told = N_("The cost is a function of {count} numbers, and gives one.")
        with self.say(told, count=self.parameters) as line:
            self.show_function(cost, FadeIn(cost.before, target_position=network.shaped, scale=0.6), line)
        self.one = cost.after

    def show_function(self, row: FunctionRow, comes_in: Animation, line: NarrationLine) -> None:
        self.play(comes_in, run_time=line.share(0.25))
        self.play(GrowArrow(row.into), FadeIn(row.box), run_time=line.share(0.2))
        self.play(GrowArrow(row.out), FadeIn(row.after, shift=0.3 * RIGHT), run_time=line.share(0.2))
        self.play(FadeIn(row.shaped, shift=0.15 * DOWN), run_time=line.left)

    def small(self, text: str, count: int, size: float = SMALL) -> Words:
        return self.words(self.tr(text, count=count), size, color=palette().muted)

    def two_lines(self, above: str, below: str, count: int) -> VGroup:
        lines = self.words(self.tr(above, count=count), LARGE), self.words(below, LABEL, color=palette().muted)
        return VGroup(*lines).arrange(DOWN, buff=0.2)

    def conclude(self) -> None:
        with self.say(N_("To learn is to make this one number small.")) as line:
            self.play(self.one.animate(rate_func=there_and_back).scale(1.25), run_time=max(1.5, line.share(0.6)))
            self.play(self.one.animate.set_color(palette().attention), run_time=QUICK)
