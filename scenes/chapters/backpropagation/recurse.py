"""The same, a layer further back: wishes for the layer before become wishes for its weights, and so on."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Animation, FadeIn, GrowFromCenter, LaggedStart, Line, Transform, VGroup

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.backpropagation.wishes.column import LayerColumn
from scenes.chapters.backpropagation.wishes.values import BACKPROP, Wishes
from scenes.language.translation import N_
from scenes.look.boxes import safe_area
from scenes.look.style import LABEL, palette, sign_color
from scenes.text.numbers import number_words, significant


class Recurse(Beat):
    """And the layer before that?"""

    def open(self) -> None:
        self.wishes = wishes = Wishes(self.data[BACKPROP])
        area, self.below = safe_area().rows(6, 1.4)
        boxes = area.columns(*[1] * wishes.layers)
        self.columns = [
            LayerColumn(wishes.read(f"layer{number}.activation"), box) for number, box in enumerate(boxes, start=1)
        ]
        self.wanted = [-wishes.read(f"layer{number}.wanted") for number in range(1, wishes.layers + 1)]
        self.by_weight = [-wishes.by_weight(number) for number in range(2, wishes.layers + 1)]
        self.ways = [self.between(one, other) for one, other in zip(self.columns, self.columns[1:], strict=False)]

    def between(self, one: LayerColumn, other: LayerColumn) -> VGroup:
        """Return thin lines between all neurons of two layers."""
        return VGroup(
            *(
                Line(
                    left.get_right() + 0.3 * RIGHT,
                    right.get_left() + 0.1 * LEFT,
                    stroke_width=0.5,
                    color=palette().muted,
                )
                for left in one.neurons
                for right in other.neurons
            )
        ).set_opacity(0.18)

    def script(self) -> None:
        with self.say(N_("What the outputs want of the layer before, that layer wants in turn.")) as line:
            shown = [FadeIn(part) for part in (*self.ways, *self.columns)]
            line.play(LaggedStart(*shown, lag_ratio=0.2), fraction=0.6)
            line.play(*self.grown(len(self.columns) - 1))
        texts = (
            N_("Times the slope, its wishes turn its biases; times what it reads, its weights."),
            N_("And on, a layer further back, by the same rule."),
        )

        fading = self.wishes.fading
        for step, number in enumerate(reversed(range(len(self.columns) - 1))):
            text = texts[min(step, len(texts) - 1)]
            with self.say(text, fading.when(lambda of: of["layers"] > 1)) as line:
                line.play(Transform(self.ways[number], self.lit(number)), fraction=0.5)
                line.play(*self.grown(number))
        self.tell_sizes()

    def lit(self, number: int) -> VGroup:
        """Return the lines between two layers, as strong as the changes that their weights are to get."""
        largest = max(max(float(np.abs(change).max()) for change in self.by_weight), 1e-300)
        lines = self.ways[number].copy()
        for line, change in zip(lines, self.by_weight[number].T.flat, strict=True):  # from k to all j, then the next k
            share = abs(float(change)) / largest
            line.set_stroke(sign_color(change), width=0.5 + 3 * share, opacity=0.1 + 0.9 * share)
        return lines

    def grown(self, number: int) -> list[Animation]:
        """Return the arrows of a layer growing, on one scale for all layers."""
        scale = max(max(float(np.abs(wanted).max()) for wanted in self.wanted), 1e-300)
        arrows = self.columns[number].arrows(self.wanted[number], scale)
        return [LaggedStart(*map(GrowFromCenter, arrows), lag_ratio=0.05)]

    def tell_sizes(self) -> None:
        """Write the largest derivative by a weight below each layer, and how it changes from layer to layer."""
        fading = self.wishes.fading
        numbers = VGroup(
            *(
                number_words(value, LABEL, palette().attention, because=fading).move_to([column.get_x(), 0, 0])
                for value, column in zip(fading.value["largest"], self.columns, strict=True)
            )
        )
        top, low = self.below.rows(1, 1.5, gap=0.12)
        for number in numbers:
            number.set_y(top.center[1])
        text = N_("below: the largest derivative by a weight into this layer; arrows and lines: a scale each")
        note = self.note_in(low, text, fading)
        falls = fading.when(lambda of: of["falls"])
        times = significant(fading.value["times"])
        line_of = self.choose(
            said(
                N_("The largest derivative by a weight falls on the way back: {times} times down to the first layer."),
                falls,
                times=times,
            ),
            otherwise=said(N_("The largest derivative by a weight, layer by layer: it need not fall."), fading),
        )
        with self.say(line_of, result=True) as line:
            shown = [FadeIn(number, shift=0.2 * UP) for number in reversed(numbers)]
            line.play(LaggedStart(*shown, lag_ratio=0.4), FadeIn(note, shift=0.1 * DOWN), least=1.6)
