"""What every output wants of the layer behind it, added up neuron by neuron; much of it cancels."""

from __future__ import annotations

import numpy as np
from manim import LEFT, RIGHT, FadeIn, GrowFromCenter, Indicate, LaggedStart, VGroup

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.backpropagation.wishes.column import LayerColumn
from scenes.chapters.backpropagation.wishes.values import BACKPROP, Wishes
from scenes.evidence.evidence import Quoted
from scenes.language.translation import N_
from scenes.look.boxes import FrameBox, safe_area
from scenes.look.style import DIMMED, LABEL, palette
from scenes.mobjects.pictures.pixels import SignedPicture
from scenes.text.typeset import Formula

MUCH = 50  # per cent that cancels, from which on it is said so


class AllWishes(Beat):
    """And what do all outputs want together?"""

    def open(self) -> None:
        self.wishes = wishes = Wishes(self.data[BACKPROP])
        area, self.below = safe_area().rows(7, 1)
        before, table, outputs = area.columns(1.3, 3.2, 1)
        body, foot = table.rows(12, 1, gap=0.1)
        labels = [str(digit) for digit in range(len(wishes.output))]
        self.before = LayerColumn(wishes.before, FrameBox(before.left, body.bottom, before.right, body.top))
        self.outputs = LayerColumn(wishes.output, outputs, labels=labels, side="right")
        self.ground(self.outputs.labels, Quoted(" ".join(labels)))
        self.columns, self.marks = [], VGroup()
        scale = self.scale = max(float(np.abs(wishes.asked).max()), 1e-300)
        for which, (asked, cell) in enumerate(zip(wishes.asked, foot.columns(*[1] * len(labels), gap=0), strict=True)):
            column = SignedPicture(asked[:, None], scale=scale, height=self.before.step * len(asked))
            self.columns.append(column.move_to([cell.center[0], self.before.neurons.get_y(), 0]))
            self.marks.add(self.outputs.labels[which].copy().set_color(palette().muted).move_to(cell.center))

    def script(self) -> None:
        several = self.wishes.sums.when(lambda of: of["outputs"] > 1)
        with self.say(N_("Every output has wishes for the layer before it."), several) as line:
            line.play(FadeIn(self.before), FadeIn(self.outputs))
        self.ask_one()
        self.ask_all()
        self.add_up()

    def ask_one(self) -> None:
        """Show what the wanted output asks of each neuron before it."""
        at = self.wishes.label
        lit = Indicate(self.outputs.neurons[at], 1.25, color=palette().attention)
        with self.say(
            N_("Here is what the one for {label} asks, neuron by neuron."), self.wishes.example, label=at
        ) as line:
            line.play(lit, FadeIn(self.columns[at], shift=0.5 * LEFT), FadeIn(self.marks[at]), fraction=0.6)
            told = N_("a column: what an output asks, positive or negative; one scale for all")
            line.play(FadeIn(self.note_in(self.below, told, self.wishes.sums)))

    def ask_all(self) -> None:
        others = [which for which in range(len(self.columns)) if which != self.wishes.label]
        several = self.wishes.sums.when(lambda of: of["cancelled"] > 0)
        with self.say(N_("The others ask, too, and they disagree."), several) as line:
            came = [FadeIn(self.columns[which], self.marks[which], shift=0.4 * LEFT) for which in others]
            line.play(LaggedStart(*came, lag_ratio=0.2), least=2.0)

    def add_up(self) -> None:
        """Let each row become its sum, an arrow beside the neuron."""
        sums, total = self.wishes.sums, self.wishes.asked.sum(axis=0)
        arrows = self.before.arrows(total, max(float(np.abs(total).max()), 1e-300), to_left=True)
        values = {"percent": f"{sums.value['cancelled']:.0f} %"}
        much = sums.when(lambda of: of["cancelled"] >= MUCH)
        little = sums.when(lambda of: of["cancelled"] < MUCH)
        line_of = self.choose(
            said(
                N_("Add up each row: of all that is asked {percent} cancels. The rest is what should be done."),
                much,
                **values,
            ),
            otherwise=said(
                N_("Add up each row: so the layer before should change. Of all that is asked {percent} cancels."),
                little,
                **values,
            ),
        )
        column = SignedPicture(total[:, None], scale=self.scale, height=self.before.step * len(total))
        column.next_to(self.before.neurons, RIGHT, buff=0.3)
        name = Formula("Sigma", LABEL, palette().attention).match_y(self.marks[0]).match_x(column)
        with self.say(line_of, result=True) as line:
            dim = [one.animate.set_opacity(DIMMED) for one in self.columns]
            line.play(FadeIn(column, shift=0.6 * LEFT), FadeIn(name), *dim, fraction=0.5)
            line.play(LaggedStart(*[GrowFromCenter(arrow) for arrow in arrows], lag_ratio=0.12), least=1.8)
