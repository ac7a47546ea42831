"""One entry of the gradient: the mean of the derivatives of all training images, two humps in a histogram."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, UP, Create, DashedLine, FadeIn, GrowFromEdge, LaggedStart, Rectangle, VGroup

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.backpropagation_calculus.chain.spread import Spread
from scenes.chapters.backpropagation_calculus.chain.values import ANALYSIS
from scenes.evidence.evidence import Exact
from scenes.language.translation import N_
from scenes.look.boxes import safe_area
from scenes.look.style import LABEL, SMALL, palette
from scenes.mobjects.plots.axes import AxisLine
from scenes.text.numbers import number_words, significant
from scenes.text.typeset import Formula, Words

BINS = 40


class Average(Beat):
    """And for all examples together?"""

    def open(self) -> None:
        self.spread = Spread(self.data[ANALYSIS], BINS)
        plot, self.below = safe_area().rows(3.4, 1)
        self.head, self.plot = plot.rows(1, 5)
        self.colors = {1.0: palette().positive, 0.0: palette().classes[1]}
        low, high = self.spread.edges[0], self.spread.edges[-1]
        self.axis = AxisLine((float(low), float(high)), self.plot.width, ticks=7, form="{:.3g}")
        self.axis.move_to(self.plot.at(0.5, 0.0), aligned_edge=DOWN)
        self.bars = {wanted: self.columns(wanted) for wanted in (1.0, 0.0)}

    def columns(self, wanted: float) -> VGroup:
        """Return the bars of the images of one digit, as high as there are images between two marks."""
        counts, edges = self.spread.counts[wanted], self.spread.edges
        top = max(int(one.max()) for one in self.spread.counts.values())
        room = self.plot.height - self.axis.height - 0.3
        bars = VGroup()
        for count, start, end in zip(counts, edges, edges[1:], strict=False):
            left, right = self.axis.to_point(float(start)), self.axis.to_point(float(end))
            width = float(right[0] - left[0])
            bar = Rectangle(width=0.92 * width, height=max(1e-4, room * count / max(top, 1)), stroke_width=0)
            bar.set_fill(self.colors[wanted], opacity=0.85 if count else 0)
            bars.add(bar.move_to((left + right) / 2, aligned_edge=DOWN))
        return bars

    def script(self) -> None:
        self.ask()
        self.heap()
        self.tell_sides()
        self.mean()

    def ask(self) -> None:
        counted = self.spread.counted
        source = "(partial C) / (partial w^((L))) = 1/n sum_i (partial C_i) / (partial w^((L)))"
        formula = Formula(source, LABEL, because=Exact("1 / n", n=counted.value))
        self.head.place(formula, grow=1.3)
        with self.say(N_("That was one example. What of {count}?"), counted, count=counted.value) as line:
            line.play(FadeIn(formula, shift=0.2 * DOWN))

    def heap(self) -> None:
        """Let the derivatives of all images heap up where they belong, one digit after the other."""
        names = {1.0: N_("images of a 0"), 0.0: N_("images of a 1")}
        legend = VGroup(
            *[self.words(text, SMALL, self.colors[wanted], because=self.spread.means) for wanted, text in names.items()]
        ).arrange(RIGHT, buff=0.8)
        self.below.rows(1, 2.2)[0].place(legend)
        with self.say(
            N_("Every image has a derivative of its own. Here they are, heaped up."),
            self.spread.counted.when(lambda n: n > 1),
        ) as line:
            line.play(Create(self.axis), FadeIn(legend), fraction=0.3)
            grown = [
                LaggedStart(*[GrowFromEdge(bar, DOWN) for bar in bars], lag_ratio=0.03) for bars in self.bars.values()
            ]
            line.play(*grown, least=2.0)

    def tell_sides(self) -> None:
        """Say whether the two digits pull to different sides."""
        means = self.spread.means
        apart = means.when(lambda of: of["zeros"] * of["ones"] < 0)
        values = {"zeros": significant(means.value["zeros"]), "ones": significant(means.value["ones"])}
        line_of = self.choose(
            said(
                N_("By the 0s the derivative is {zeros} on average, by the 1s {ones}: they pull against each other."),
                apart,
                **values,
            ),
            otherwise=said(N_("By the 0s the derivative is {zeros} on average, by the 1s {ones}."), means, **values),
        )
        with self.say(line_of) as line:
            ends = {1.0: means.value["zeros"], 0.0: means.value["ones"]}
            marks = [self.mark(value, palette().text) for value in ends.values()]
            tops = [self.top(value, self.colors[wanted]) for wanted, value in ends.items()]
            line.play(*[Create(mark) for mark in marks], *map(FadeIn, tops), least=1.2)

    def mark(self, value: float, color: str) -> DashedLine:
        foot = self.axis.to_point(value)
        top = np.array([foot[0], self.plot.top - 0.1, 0])
        return DashedLine(foot, top, color=color, stroke_width=2.5)

    def top(self, value: float, color: str) -> Words | Formula:
        """Return a mean as a number above its mark."""
        number = number_words(value, SMALL + 0.04, color, because=self.spread.means)
        return number.move_to([self.axis.to_point(value)[0], self.plot.top + 0.12, 0])

    def mean(self) -> None:
        means = self.spread.means
        told = VGroup(
            Formula("(partial C) / (partial w^((L)))", LABEL, palette().attention),
            number_words(means.value["mean"], LABEL, palette().attention, because=means, before="="),
        ).arrange(RIGHT, buff=0.15)
        self.below.rows(1, 2.2)[1].place(told)
        text = N_("The mean over all {count} is one entry of the gradient. The rest of it comes about likewise.")
        whole = self.spread.counted.when(lambda count: count > 1)
        with self.say(text, whole, result=True, count=whole.value) as line:
            top = self.top(means.value["mean"], palette().attention)
            line.play(Create(self.mark(means.value["mean"], palette().attention)), FadeIn(top), fraction=0.4)
            line.play(FadeIn(told, shift=0.2 * UP))
