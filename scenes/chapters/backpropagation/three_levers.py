"""How the wanted output can go up: by its bias, by its weights, by the activations that it reads."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    FadeIn,
    GrowFromCenter,
    GrowFromEdge,
    Indicate,
    LaggedStart,
    Line,
    Rectangle,
    VGroup,
)

from scenes.beats.beat import Beat
from scenes.chapters.backpropagation.wishes.column import LayerColumn, change_arrow
from scenes.chapters.backpropagation.wishes.values import BACKPROP, Wishes
from scenes.evidence.evidence import Exact
from scenes.language.translation import N_
from scenes.look.boxes import safe_area
from scenes.look.style import DIMMED, LABEL, SMALL, palette, sign_color
from scenes.text.typeset import Formula

NAMES = (N_("bias"), N_("weights"), N_("activations"))
KEYS = ("bias", "weights", "activations")
RULES = (
    "- (partial C_j) / (partial b_j) prop 1",
    "- (partial C_j) / (partial w_(j k)) prop a_k",
    "- (partial C_j) / (partial a_k) prop w_(j k)",
)


class ThreeLevers(Beat):
    """How can one output go up?"""

    def open(self) -> None:
        self.wishes = wishes = Wishes(self.data[BACKPROP])
        area, self.below = safe_area().rows(5.6, 1)
        drawing, texts = area.side_by_side(1.5, 1)
        left, right = drawing.columns(1, 1)
        self.before = LayerColumn(wishes.before, left)
        self.output = LayerColumn(wishes.output[[wishes.label]], right)
        name = self.words(N_("output for {label}"), SMALL, because=wishes.example, label=wishes.label)
        self.name = name.next_to(self.output, UP, buff=0.45).align_to(self.output, LEFT)
        target = self.output.neurons[0]
        scale = max(float(np.abs(wishes.row).max()), 1e-300)
        self.edges = VGroup(
            *(
                Line(neuron.get_right(), target.get_left(), buff=0.06).set_stroke(
                    sign_color(float(weight)), width=0.6 + 3.4 * abs(float(weight)) / scale
                )
                for weight, neuron in zip(wishes.row, self.before.neurons, strict=True)
            )
        )
        self.rules = [
            box.place(Formula(rule, LABEL, because=Exact("a / a", a=1.0)))
            for box, rule in zip(texts.rows(1, 1, 1), RULES, strict=True)
        ]

    def script(self) -> None:
        with self.say(N_("How can the wanted output go up? It has levers.")) as line:
            line.play(FadeIn(self.before), FadeIn(self.output), FadeIn(self.name), fraction=0.5)
            line.play(LaggedStart(*map(Create, self.edges), lag_ratio=0.05))
        self.pull_bias()
        self.pull_weights()
        self.pull_activations()
        self.share_out()

    def pull_bias(self) -> None:
        arrow = change_arrow(1.0).next_to(self.output.neurons[0], RIGHT, buff=0.2)
        with self.say(N_("Its bias: raise it, and the output rises.")) as line:
            line.play(GrowFromCenter(arrow), FadeIn(self.rules[0], shift=0.2 * LEFT))

    def pull_weights(self) -> None:
        """Let the weights grow in proportion to the activations behind them."""
        wishes = self.wishes
        exact = Exact("d * a / d == a", d=2.0, a=1.0)
        top = max(float(wishes.before.max()), 1e-300)
        arrows = VGroup(
            *(
                change_arrow(float(value) / top, 0.85 * self.before.step).move_to(edge.point_from_proportion(0.09))
                for value, edge in zip(wishes.before, self.edges, strict=True)
            )
        )
        self.weight_arrows = arrows
        text = N_(
            "Its weights, in proportion to the activations: the most active neuron gives the most for the same turn."
        )
        with self.say(text, exact) as line:
            line.play(
                LaggedStart(*map(GrowFromCenter, arrows), lag_ratio=0.1),
                FadeIn(self.rules[1], shift=0.2 * LEFT),
                fraction=0.7,
            )
            brightest = int(np.argmax(wishes.before))
            line.play(Indicate(self.before.neurons[brightest], 1.25, color=palette().attention))

    def pull_activations(self) -> None:
        """Let the activations change in proportion to the weights: up where these are positive."""
        wishes = self.wishes
        arrows = self.before.arrows(wishes.row, max(float(np.abs(wishes.row).max()), 1e-300), beside=0.22, to_left=True)
        text = N_("And the activations, in proportion to the weights: up at positive ones, down at negative ones.")
        with self.say(text) as line:
            line.play(self.weight_arrows.animate.set_opacity(DIMMED), fraction=0.2)
            line.play(LaggedStart(*map(GrowFromCenter, arrows), lag_ratio=0.1), FadeIn(self.rules[2], shift=0.2 * LEFT))

    def share_out(self) -> None:
        """Tell how much of the squared gradient each lever holds, for this output and image."""
        levers = self.wishes.levers
        bar, texts = self.below.rows(1, 1.4, gap=0.12)
        colors = (palette().classes[2], palette().positive, palette().attention)
        left, parts = bar.left, VGroup()
        for key, color in zip(KEYS, colors, strict=True):
            width = max(0.01, bar.width * levers.value[key] / 100)
            part = Rectangle(width=width, height=min(0.3, bar.height), stroke_width=0).set_fill(color, opacity=0.9)
            parts.add(part.move_to([left + width / 2, bar.center[1], 0]))
            left += width
        told = VGroup()
        for key, name, color, part in zip(KEYS, NAMES, colors, parts, strict=True):
            percent = f"{levers.value[key]:.0f} %"
            text = self.words(
                N_("{name} {percent}"), SMALL, color, because=levers, name=self.translate(name), percent=percent
            )
            told.add(text.move_to([part.get_x(), texts.center[1], 0]))
        told[0].align_to(parts, LEFT)
        if told[1].get_left()[0] < told[0].get_right()[0] + 0.2:
            told[1].next_to(told[0], RIGHT, buff=0.3)
        with self.say(
            N_("Of the squared gradient of this output's cost, the levers hold these shares."), result=True
        ) as line:
            line.play(LaggedStart(*[GrowFromEdge(part, LEFT) for part in parts], lag_ratio=0.4), fraction=0.6)
            line.play(FadeIn(told, shift=0.1 * DOWN))
