"""What a gradient entry says: of two weights that are nudged, how much more the cost follows the one."""

from __future__ import annotations

from manim import DOWN, LEFT, RIGHT, UP, FadeIn, GrowFromEdge, Indicate, LaggedStart, Rectangle, VGroup

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.backpropagation.wishes.pair import Pair
from scenes.chapters.backpropagation.wishes.values import BACKPROP
from scenes.language.translation import N_
from scenes.look.boxes import FrameBox, safe_area
from scenes.look.style import LABEL, SMALL, TITLE, palette, sign_color
from scenes.text.numbers import number_words, significant
from scenes.text.typeset import Formula

CLOSE = 0.01  # how far off the ratio of the changes may be
LOOK = 0.55  # em of the weights' names


class Sensitivity(Beat):
    """How much does a weight matter?"""

    def open(self) -> None:
        self.pair = Pair(self.data[BACKPROP])
        panels, self.below = safe_area().rows(3.4, 1)
        cells = [row.side_by_side(1, 1.6, gap=0.3) for row in panels.rows(1, 1)]
        self.heads = [self.head(which, head) for which, (head, _) in enumerate(cells)]
        self.bars = [self.bar(which, bar) for which, (_, bar) in enumerate(cells)]

    def head(self, which: int, box: FrameBox) -> VGroup:
        """Return a weight's name, with the derivative of the cost by it."""
        measured, value = self.pair.measured, float(self.pair.gradient[which])
        name = Formula(self.pair.symbol(which), LOOK, palette().attention)
        symbol = Formula(f"(partial C) / (partial {self.pair.symbol(which)})", LABEL)
        derivative = VGroup(symbol, number_words(value, LABEL, because=measured, before="=")).arrange(RIGHT, buff=0.15)
        return box.place(VGroup(name, derivative).arrange(DOWN, buff=0.3))

    def bar(self, which: int, box: FrameBox) -> VGroup:
        """Return a bar as long as the cost changes, and that change, from a line on which nothing changes."""
        changes = self.pair.changes[:, 0]
        value = float(changes[which])
        room = box.rows(1, 1, 1)[1]
        most = max(abs(float(one)) for one in changes)
        length = max(0.02, 0.62 * room.width * abs(value) / max(most, 1e-300))
        bar = Rectangle(width=length, height=0.42, stroke_width=0).set_fill(sign_color(value), opacity=1)
        bar.move_to(room.at(0.0, 0.5), aligned_edge=LEFT)
        number = number_words(value, LABEL, because=self.pair.measured, signed=True).next_to(bar, RIGHT, buff=0.2)
        return VGroup(bar, number)

    def script(self) -> None:
        measured = self.pair.measured.value
        with self.say(N_("How much does a weight matter?")) as line:
            names = [head[0] for head in self.heads]
            line.play(LaggedStart(*[FadeIn(name, scale=1.5) for name in names], lag_ratio=0.4))
        text = N_("Before training: the derivatives of the cost by two weights of the last layer.")
        both = self.pair.measured.when(lambda of: len(of["gradients"]) == 2)
        with self.say(text, both) as line:
            line.play(LaggedStart(*[FadeIn(head[1], shift=0.2 * UP) for head in self.heads], lag_ratio=0.4))
        self.nudge(f"{measured['nudge']:g}")
        self.compare()

    def nudge(self, step: str) -> None:
        """Let each weight make the same step, and show how far the cost moves."""
        measured = self.pair.measured
        forward = measured.when(lambda of: of["nudge"] > 0)
        with self.say(N_("Turn each by {step} and measure the cost again."), forward, step=step) as line:
            told = N_("weight + {step}: the cost changes by")
            texts = [self.words(told, SMALL, palette().muted, because=measured, step=step) for _ in self.bars]
            for text, (bar, _) in zip(texts, self.bars, strict=True):
                text.next_to(bar, UP, buff=0.25, aligned_edge=LEFT)
            line.play(*map(FadeIn, texts), fraction=0.3)
            for bar, number in self.bars:
                line.play(GrowFromEdge(bar, LEFT), FadeIn(number, shift=0.2 * RIGHT), fraction=0.3)
            told, values = N_("{images} training images, double precision"), {"images": measured.value["images"]}
            note = self.words(told, SMALL, palette().muted, because=measured, values=values)
            self.below.rows(1.6, 1)[1].place(note)
            line.play(FadeIn(note), least=0.6)

    def compare(self) -> None:
        measured = self.pair.measured
        values = {
            "ratio": significant(measured.value["ratio"]),
            "measured": significant(measured.value["measured"]),
        }
        close = measured.when(lambda of: of["off"] <= CLOSE, N_("to within a hundredth"))
        line_of = self.choose(
            said(N_("The changes lie {measured} times apart, the derivatives {ratio} times."), close, **values),
            otherwise=said(N_("The changes have the ratio {measured}, the derivatives {ratio}."), measured, **values),
        )
        found = VGroup(
            self.words(N_("cost: × {ratio}"), TITLE, palette().attention, because=measured, ratio=values["measured"]),
            self.words(N_("derivatives: × {ratio}"), TITLE, because=measured, ratio=values["ratio"]),
        ).arrange(RIGHT, buff=1.0)
        self.below.rows(1.6, 1)[0].place(found)
        with self.say(line_of, result=True) as line:
            line.play(*[Indicate(bar[1], 1.15, color=palette().attention) for bar in self.bars], fraction=0.3)
            line.play(FadeIn(found[0], shift=0.2 * UP), fraction=0.3)
            line.play(FadeIn(found[1], shift=0.2 * UP))
