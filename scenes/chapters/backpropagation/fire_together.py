"""Where the largest change is: within the wanted row at the brightest neuron; whether it is in that row is counted."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, UP, Create, Dot, FadeIn, LaggedStart, Rectangle, VGroup

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.backpropagation.wishes.values import BACKPROP, Wishes
from scenes.evidence.evidence import Mark
from scenes.language.translation import N_
from scenes.look.boxes import FrameBox, safe_area
from scenes.look.style import SMALL, palette
from scenes.mobjects.pictures.pixels import SignedPicture
from scenes.mobjects.plots.axes import Axes2D, Curve
from scenes.text.typeset import Words

MARKS = (0, 1_000, 5_000, 15_000)  # steps that are written below the curve


class FireTogether(Beat):
    """Which weight changes most?"""

    def open(self) -> None:
        self.wishes = Wishes(self.data[BACKPROP])
        area, self.below = safe_area().rows(6, 1)
        left, self.plot_box = area.side_by_side(1.1, 1, gap=0.9)
        self.changes = -np.outer(self.wishes.read("last.delta"), self.wishes.before)  # (out, in)
        rows, columns = self.changes.shape
        self.side = min((left.height - 0.6) / rows, (left.width - 0.8) / columns)
        scale = max(float(np.abs(self.changes).max()), 1e-300)
        self.matrix = SignedPicture(self.changes, scale=scale, height=self.side * rows)
        self.matrix.move_to(left.center + np.array([0.25, 0, 0]))
        self.labels = VGroup(
            *(
                Words(str(row), SMALL, palette().muted, because=Mark(row)).move_to(self.matrix.cell(row, 0))
                for row in range(rows)
            )
        ).shift([-0.5 * self.side - 0.3, 0, 0])

    def script(self) -> None:
        self.ask()
        self.point_to_row()
        self.count()

    def ask(self) -> None:
        several = self.wishes.strongest.when(lambda of: of["count"] > 1)
        with self.say(N_("Which weight of the last layer does this image change most?"), several) as line:
            line.play(FadeIn(self.matrix, scale=0.9), FadeIn(self.labels))
        text = N_("row: an output, column: a neuron before it; positive: should grow, negative: should shrink")
        self.play(FadeIn(self.note_in(self.below, text)), run_time=0.8)

    def point_to_row(self) -> None:
        """Frame the wanted output's row, and its strongest cell."""
        at, strongest = self.wishes.label, self.wishes.strongest
        ends = self.matrix.cell(at, 0), self.matrix.cell(at, self.changes.shape[1] - 1)
        cell = self.matrix.cell(at, strongest.value["most"])
        same = strongest.when(lambda of: of["most"] == of["brightest"], N_("the derivative is δ times the activation"))
        with self.say(
            N_("In the wanted output's row, the one from the most active neuron: always, by the formula."), same
        ) as line:
            line.play(Create(self.frame(*ends, palette().right)), fraction=0.4)
            line.play(Create(self.frame(cell, cell, palette().attention)))

    def frame(self, first: np.ndarray, last: np.ndarray, color: str) -> Rectangle:
        """Return a frame around cells of a row, from the first to the last."""
        width = float(last[0] - first[0]) + 1.1 * self.side
        return Rectangle(width=width, height=1.1 * self.side, color=color, stroke_width=3).move_to((first + last) / 2)

    def count(self) -> None:
        """Draw how often the largest change of all lies in that row, over the training."""
        rows = self.wishes.rows.value
        axes, names, curve = self.plot(self.plot_box)
        several = self.wishes.rows.when(lambda of: of["images"] > 1)
        text = N_("Is that the largest change of all in this layer? Count it on {images} training images.")
        with self.say(text, several, images=rows["images"]) as line:
            line.play(FadeIn(axes, names))
        values = {"step": rows["step"], "now": f"{rows['now']:.0f} %", "last": f"{rows['last']:.0f} %"}
        falls = self.wishes.rows.when(lambda of: of["last"] < of["now"])
        text = N_("At step {step} for {now}, at the end for {last}: else a wrong output is pushed down harder.")
        otherwise = said(
            N_("At step {step} for {now}, at the end for {last}."),
            self.wishes.rows.when(lambda of: of["last"] >= of["now"]),
            **values,
        )
        told = ((rows["step"], "now"), (rows["end"], "last"))
        dots, texts = VGroup(), VGroup()
        for step, key in told:
            place = axes.point(float(np.sqrt(step)), rows[key] / 100)
            dots.add(Dot(place, 0.08, color=palette().attention))
            share = {"step": step, "share": values[key]}
            text_of = N_("step {step}: {share}")
            texts.add(self.words(text_of, SMALL, palette().attention, because=self.wishes.rows, values=share))
        texts.arrange(RIGHT, buff=0.35)
        texts.scale(min(1.0, self.plot_box.width / texts.width))
        texts.next_to(names[0], DOWN, buff=0.15).set_x(self.plot_box.center[0])
        with self.say(self.choose(said(text, falls, **values), otherwise=otherwise), result=True) as line:
            line.play(Create(curve), fraction=0.5)
            line.play(LaggedStart(*map(FadeIn, (*dots, *texts)), lag_ratio=0.3))

    def plot(self, box: FrameBox) -> tuple[Axes2D, VGroup, Curve]:
        """Return the share over the steps, these drawn by their roots, with the names of both axes."""
        steps, shares = self.wishes.read("rows.step"), self.wishes.read("rows.share")
        marks = {float(np.sqrt(step)): f"{step:,}" for step in MARKS if step <= steps[-1]}
        x = {
            "ticks": list(marks),
            "form": lambda root: Words(marks[root], SMALL, palette().muted, because=Mark(marks[root])),
        }
        y = {"ticks": [0.0, 0.5, 1.0], "form": "{:.0%}"}
        last = float(np.sqrt(steps[-1]))
        axes = Axes2D((0.0, last), (0.0, 1.0), box.width - 1.1, min(box.height - 2.0, 4.0), x=x, y=y)
        told = N_("the largest change lies in the wanted row")
        names = VGroup(
            self.words(N_("step, drawn by its root"), SMALL, palette().muted).next_to(axes.x_axis, DOWN, buff=0.15),
            self.words_within(box.width, told, SMALL, color=palette().muted, because=self.wishes.rows),
        )
        names[1].next_to(axes, UP, buff=0.25)
        VGroup(axes, names).move_to(box.center)
        points = axes.point(np.sqrt(steps), shares)
        return axes, names, Curve(points, np.ones(len(points), dtype=bool), color=palette().attention)
