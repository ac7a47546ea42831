"""Every token offers a value; the weights say how much of each is taken; their sum changes the last token."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Animation,
    Create,
    FadeIn,
    FadeOut,
    Group,
    GrowArrow,
    GrowFromEdge,
    LaggedStart,
    MoveToTarget,
    ReplacementTransform,
    Transform,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
)

from scenes.beats.beat import Beat
from scenes.chapters.attention.one_head.cells import NOTHING, Strips, scale_of
from scenes.chapters.attention.one_head.meeting import chip_of
from scenes.chapters.attention.one_head.passed_on import answer_lines, measure_passed_on
from scenes.chapters.attention.one_head.push import LARGE, PushPlane, VectorSum, plane_notes
from scenes.chapters.attention.one_head.reading import head_note, tokens_of
from scenes.chapters.attention.one_head.strands import strands_between
from scenes.drawing.batched import rgb255
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Quoted
from scenes.language.translation import N_
from scenes.look.style import DIMMED, LABEL, SMALL, TITLE, palette
from scenes.mobjects.plots.bars import Bars
from scenes.text.many_numbers import Numbers
from scenes.text.numbers import Number
from scenes.text.tokens import SMALLEST, TokenRow, token_on_screen, token_words
from scenes.text.typeset import Formula

TOP, BOTTOM = 2.6, -2.4  # of the rows
PITCH = 0.62  # from one row to the next at most
WIDTH, STRIP = 12.8, 8.4  # of all, and of a strip at most, scene units
WEIGHTS = 1.35  # width of the weights' column
SUM_Y = -3.05
HIGH, LOW = 1.9, -1.9  # the head's output and ΔE
COLUMNS_X, COLUMNS_Y = -2.2, 1.78  # the sum, as long as the plane is under it
MIDDLE_Y, BARS_Y, ENDS_Y = 1.55, -1.05, -2.75  # the sum, the lengths and where the change came from, at the end
PLANE = (12.6, 3.7)
LONGEST_BAR = 8.0  # scene units, in the last picture


class Values(Beat):
    """What a token passes on, and what it does to the one that looked."""

    def open(self) -> None:
        recording = self.recording = self.data["attention-text"]
        self.tokens = tokens_of(recording)
        self.last = len(self.tokens) - 1
        self.word = token_on_screen(self.tokens[-1])
        self.stream = recording.read("stream", layer=recording.config["chosen_layer"])  # (position, feature)
        self.weights = recording.read("pattern")[-1]  # (key,)
        self.value = recording.read("value")  # (key, feature)
        self.output = recording.read("head_output")[-1]  # (feature,)
        self.update = recording.read("head_update")[-1]  # (model feature,)
        self.matrix = recording.read("weight.output")  # (model feature, feature)
        self.strongest = int(self.weights.argmax())
        self.scale = scale_of(self.value)
        self.measured = measure_passed_on(recording, self.tokens)
        self.recorded_weights = self.recorded("attention-text", "pattern", query=self.last)
        self.note = head_note(self, recording)

    def script(self) -> None:
        self.ask()
        self.offer()
        self.weigh()
        self.add_up()
        self.carry_back()
        self.add_to_vector()
        self.see_push()
        self.answer()

    # The rows -----------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        self.row = TokenRow(self.tokens, size=0.5)
        gold = palette().attention
        lit = [
            box.animate.set_fill(gold, opacity=0.08 + 0.6 * float(weight))
            for box, weight in zip(self.row.boxes, self.weights, strict=True)
        ]
        with self.say(N_("“{word}” has weighed them. What does it get?"), Quoted(self.word), word=self.word) as line:
            self.key = self.words(N_("fill: the weight"), SMALL, palette().muted).next_to(self.row, DOWN, buff=0.3)
            self.play(FadeIn(self.row, shift=0.3 * UP), FadeIn(self.note, self.key), run_time=0.5)
            self.play(self.row.boxes[self.last].animate.set_stroke(gold, width=4), run_time=line.fraction(0.2))
            self.play(LaggedStart(*lit[::-1], lag_ratio=0.15), run_time=line.remaining)

    def offer(self) -> None:
        """Turn the tokens into row heads, and let each unfold its value."""
        self.lay_rows()
        folded = self.strips.cells.copy()
        folded.points[:, 0] = self.strips.ends[0] + 0.02 * (folded.points[:, 0] - self.strips.ends[0])
        folded.shown = np.zeros(len(folded), np.float32)
        moves = [Transform(word, label) for word, label in zip(self.row.words, self.labels, strict=True)]
        rule = Formula("{{V}} = W_V {{E}}", LABEL, colors={"V": palette().positive})
        rule.next_to([self.strips.ends[0], self.heights[0] + self.pitch / 2, 0], UP, buff=0.16, aligned_edge=LEFT)
        text = N_("{count} numbers each, full shade: {full}")
        if self.measured.offered.value["normalised"]:
            text = N_("{count} numbers each, full shade: {full}, E normalised first")
        values = {"count": self.value.shape[1], "full": f"{self.scale:.2f}"}
        because = (self.measured.offered, self.measured.scales)
        size = self.words(text, SMALL, palette().muted, because=because, values=values)
        self.rule = VGroup(rule, size.next_to(rule, RIGHT, buff=0.5).align_baseline(rule))
        with self.say(N_("Each token offers a value: a matrix times its vector."), self.measured.offered) as line:
            self.play(
                *moves, *[FadeOut(box) for box in self.row.boxes], FadeOut(self.key), run_time=line.fraction(0.25)
            )
            self.remove(self.row, *self.row.words)
            self.add(self.labels)
            flight = Flight(folded, self.strips.cells, order=self.strips.row_of_cells() / self.last, lag=0.5)
            self.play(flight, FadeIn(self.rule, shift=0.2 * RIGHT), run_time=line.fraction(0.5))
            self.remove(folded)
            self.add(self.strips.cells)
            self.play(FadeIn(self.strips.numbers), run_time=line.remaining)

    def lay_rows(self) -> None:
        count = len(self.tokens)
        self.pitch = min(PITCH, (TOP - BOTTOM) / count)
        middle = (TOP + BOTTOM) / 2
        self.heights = middle + ((count - 1) / 2 - np.arange(count)) * self.pitch
        self.em = float(np.clip(0.62 * self.pitch, SMALLEST, SMALL))
        self.labels = VGroup(*[token_words(token, self.em) for token in self.tokens])
        room = max(label.width for label in self.labels) + 0.25
        width = min(STRIP, WIDTH - room - WEIGHTS)
        left = -(room + WEIGHTS + width) / 2
        for label, y in zip(self.labels, self.heights, strict=True):
            label.move_to([left + room - 0.25, y, 0], aligned_edge=RIGHT)
        self.labels[self.last].set_color(palette().attention)
        self.weights_x = left + room
        self.look = {"left": left + room + WEIGHTS, "width": width, "scale": self.scale, "size": self.em}
        self.strips = Strips(self.value, self.heights, thick=0.82 * self.pitch, **self.look)
        self.ground(self.strips.numbers, (self.recorded("attention-text", "value"), self.measured.weighed))

    def weigh(self) -> None:
        radius = 0.45 * min(self.pitch, 0.5) * np.sqrt(np.clip(self.weights, 0, 1))
        x = self.weights_x + 0.3
        places = np.array([[x, y, 0] for y in self.heights])
        fill = np.tile(np.append(rgb255(palette().attention), 0.9), (len(places), 1))
        self.discs = Tiles(places, np.maximum(radius, 1e-4), fill=fill, corner=1.0)
        self.told = Numbers(self.weights, places + 0.62 * RIGHT, size=self.em, because=self.recorded_weights)
        self.told.rgba[self.weights < NOTHING, 3] = DIMMED
        start = self.discs.copy().scale_items(0.01)
        target, self.discs.points = self.discs.copy(), start.points
        weighed = self.weights[:, None] * self.value
        with self.say(N_("The weights tell how much it takes of them.")) as line:
            self.play(Flight(self.discs, target, lag=0.6), FadeIn(self.told), run_time=line.fraction(0.4))
            self.play(self.strips.animate.show(weighed, zeros=False), run_time=line.remaining)

    def add_up(self) -> None:
        """Let row after row fall into the sum: shades grow by what is on its way, numbers by what has arrived."""
        self.sum = Strips(0 * self.output[None], np.array([SUM_Y]), thick=0.42, **{**self.look, "size": SMALL})
        weighed = self.weights[:, None] * self.value
        falling = self.strips.cells.copy()
        end = falling.copy()
        rows = np.repeat(self.heights, self.value.shape[1])
        end.move_items(end.centers + np.outer(SUM_Y - rows, [0, 1, 0])).set_opacity(0.4)
        flight = Flight(falling, end, order=1 - self.strips.row_of_cells() / self.last, lag=0.7)
        each = slice(0, None, self.value.shape[1])
        sums = np.array(self.measured.sums.value)  # (rows arrived, feature)

        self.ground(self.sum.numbers, self.measured.sums)

        def grow(strip: Strips, alpha: float) -> None:
            come = flight.progress(alpha)[each]  # (key,) how far each row has come
            strip.shade((come @ weighed)[None])
            strip.numbers.show_values(sums[int((come > 1 - 1e-9).sum())])

        self.sum_name = self.words(N_("sum"), LABEL)
        self.sum_name.move_to([self.look["left"] - 0.3, SUM_Y, 0], aligned_edge=RIGHT)
        with self.say(N_("Their sum is this head's output."), self.measured.summed) as line:
            self.play(FadeIn(self.sum_name), FadeIn(self.sum), run_time=0.4)
            grown = UpdateFromAlphaFunc(self.sum, grow, rate_func=linear)
            self.play(flight, grown, run_time=max(1.8, line.remaining))
        self.remove(falling)

    # Back to the model's own numbers --------------------------------------------------------------------------------

    def carry_back(self) -> None:
        rows = Group(self.strips, self.labels, self.discs, self.told, self.rule)
        left, width = -WIDTH / 2 + 1.2, WIDTH - 1.6
        high = Strips(self.output[None], np.array([HIGH]), thick=0.5, left=left, width=width, scale=self.scale)
        low = Strips(self.update[None], np.array([LOW]), thick=0.5, left=left, width=width, scale=scale_of(self.update))
        self.delta, self.strands = low, strands_between(high, low, self.matrix * self.output)
        self.ground(high.numbers, self.recorded("attention-text", "head_output", query=self.last))
        self.ground(low.numbers, self.recorded("attention-text", "head_update", query=self.last))
        names = VGroup(Formula("W_O", LABEL), Formula("Delta E", LABEL, palette().positive))
        for name, y in zip((self.sum_name, *names), (HIGH, 0, LOW), strict=True):
            name.generate_target().move_to([left - 0.3, y, 0], aligned_edge=RIGHT)
        for name in names:
            name.become(name.target)
        self.carried = VGroup(names, self.counts(high, low))
        text = N_("Another matrix carries that back to {count} numbers: a change, ΔE.")
        with self.say(text, self.measured.summed, count=len(self.update)) as line:
            raised = [Transform(part, to) for part, to in zip(self.sum, high, strict=True)]
            self.play(FadeOut(rows), MoveToTarget(self.sum_name), *raised, run_time=line.fraction(0.2))
            self.play(Create(self.strands), FadeIn(names[0], self.carried[1]), run_time=line.fraction(0.45))
            self.play(FadeIn(self.delta, names[1], shift=0.4 * DOWN), run_time=line.remaining)

    def counts(self, high: Strips, low: Strips) -> VGroup:
        """Return how many numbers the strips have, beyond each, and how much is drawn between them."""
        because, muted = (self.measured.summed, self.measured.scales), palette().muted
        notes = []
        for strip, scale, side in ((high, self.scale, UP), (low, scale_of(self.update), DOWN)):
            values = {"count": strip.values.size, "full": f"{scale:.2g}"}
            note = self.words(N_("{count} numbers, full shade: {full}"), SMALL, muted, because=because, values=values)
            notes.append(note.next_to(strip, side, buff=0.2, aligned_edge=LEFT))
        if len(self.strands) < self.matrix.size:
            text, drawn = (
                N_("drawn: the {count} strongest of {whole} products, up to {largest}"),
                self.measured.products,
            )
            values = {"count": len(self.strands), "whole": self.matrix.size, "largest": f"{drawn.value['largest']:.2g}"}
            note = self.words(text, SMALL, muted, because=drawn, values=values)
            notes.append(note.next_to(low, DOWN, buff=0.2, aligned_edge=RIGHT))
        return VGroup(*notes)

    def add_to_vector(self) -> None:
        layer = self.recording.config["chosen_layer"]
        vector = self.recorded("attention-text", "stream", layer=layer, position=self.last)
        change = self.recorded("attention-text", "head_update", query=self.last)
        because = (vector, change, self.measured.after)
        self.total = VectorSum(self.stream[-1], self.update, self.word, because)
        columns, names, signs = self.total.columns, self.total.names, self.total.signs
        with self.say(N_("It is added to the vector of “{word}”."), Quoted(self.word), word=self.word) as line:
            gone = FadeOut(self.strands, self.sum, self.sum_name, self.carried[0][0], self.carried[1])
            self.play(gone, *self.into_column(), run_time=0.9)
            self.play(FadeIn(columns[0], names[0], self.total.owner, signs[0], shift=0.4 * RIGHT), run_time=0.7)
            self.play(FadeIn(signs[1], columns[2], names[2], shift=0.4 * RIGHT), run_time=max(0.7, line.remaining))

    def into_column(self) -> list[Animation]:
        """Return ΔE's strip folding into its column, each number from its cell."""
        column = self.total.columns[1]
        kept = [k for k in column.row_slots if k is not None]
        flying = [FadeIn(column.entry(k), target_position=self.delta.cells.centers[k]) for k in kept]
        rest = FadeIn(column.brackets, column.dots)
        name = ReplacementTransform(self.carried[0][1], self.total.names[1])
        return [FadeOut(self.delta, target_position=column, scale=0.2), *flying, rest, name]

    # Among the others -----------------------------------------------------------------------------------------------

    def see_push(self) -> None:
        first = [self.last - 1] if self.strongest in (0, self.last) else [self.last - 1, self.strongest - 1]
        self.push = PushPlane(
            self.stream[1:], self.tokens[1:], self.update, first=first, width=PLANE[0], height=PLANE[1]
        ).move_to([0, -1.7, 0])
        lengths = [float(np.linalg.norm(vector)) for vector in (self.stream[-1], self.update)]
        because = self.measured.lengths
        look: dict[str, Any] = {"scale": max(lengths), "width": LONGEST_BAR, "size": LABEL, "because": because}
        self.lengths = Bars(lengths, ["|E|", "|ΔE|"], form="{:.1f}", color=palette().line, **look)
        self.lengths.bars[1].set_color(palette().positive)
        self.lengths.move_to(BARS_Y * UP)
        small = self.total.generate_target().scale(SMALL / LARGE)
        small.move_to(COLUMNS_Y * UP + COLUMNS_X * RIGHT)
        self.side = plane_notes(self, self.push, self.tokens[0])
        text, share = (
            N_("Among the others that is a step: {share} of the vector's length."),
            f"{because.value['share']:.0%}",
        )
        with self.say(text, because, share=share) as line:
            around = FadeIn(self.push.axes, self.side, shift=0.4 * UP)
            self.play(MoveToTarget(self.total), around, run_time=line.fraction(0.15))
            self.play(FadeIn(self.push.dots, self.push.labels), run_time=line.fraction(0.1))
            self.play(GrowArrow(self.push.arrow), run_time=line.fraction(0.2))
            self.wait(line.fraction(0.2))
            lower = self.total.animate.move_to(MIDDLE_Y * UP)
            self.play(FadeOut(self.push, self.side), lower, run_time=0.6)
            rest = FadeIn(self.lengths.labels, self.lengths.tracks, self.lengths.numbers)
            self.play(rest, *[GrowFromEdge(bar, LEFT) for bar in self.lengths.bars], run_time=line.remaining)

    def answer(self) -> None:
        other, weight = token_on_screen(self.tokens[self.strongest]), float(self.weights[self.strongest])
        with self.say(self.choose(*answer_lines(self.measured.strongest)), result=True) as line:
            for part in self.whence(other, weight):
                self.play(FadeIn(part, shift=0.3 * RIGHT), run_time=line.fraction(0.25))

    def whence(self, other: str, weight: float) -> VGroup:
        """Return the token with the largest weight, that weight, and an arrow to the change."""
        chip = chip_of(other, palette().positive)
        taken = Number(weight, "{:.2f}", TITLE, palette().attention, because=self.measured.strongest)
        change = VGroup(Formula("arrow.r", TITLE, palette().muted), Formula("Delta E", TITLE, palette().positive))
        line = VGroup(chip, taken, change.arrange(RIGHT, buff=0.35)).arrange(RIGHT, buff=0.35)
        return line.move_to(ENDS_Y * UP)
