"""One query and one key, number by number, and their dot product; then every query meets every key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    AnimationGroup,
    Create,
    FadeIn,
    FadeOut,
    Group,
    Indicate,
    LaggedStart,
    ReplacementTransform,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
)

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.attention.one_head.meeting import QueryKeyGrid, best_other, chip_of, mark_row
from scenes.chapters.attention.one_head.products_measured import measure_products
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Quoted
from scenes.language.translation import N_
from scenes.look.frame import layout_in
from scenes.look.style import DIMMED, LABEL, SMALL, TITLE, palette
from scenes.mobjects.grids.attention_grid import AttentionGrid
from scenes.mobjects.pictures.colormap import diverging
from scenes.mobjects.pictures.pixels import SignedPicture
from scenes.text.matrices import NumberMatrix
from scenes.text.numbers import Number
from scenes.text.tokens import token_on_screen
from scenes.text.typeset import Formula

NUMBERS, FEWEST = 9, 3  # of a vector that are shown
STRIP_CELL = 0.55  # scene units, at most


@dataclass(frozen=True)
class PairLayout:
    """Where a query and a key stand, number by number, with their products.

    lines: heights of the three rows; where they are upright, the places of the three columns. longest: scene units that
    rows with all that is before them, or columns alone, may take. top: of the columns. size: em of the numbers. strip:
    width, stretch and height in the frame of the strip of all products. sum_y: where their sum is told.
    """

    lines: tuple[float, float, float]
    longest: float
    strip: tuple[float, float, float]
    sum_y: float
    size: float = 0.4
    upright: bool = False
    top: float = 0.0


LAYOUTS: Mapping[str, PairLayout] = {
    "16:9": PairLayout((2.2, 1.15, 0.1), 12.9, (12.2, 2.0, -1.1), -2.6),
    "4:3": PairLayout((2.2, 1.15, 0.1), 9.7, (9.5, 3.0, -1.1), -2.6),
    "1:1": PairLayout((-2.3, 0.0, 2.3), 3.1, (7.0, 4.0, -1.4), -2.55, 0.36, upright=True, top=2.05),
    "9:16": PairLayout((-2.3, 0.0, 2.3), 6.6, (7.0, 7.0, -3.3), -5.2, 0.45, upright=True, top=4.3),
}


class DotGrid(Beat):
    """How well a key fits a query: one number for every pair."""

    last_picture = "the dot products"

    def open(self) -> None:
        recording = self.data["attention-text"]
        self.at = layout_in(LAYOUTS)
        self.meeting = QueryKeyGrid(self, recording)
        self.other = best_other(self.meeting.products)
        self.factors = (
            self.recorded("attention-text", "query", query=self.meeting.last),
            self.recorded("attention-text", "key", key=self.other),
        )
        query, key = (np.asarray(factor.content, dtype=float) for factor in self.factors)
        self.products = query * key  # (feature,) whose sum is the dot product
        self.measured = measure_products(self.meeting.products, self.products, self.other, self.meeting.tokens)
        rows = np.stack([query, key, self.products])
        for count in range(NUMBERS, FEWEST - 1, -1):  # as many as there is room for
            if self.lay_out_pair(rows, count) <= self.at.longest:
                break

    def lay_out_pair(self, rows: np.ndarray, count: int) -> float:
        """Put so many numbers of query, key and products beside each other, the chips of their tokens before them.

        Return how much they take of `PairLayout.longest`.
        """
        values, shown = (rows.T, (count, 4)) if self.at.upright else (rows, (4, count))
        self.table = NumberMatrix(values, shown, form="{:.2f}", size=self.at.size, brackets=False)
        self.lines = [self.table.column(k) if self.at.upright else self.table.row(k) for k in range(3)]
        for line, color, factor in zip(self.lines, (palette().attention, palette().right), self.factors, strict=False):
            self.ground(line.set_color(color), factor)
        slots = self.table.row_slots if self.at.upright else self.table.column_slots
        for index, number in zip(slots, self.lines[2], strict=True):
            if index is not None:
                self.ground(number, self.measured.each)
                number.set_color(palette().positive if self.products[index] >= 0 else palette().negative)
        self.asks = chip_of(self.meeting.tokens[-1], palette().attention)
        self.answers = chip_of(self.meeting.tokens[self.other], palette().right)
        self.names = VGroup(
            Formula("bold(q)", LABEL, palette().attention),
            Formula("bold(k)", LABEL, palette().right),
            Formula("q_i k_i", LABEL),
        )
        return self.in_columns() if self.at.upright else self.in_rows()

    def in_rows(self) -> float:
        """Put the three below each other, and return how wide all is."""
        for line, y in zip(self.lines, self.at.lines, strict=True):
            line.shift((y - line.get_y()) * UP)
        left = self.table.get_left()[0]
        for chip, y in zip((self.asks, self.answers), self.at.lines, strict=False):
            chip.next_to([left - 1.35, y, 0], LEFT, buff=0)
        for name, y in zip(self.names, self.at.lines, strict=True):
            name.move_to([left - 0.75, y, 0])
        return VGroup(self.table, self.asks, self.answers, self.names).set_x(0).width

    def in_columns(self) -> float:
        """Put the three side by side, and return how high their numbers are."""
        self.table.shift((self.at.top - self.table.get_top()[1]) * UP)
        for line, x, name in zip(self.lines, self.at.lines, self.names, strict=True):
            line.shift((x - line.get_x()) * RIGHT)
            name.move_to([x, self.at.top + 0.4, 0])
        for chip, x in zip((self.asks, self.answers), self.at.lines, strict=False):
            chip.move_to([x, self.at.top + 1.05, 0])
        return self.table.height

    def script(self) -> None:
        self.show_vectors()
        self.multiply()
        self.add_up()
        self.put_into_grid()
        self.fill()
        self.tell_best()

    # One pair -----------------------------------------------------------------------------------------------------

    def show_vectors(self) -> None:
        with self.say(N_("How well does a key fit a query?")) as line:
            self.play(FadeIn(self.meeting.note), run_time=0.3)
            for chip, name, row in ((self.asks, self.names[0], 0), (self.answers, self.names[1], 1)):
                came = FadeIn(VGroup(name, self.lines[row]), shift=0.6 * (DOWN if self.at.upright else RIGHT))
                self.play(FadeIn(chip, shift=0.3 * RIGHT), came, run_time=max(0.9, line.fraction(0.4)))

    def multiply(self) -> None:
        with self.say(N_("Multiply them, number by number.")) as line:
            self.play(FadeIn(self.names[2]), run_time=0.3)
            pairs = []
            for *factors, product in zip(*self.lines, strict=True):
                flash = Indicate(VGroup(*factors), 1.2, color=palette().bright)
                pairs.append(AnimationGroup(flash, FadeIn(product, shift=0.6 * (RIGHT if self.at.upright else DOWN))))
            self.play(LaggedStart(*pairs, lag_ratio=0.25), run_time=max(2.4, line.remaining))

    def add_up(self) -> None:
        """Run along all products and let their sum grow, product by product, until it stands."""
        count = len(self.products)
        width, stretch, y = self.at.strip
        cell = min(width / count, STRIP_CELL)
        greatest = float(np.abs(self.products).max())
        strip = SignedPicture(self.products[None], scale=greatest, height=cell)
        self.strip = strip.stretch(stretch, 1).move_to([0, y, 0])
        self.sum = Number(0.0, "{:.1f}", 1.2 * TITLE, because=self.measured.partial)
        self.sign = sign = Formula("sum_i q_i k_i =", LABEL)
        Group(sign, self.sum).arrange(RIGHT, buff=0.25).move_to([-0.3, self.at.sum_y, 0])
        full = diverging(self.products, greatest)
        text, values = N_("all {count} products, full shade: {full}"), {"count": count, "full": f"{greatest:.1f}"}
        told = self.words(
            text, SMALL, palette().muted, because=(self.measured.added, self.measured.each), values=values
        )
        self.count = told.next_to(self.strip, DOWN, buff=0.15)

        def run(strip: SignedPicture, alpha: float) -> None:
            passed = min(int(alpha * count + 1e-6), count)
            strip.fill = full.copy()
            strip.fill[passed:, 3] *= DIMMED
            self.sum.show(self.measured.partial.value[passed])

        text = N_("Then add up all {count} products: that is the dot product.")
        with self.say(text, self.measured.added, count=count) as line:
            run(self.strip, 0.0)
            self.play(FadeIn(self.strip, shift=0.5 * DOWN), FadeIn(self.count), FadeIn(sign), run_time=0.6)
            self.add(self.sum)
            self.play(UpdateFromAlphaFunc(self.strip, run, rate_func=linear), run_time=max(2.0, line.fraction(0.6)))

    # All of them ---------------------------------------------------------------------------------------------------

    def put_into_grid(self) -> None:
        """Let the two tokens go to their row and column, and the number into their cell."""
        meeting, grid = self.meeting, self.meeting.grid
        gone = Group(self.table, self.names, self.strip, self.count, self.sign)
        asks, answers = grid.query_labels[-1], grid.key_labels[self.other]
        others = [label for labels in meeting.labels for label in labels if label not in (asks, answers)]
        told = N_("It is one number for the pair: how well they fit.")
        place = grid.place(meeting.last, self.other)
        small = self.sum.animate.move_to(place).scale(SMALL / self.sum.size)
        with self.say(told) as line:
            self.play(FadeOut(gone), run_time=0.5)
            self.play(self.into_label(self.answers, answers), Create(grid.lines), run_time=0.9)
            self.play(self.into_label(self.asks, asks), small, run_time=0.9)
            self.play(FadeOut(self.sum), FadeIn(self.first_disc(grid, meeting.last, self.other)), run_time=0.4)
            self.remove(self.asks, self.answers)
            self.add(asks, answers)
            self.play(LaggedStart(*map(FadeIn, others), lag_ratio=0.15), run_time=max(1.0, line.remaining))

    def first_disc(self, grid: AttentionGrid, query: int, key: int) -> Tiles:
        """Return a disc for one pair, as large and of the colour that its number asks for."""
        self.disc = grid.discs.item(query * grid.shape[1] + key).set_opacity(1.0)
        return self.disc

    @staticmethod
    def into_label(chip: VGroup, label: VGroup) -> object:
        """Return a chip's way to the label that stands for it, its box fading."""
        return chip.animate.become(VGroup(chip[0].copy().move_to(label).set_opacity(0), label.copy()))

    def fill(self) -> None:
        meeting, grid = self.meeting, self.meeting.grid
        rows = len(meeting.tokens)
        discs = grid.with_strength(np.zeros(grid.shape))
        discs.fill[:, :3] = grid.discs.fill[:, :3]
        full = grid.discs.copy().set_opacity(1.0)
        told = N_("Now every query meets every key: {rows} times {rows} dot products.")
        with self.say(told, self.measured.pairs, rows=rows) as line:
            order = np.add.outer(np.arange(rows), np.arange(rows) / rows).ravel() / rows
            self.add(discs, self.disc)
            self.play(FadeIn(meeting.step, shift=0.3 * RIGHT), run_time=0.5)
            self.play(Flight(discs, full, order=order, lag=0.85), run_time=max(2.5, line.remaining))
            self.remove(self.disc)
        line_of = self.choose(
            said(
                N_("Blue is positive, red is negative."), self.measured.signs.when(lambda signs: signs["negative"] > 0)
            ),
            said(
                N_("Blue is positive: here all of them are."),
                self.measured.signs.when(lambda signs: not signs["negative"]),
            ),
        )
        with self.say(line_of) as line:
            if grid.has_numbers:
                behind = discs.animate.set_opacity(grid.discs.opacity)
                self.play(behind, Create(grid.numbers), run_time=line.fraction(0.8))
            self.remove(discs)
            self.add(grid)

    def tell_best(self) -> None:
        """Frame the last token's row, close the frame around its best cell, and tell the number in it."""
        meeting = self.meeting
        word, other = (token_on_screen(meeting.tokens[index]) for index in (meeting.last, meeting.best))
        leads = self.measured.best.when(
            lambda best: best["product"] >= best["next"] and not best["its own"], N_("it is the largest of the row")
        )
        own = self.measured.best.when(lambda best: best["product"] >= best["next"] and best["its own"])
        line_of = self.choose(
            said(N_("The query of “{word}” fits its own key best."), (own, Quoted(word)), word=word),
            said(
                N_("The query of “{word}” fits the key of “{other}” best."),
                (leads, Quoted(word)),
                word=word,
                other=other,
            ),
        )
        asks, sign, answers, number = meeting.pair
        grid = meeting.grid
        with self.say(line_of, result=True) as line:
            row = mark_row(grid, meeting.last)
            self.play(Create(row), FadeIn(asks), run_time=line.fraction(0.35))
            found = ReplacementTransform(row, meeting.mark)
            self.play(found, FadeIn(sign, answers), run_time=line.fraction(0.3))
            self.play(FadeIn(number), run_time=max(0.7, line.remaining))
            self.remove(*asks, *answers, sign, number)
            self.add(meeting.pair)
