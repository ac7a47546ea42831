"""Shakes the last weight, and lets z, a and the cost move with it, each on a line of its own magnification."""

from __future__ import annotations

import numpy as np
from manim import (
    LEFT,
    RIGHT,
    UP,
    Animation,
    Dot,
    FadeIn,
    FadeOut,
    Indicate,
    LaggedStart,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
)

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.backpropagation_calculus.chain.nudges import Nudges
from scenes.chapters.backpropagation_calculus.chain.values import ANALYSIS
from scenes.language.translation import N_
from scenes.look.boxes import FrameBox, safe_area
from scenes.look.frame import frame
from scenes.look.style import LABEL, SMALL, palette
from scenes.mobjects.plots.axes import AxisLine
from scenes.text.numbers import number_words
from scenes.text.typeset import Formula, Words

SYMBOLS = {"weight": "w^((L))", "z": "z^((L))", "activation": "a^((L))", "cost": "C_0"}
RATIOS = (("z_by_w", "z", "w"), ("a_by_z", "a", "z"), ("cost_by_a", "C_0", "a"))
DOT = 0.12  # scene units, its radius
CLOSE = 0.05  # how far off the product of ratios may be, of itself


class NumberLines(Beat):
    """How far does each value move?"""

    def open(self) -> None:
        self.nudges = Nudges(self.data[ANALYSIS])
        tall = frame().tall
        lines, self.below = safe_area().rows(5, 1.6 if tall else 1.1)
        boxes = lines.rows(1, 1, 1, 1)
        shares = (1.3, 4.5, 1.9) if tall else (1.2, 8, 1.8)
        cells = {name: box.columns(*shares) for name, box in zip(SYMBOLS, boxes, strict=True)}
        self.boxes = {name: own[-1] for name, own in cells.items()}
        self.rows = {name: self.row(name, *own) for name, own in cells.items()}

    def row(self, name: str, left: FrameBox, middle: FrameBox, right: FrameBox) -> VGroup:
        """Return a line with its symbol, its dot, and by how much it is stretched."""
        color = palette().attention if name == "cost" else palette().text
        axis = AxisLine(self.nudges.span(name), middle.width, ticks=4, form="{:.3g}").move_to(middle.center)
        dot = Dot(axis.to_point(self.nudges.start(name)), DOT, color=color)
        stretched = self.nudges.stretched(name)
        told = number_words(stretched.value, SMALL, palette().muted, because=stretched, before="×")
        return VGroup(left.place(Formula(SYMBOLS[name], LABEL, color)), axis, dot, right.place(told))

    def script(self) -> None:
        self.ask()
        self.shake()
        self.step()
        self.divide()

    def ask(self) -> None:
        first, *others = self.rows.values()
        with self.say(N_("Move the weight a little. How far does the cost move?")) as line:
            line.play(FadeIn(first, shift=0.3 * RIGHT), fraction=0.4)
            line.play(LaggedStart(*[FadeIn(row, shift=0.3 * RIGHT) for row in others], lag_ratio=0.3))
        stretched = self.nudges.stretched("z")
        text = N_("on the right: how many times as stretched as the line of the weight")
        self.told = self.note_in(self.below, text, stretched)
        with self.say(N_("The lower lines are stretched, so that their steps can be seen.")) as line:
            lit = [Indicate(row[3], 1.2, color=palette().attention) for row in self.rows.values()]
            line.play(FadeIn(self.told), *lit)

    def shake(self) -> None:
        with self.say(N_("Shake the weight: the sum moves, then the activation, then the cost.")) as line:
            line.play(*[self.shaking(name) for name in SYMBOLS], least=4.0)

    def shaking(self, name: str) -> Animation:
        """Return a dot going to and fro over the places that were computed."""
        _, axis, dot, _ = self.rows[name]
        values = self.nudges.along[name]
        middle = len(values) // 2

        def go(dot: Dot, alpha: float) -> None:
            dot.move_to(axis.to_point(float(values[middle + round(0.98 * middle * np.sin(4 * np.pi * alpha))])))

        return UpdateFromAlphaFunc(dot, go, rate_func=linear)

    def step(self) -> None:
        """Let the weight make one step, and write how far each value has come."""
        nudge, rows = self.nudges.nudge, self.rows
        moved = [self.moved(name) for name in SYMBOLS]
        with self.say(N_("Now one step of {change}."), nudge, change=f"{nudge.value['change']:.2g}") as line:
            ends = [rows[name][1].to_point(self.nudges.moved(name)) for name in SYMBOLS]
            self.add(*[row[2].copy().set_fill(opacity=0).set_stroke(palette().muted, width=2) for row in rows.values()])
            steps = [row[2].animate.move_to(end) for row, end in zip(rows.values(), ends, strict=True)]
            line.play(LaggedStart(*steps, lag_ratio=0.4), least=1.6)
            shown = [FadeIn(one, shift=0.2 * LEFT) for one in moved]
            gone = [FadeOut(row[3]) for row in rows.values()]
            self.play(*gone, LaggedStart(*shown, lag_ratio=0.3), FadeOut(self.told), run_time=1.2)

    def moved(self, name: str) -> Words | Formula:
        """Return how far a value has moved, in place of how its line is stretched."""
        nudge = self.nudges.nudge
        moved = number_words(nudge.value["moved"][name], LABEL, palette().attention, because=nudge, signed=True)
        return self.boxes[name].place(moved)

    def divide(self) -> None:
        """Write the ratio from each line to the next, which multiply to that of cost to weight."""
        nudge = self.nudges.nudge
        parts = [
            VGroup(Formula(f"(Delta {over}) / (Delta {under})", LABEL), self.ratio(key)).arrange(RIGHT, buff=0.15)
            for key, over, under in RATIOS
        ]
        direct = nudge.value["moved"]["cost"] / nudge.value["moved"]["weight"]
        told = number_words(direct, LABEL, palette().attention, because=nudge, before="≈")
        whole = VGroup(Formula("(Delta C_0) / (Delta w)", LABEL, palette().attention), told).arrange(RIGHT, buff=0.15)
        parts.append(whole)
        self.below.place(VGroup(*parts).arrange(RIGHT, buff=0.7))
        line_of = self.choose(
            said(
                N_("From line to line a ratio. Multiplied, they give that of cost to weight."),
                nudge.when(lambda of: of["off"] < CLOSE, N_("to within a twentieth")),
            ),
            otherwise=said(N_("From line to line a ratio: how strongly the change goes on.")),
        )
        with self.say(line_of, result=True) as line:
            line.play(LaggedStart(*[FadeIn(part, shift=0.2 * UP) for part in parts], lag_ratio=0.4), least=2.0)

    def ratio(self, key: str) -> Words | Formula:
        nudge = self.nudges.nudge
        return number_words(nudge.value[key], LABEL, because=nudge, before="≈")
