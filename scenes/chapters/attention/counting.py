"""How many numbers attention takes: of one head, of a layer, of the model; what is left of a map through so few."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, AnimationGroup, Create, FadeIn, FadeOut, Group, LaggedStart, Line, VGroup

from engine.studies import model_title
from scenes.chapter import Beat
from scenes.chapters.attention.counted import SYMBOLS, counted_rows, matrix_name, shade_of, whole_number
from scenes.chapters.attention.reading import head_note
from scenes.chapters.attention.share_bar import ShareBar
from scenes.chapters.attention.sizes import GPT3, KINDS, Sizes
from scenes.mobjects.axes import Axes2D
from scenes.mobjects.batched import rgb255
from scenes.mobjects.flight import Flight
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import SignedPicture
from scenes.mobjects.tiles import Tiles
from scenes.mobjects.typeset import Formula, Words
from scenes.style import LABEL, MARGIN, SMALL, TITLE, palette
from scenes.translation import N_

ROWS_Y, SUM_Y = (2.6, 1.45, 0.3, -1.0), -2.05
NAME_X, STRIP_X, UPRIGHT_X = -6.5, -4.2, 1.8  # left edges of names and matrices; the middle of the upright one
STRIP_WIDTH, STRIP_HEIGHT, SMALLER = 5.2, 0.72, 0.26
COUNTS_X = 6.2  # right edge of the counts, while the matrices are large
HEAD_X, LAYER_X = 1.5, 6.3  # right edges of the counts of one head and of the layer, once the matrices are small
BAR_Y = -3.3
FULL = 0.97  # the share of the weights whose colour is not yet at its full
GONE = 1e-4  # of the greatest singular value: so little counts as nothing
MAP_MIDDLE, MAP_SIDE, MAP_CELLS = np.array([-3.2, -0.65, 0]), 4.3, 72  # cells that are shown along a side, at most
PLOT = (4.5, 4.3)  # scene units
POINT = 0.05
THEIR_SUM_Y = -0.35


class Counting(Beat):
    """How many numbers attention takes."""

    def open(self) -> None:
        reading = self.data["attention-text"]
        self.sizes, self.model = Sizes.of(reading), model_title(reading)
        matrices = [reading.read(f"weight.{kind}") for kind in KINDS]
        self.down, self.output = matrices[2], matrices[3]
        self.strips = [self.strip(matrix, y) for matrix, y in zip(matrices[:3], ROWS_Y[:3], strict=True)]
        self.strips.append(self.upright(self.output))
        self.names = VGroup(*[matrix_name(self, kind).move_to([NAME_X, 0, 0], aligned_edge=LEFT) for kind in KINDS])
        for name, y in zip(self.names, ROWS_Y, strict=True):
            name.set_y(y)
        self.names[3].next_to(self.strips[3], LEFT, buff=0.3).set_y(ROWS_Y[3])
        self.singular = reading.read("value_map.singular")
        self.rank = int((self.singular > GONE * self.singular.max()).sum())
        self.note = head_note(self, reading)

    def strip(self, matrix: np.ndarray, y: float) -> SignedPicture:
        """Return a matrix as a picture, every number of it a cell."""
        rows, columns = matrix.shape
        height = min(STRIP_HEIGHT, STRIP_WIDTH * rows / columns)
        scale = float(np.quantile(np.abs(matrix), FULL))
        picture = SignedPicture(matrix, scale=scale, height=height, gap=0, line=0)
        return picture.move_to([STRIP_X, y, 0], aligned_edge=LEFT)

    def upright(self, matrix: np.ndarray) -> SignedPicture:
        """Return a matrix as a picture that stands, its cells as large as those of the lying ones."""
        scale = float(np.quantile(np.abs(matrix), FULL))
        picture = SignedPicture(matrix, scale=scale, height=self.strips[0].width, gap=0, line=0)
        return picture.move_to([UPRIGHT_X, self.strips[0].get_top()[1] - self.strips[0].width / 2, 0])

    def script(self) -> None:
        self.show_matrices()
        self.count_head()
        self.count_layer()
        self.count_all()
        self.map_of_values()
        self.directions_left()
        self.compare()

    # One head, one layer, the model ------------------------------------------------------------------------------

    def show_matrices(self) -> None:
        with self.say(N_("How many numbers does attention take?")) as line:
            self.play(FadeIn(self.names, shift=0.3 * RIGHT, lag_ratio=0.2), FadeIn(self.note), run_time=0.8)
            self.play(*[Create(strip) for strip in self.strips], run_time=max(1.4, line.left))

    def count_head(self) -> None:
        sizes = self.sizes
        products = [(sizes.head_size, sizes.width)] * 3 + [(sizes.width, sizes.head_size)]
        self.products = [Words(f"{rows:,} × {columns:,} =", LABEL, palette().muted) for rows, columns in products]
        self.counts = [self.number(sizes.matrix) for _ in KINDS]
        for product, count, y in zip(self.products, self.counts, ROWS_Y, strict=True):
            count.move_to([COUNTS_X, y, 0], aligned_edge=RIGHT)
            product.next_to(count, LEFT, buff=0.2).align_baseline(count.baseline)
        self.head_total = self.number(sizes.head, palette().attention).move_to([COUNTS_X, SUM_Y, 0], aligned_edge=RIGHT)
        self.head_word = self.words(N_("one head"), LABEL).next_to(self.head_total, LEFT, buff=0.3)
        self.head_word.align_baseline(self.head_total.baseline)
        with self.say(N_("One head has four matrices. Together: {count} numbers."), count=sizes.head) as line:
            rows = [FadeIn(Group(*row), shift=0.2 * RIGHT) for row in zip(self.products, self.counts, strict=True)]
            self.play(LaggedStart(*rows, lag_ratio=0.3), run_time=line.share(0.5))
            self.play(FadeIn(self.head_word, self.head_total, shift=0.2 * DOWN), run_time=line.left)

    def number(self, value: int, color: str | None = None) -> Number:
        """Return a whole number whose right edge stays where it is."""
        return whole_number(value, color)

    def count_layer(self) -> None:
        sizes = self.sizes
        lines = (
            N_("A layer has {heads} heads. Here they share keys and values: only {groups} of each."),
            N_("A layer has {heads} heads, each with four of its own."),
        )
        told = lines[0 if sizes.groups < sizes.heads else 1]
        self.times = [Words(f"× {sizes.copies(kind)} =", LABEL, palette().muted) for kind in KINDS]
        self.in_layer = [self.number(sizes.copies(kind) * sizes.matrix) for kind in KINDS]
        for times, number, y in zip(self.times, self.in_layer, ROWS_Y, strict=True):
            number.move_to([LAYER_X, y, 0], aligned_edge=RIGHT)
            times.next_to(number, LEFT, buff=0.2).align_baseline(number.baseline)
        self.layer_total = self.number(sizes.layer, palette().attention)
        self.layer_total.move_to([LAYER_X, SUM_Y, 0], aligned_edge=RIGHT)
        self.layer_word = self.words(N_("one layer"), LABEL).next_to(self.layer_total, LEFT, buff=0.3)
        self.layer_word.align_baseline(self.layer_total.baseline)
        with self.say(told, heads=sizes.heads, groups=sizes.groups) as line:
            self.make_room(line.share(0.2))
            self.deal(line.share(0.35))
            numbers = [
                FadeIn(Group(times, number), target_position=count)
                for times, number, count in zip(self.times, self.in_layer, self.counts, strict=True)
            ]
            self.play(*numbers, run_time=line.share(0.2))
            total = FadeIn(self.layer_word, self.layer_total, shift=0.2 * DOWN)
            self.play(total, run_time=max(0.7, line.left))

    def make_room(self, seconds: float) -> None:
        """Make the matrices small, and bring the counts of one head near them."""
        shift = (HEAD_X - self.counts[0].get_right()[0]) * RIGHT
        moving = [part.animate.shift(shift) for part in (*self.products, *self.counts, self.head_total, self.head_word)]
        small = [
            strip.animate.scale(SMALLER).move_to([STRIP_X, y, 0], aligned_edge=LEFT)
            for strip, y in zip(self.strips, ROWS_Y, strict=True)
        ]
        moving.append(self.names[3].animate.move_to([NAME_X, ROWS_Y[3], 0], aligned_edge=LEFT))
        self.play(*moving, *small, run_time=seconds)

    def deal(self, seconds: float) -> None:
        """Lay out a sheet for each further matrix of the layer, behind the one that is shown, like cards."""
        self.decks, flights = [], []
        for kind, strip in zip(KINDS, self.strips, strict=True):
            copies = self.sizes.copies(kind)
            step = min(0.05, 0.36 / self.sizes.heads)
            behind = np.arange(copies - 1, 0, -1)[:, None]
            deck = deck_of(strip, max(copies - 1, 1), shade_of(kind))
            there = deck.copy()
            if copies > 1:
                corners = there.points.reshape(-1, 4, 3) + (behind * step * np.array([1.0, 1.0, 0.0]))[:, None]
                there.points = corners.reshape(-1, 3)
            self.decks.append(deck)
            flights.append(Flight(deck, there, lag=0.5))
        self.add(*self.decks)
        self.bring_to_front(*self.strips)
        self.play(*flights, run_time=seconds)

    def count_all(self) -> None:
        sizes = self.sizes
        told = N_("In all {layers} layers: {count}, which is {share} of this model.")
        self.bar = ShareBar(self, sizes, self.model, BAR_Y)
        with self.say(told, layers=sizes.layers, count=sizes.whole, share=f"{sizes.share:.1%}") as line:
            self.fill_bar(self.bar, line.left)

    def fill_bar(self, shown: ShareBar, seconds: float) -> None:
        part, full = shown.part, shown.part.copy()
        part.stretch(0.001, 0, about_edge=LEFT)
        self.play(FadeIn(shown.words, shift=0.2 * UP), run_time=0.3 * seconds)
        self.play(FadeIn(shown.track, shift=0.1 * UP), FadeIn(shown.whole), run_time=0.2 * seconds)
        self.add(part)
        self.play(part.animate.become(full), run_time=0.5 * seconds)

    # The map of values --------------------------------------------------------------------------------------------

    def map_of_values(self) -> None:
        sizes = self.sizes
        down, up = self.strips[2], self.strips[3]
        product = self.map_picture()
        tall = up.copy().scale(MAP_SIDE / up.height).next_to(product, LEFT, buff=0.45)
        wide = down.copy().scale(MAP_SIDE / down.width).next_to(product, UP, buff=0.3)
        text = N_("A value goes down to {size} numbers and up again: one map, {width} by {width}.")
        with self.say(text, size=sizes.head_size, width=sizes.width) as line:
            gone = Group(*[one for one in self.mobjects if one not in (up, down, self.note)])
            self.play(FadeOut(gone), run_time=0.4)
            self.play(Flight(up, tall, lag=0), Flight(down, wide, lag=0), run_time=0.7)
            names = [Formula(SYMBOLS[kind], LABEL, shade_of(kind)) for kind in ("value", "output")]
            names[0].next_to(wide, UP, buff=0.12)
            names[1].next_to(tall, UP, buff=0.12)
            self.play(*[FadeIn(name) for name in names], run_time=0.4)
            note = Words(self.map_note(), SMALL, palette().muted).next_to(product, DOWN, buff=0.18)
            self.play(Create(product), FadeIn(note, shift=0.2 * UP), run_time=max(0.8, line.left))

    @property
    def every(self) -> int:
        """Of how many rows and columns of the map one is shown."""
        return -(-self.sizes.width // MAP_CELLS)

    def map_picture(self) -> SignedPicture:
        """Return the map V↑ V↓ as a picture of as many of its rows and columns as can be told apart."""
        whole = (self.output @ self.down)[:: self.every, :: self.every]
        scale = float(np.quantile(np.abs(whole), FULL))
        self.map_shown = whole
        return SignedPicture(whole, scale=scale, height=MAP_SIDE, gap=0, line=0).move_to(MAP_MIDDLE)

    def map_note(self) -> str:
        width = self.sizes.width
        if self.every == 1:
            return f"{width:,} × {width:,}"
        told = N_("{width} × {width}, one row and column of {every} shown")
        return self.tr(told, width=width, every=self.every)

    def directions_left(self) -> None:
        sizes, values = self.sizes, self.singular
        count = len(values)
        label = self.words(N_("how far it is stretched"), SMALL)
        axes = Axes2D(
            (0, 1.04 * count),
            (0, 1.1 * float(values.max())),
            *PLOT,
            x={"ticks": sorted({self.rank, count}), "form": "{:.0f}"},
            y={"ticks": 4, "label": label},
        )
        axes.shift([3.9, MAP_MIDDLE[1], 0] - axes.x_axis.line.get_center() - PLOT[1] / 2 * UP)
        across = self.words(N_("directions, most stretched first"), SMALL, color=palette().muted).next_to(
            axes.x_axis, DOWN, buff=0.1
        )
        fill = np.tile(np.append(rgb255(palette().positive), 1), (count, 1))
        along = np.arange(1, count + 1)
        self.points = Tiles(axes.point(along, 0 * values), POINT, fill=fill, corner=1.0)
        rising = Flight(self.points, self.points.copy().move_items(axes.point(along, values)), lag=0.7)
        foot = axes.point(self.rank, 0)
        edge = Line(foot, axes.point(self.rank, axes.y_axis.span[1]), color=palette().attention, stroke_width=2)
        text = N_(
            "Everything goes through {size} numbers, so only {rank} of the {count} directions are left; "
            "the others come to nothing."
        )
        with self.say(text, size=sizes.head_size, rank=self.rank, count=sizes.width) as line:
            self.play(Create(axes, lag_ratio=0.1), FadeIn(across), run_time=line.share(0.3))
            self.add(self.points)
            self.play(rising, run_time=line.share(0.45))
            self.play(Create(edge), run_time=max(0.6, line.left))

    # For comparison -----------------------------------------------------------------------------------------------

    def compare(self) -> None:
        title, rows = (
            Words("GPT-3", TITLE).move_to([NAME_X, 3.25, 0], aligned_edge=LEFT),
            counted_rows(self, GPT3, COUNTS_X),
        )
        source = self.words(N_("sizes: Brown et al. 2020, table 2.1"), SMALL, color=palette().muted)
        source.to_corner(UP + RIGHT, buff=MARGIN)
        total = self.number(GPT3.whole, palette().attention).move_to([COUNTS_X, THEIR_SUM_Y, 0], aligned_edge=RIGHT)
        word = self.words(N_("together"), LABEL).next_to(total, LEFT, buff=0.3).align_baseline(total.baseline)
        theirs, ours = ShareBar(self, GPT3, "GPT-3", -1.55), ShareBar(self, self.sizes, self.model, -3.05)
        with self.say(
            N_("Now GPT-3: {heads} heads in each of {layers} layers."),
            heads=GPT3.heads,
            layers=GPT3.layers,
        ) as line:
            come = LaggedStart(*[FadeIn(part, shift=0.2 * UP) for part in rows], lag_ratio=0.25)
            gone = FadeOut(Group(*self.mobjects), run_time=0.5)
            seen = AnimationGroup(FadeIn(title, source, run_time=0.6), come)
            self.play(LaggedStart(gone, seen, lag_ratio=0.6), run_time=line.share(0.55))
            self.play(FadeIn(word, total, shift=0.2 * DOWN), run_time=max(1.0, line.left))
        told = N_("Of its numbers, {theirs} are attention; of this model's, {ours}.")
        with self.say(told, theirs=f"{GPT3.share:.1%}", ours=f"{self.sizes.share:.1%}") as line:
            self.fill_bar(theirs, line.share(0.6))
            self.fill_bar(ours, max(1.5, line.left))


def deck_of(strip: SignedPicture, count: int, color: str) -> Tiles:
    """Return so many sheets, each as large as a picture and where it is."""
    half = np.array([[-strip.width, -strip.height, 0]]) / 2
    corners = half * np.array([[1, 1, 1], [-1, 1, 1], [-1, -1, 1], [1, -1, 1]]) + strip.get_center()
    line = np.tile(np.append(rgb255(color), 0.9), (count, 1))
    fill = np.tile(np.append(rgb255(palette().background), 1.0), (count, 1))
    deck = Tiles(np.zeros((count, 3)), 1.0, fill=fill, stroke=line, stroke_width=1.4)
    deck.points = np.tile(corners, (count, 1))
    return deck
