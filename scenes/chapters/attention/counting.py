"""How many numbers attention takes: of one head, of a layer, of the model; what is left of a map through so few."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, AnimationGroup, Create, FadeIn, FadeOut, Group, LaggedStart, Line, VGroup

from engine.recording.format.conventions import model_title
from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.attention.counts.counted import SYMBOLS, counted_rows, matrix_name, shade_of, whole_number
from scenes.chapters.attention.counts.counts_measured import (
    directions_left,
    gpt3_counts,
    gpt3_sizes,
    measure_full_shade,
    numbers_of_head,
    numbers_of_layer,
    numbers_of_model,
)
from scenes.chapters.attention.counts.decks import dealt, deck_of
from scenes.chapters.attention.counts.share_bar import ShareBar
from scenes.chapters.attention.counts.sizes import GPT3, KINDS, Sizes
from scenes.chapters.attention.counts.stretches import stretch_axes
from scenes.chapters.attention.one_head.reading import head_note
from scenes.drawing.batched import rgb255
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Exact, Quoted
from scenes.language.translation import N_
from scenes.look.style import LABEL, MARGIN, SMALL, TITLE, palette
from scenes.mobjects.pictures.pixels import SignedPicture
from scenes.mobjects.pictures.shade_bar import ShadeBar
from scenes.text.typeset import Formula, Words

ROWS_Y, SUM_Y = (2.6, 1.45, 0.3, -1.0), -2.05
NAME_X, STRIP_X, UPRIGHT_X = -6.5, -4.2, 1.8  # left edges of names and matrices; the middle of the upright one
STRIP_WIDTH, STRIP_HEIGHT, SMALLER = 5.2, 0.72, 0.26
COUNTS_X = 6.2  # right edge of the counts, while the matrices are large
HEAD_X, LAYER_X = 1.5, 6.3  # right edges of the counts of one head and of the layer, once the matrices are small
BAR_Y = -3.3
SHADES_AT = np.array([-6.5, -2.1, 0])  # left end of the bar of shades
MAP_MIDDLE, MAP_SIDE, MAP_CELLS = np.array([-3.2, -0.65, 0]), 4.3, 72  # cells that are shown along a side, at most
POINT = 0.05
THEIR_SUM_Y = -0.35


class Counting(Beat):
    """How many numbers attention takes."""

    def open(self) -> None:
        reading = self.data["attention-text"]
        self.sizes, self.model = Sizes.of(reading), model_title(reading)
        matrices = [reading.read(f"weight.{kind}") for kind in KINDS]
        self.down, self.output = matrices[2], matrices[3]
        names = tuple(f"attention-text/weight.{kind}" for kind in KINDS)
        self.shade = measure_full_shade(matrices, "shade", names)
        self.strips = [self.strip(matrix, y) for matrix, y in zip(matrices[:3], ROWS_Y[:3], strict=True)]
        self.strips.append(self.upright(self.output))
        self.names = VGroup(*[matrix_name(self, kind).move_to([NAME_X, 0, 0], aligned_edge=LEFT) for kind in KINDS])
        for name, y in zip(self.names, ROWS_Y, strict=True):
            name.set_y(y)
        self.names[3].next_to(self.strips[3], LEFT, buff=0.3).set_y(ROWS_Y[3])
        self.singular = reading.read("value_map.singular")
        self.note = head_note(self, reading)
        self.of_head, self.of_layer = numbers_of_head(reading), numbers_of_layer(reading)
        self.of_model, self.left = numbers_of_model(self.sizes), directions_left(self.singular, self.sizes)
        self.map_shown = (self.output @ self.down)[:: self.every, :: self.every]
        self.map_shade = measure_full_shade([self.map_shown], "map_shade", names[2:])

    def strip(self, matrix: np.ndarray, y: float) -> SignedPicture:
        """Return a matrix as a picture, every number of it a cell."""
        rows, columns = matrix.shape
        height = min(STRIP_HEIGHT, STRIP_WIDTH * rows / columns)
        picture = SignedPicture(matrix, scale=self.shade.value, height=height, gap=0, line=0)
        return picture.move_to([STRIP_X, y, 0], aligned_edge=LEFT)

    def upright(self, matrix: np.ndarray) -> SignedPicture:
        """Return a matrix as a picture that stands, its cells as large as those of the lying ones."""
        picture = SignedPicture(matrix, scale=self.shade.value, height=self.strips[0].width, gap=0, line=0)
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
            strips = [Create(strip) for strip in self.strips]
            self.play(*strips, FadeIn(self.scale_of_shades()), run_time=max(1.4, line.remaining))

    def scale_of_shades(self) -> Group:
        """Return the bar that tells which shade stands for which number of a matrix."""
        bar = ShadeBar(self.shade.value, because=self.shade).move_to(SHADES_AT, aligned_edge=LEFT)
        beyond = self.words(N_("and beyond"), SMALL, palette().muted).next_to(bar.bar, RIGHT, buff=0.2)
        return Group(bar, beyond)

    def count_head(self) -> None:
        sizes = self.sizes
        products = [(sizes.head_size, sizes.width)] * 3 + [(sizes.width, sizes.head_size)]
        known, muted = self.of_head, palette().muted
        self.products = [Words(f"{rows:,} × {columns:,} =", LABEL, muted, because=known) for rows, columns in products]
        self.counts = [whole_number(sizes.matrix, known) for _ in KINDS]
        for product, count, y in zip(self.products, self.counts, ROWS_Y, strict=True):
            count.move_to([COUNTS_X, y, 0], aligned_edge=RIGHT)
            product.next_to(count, LEFT, buff=0.2).align_baseline(count.baseline)
        self.head_total = whole_number(sizes.head, known, palette().attention)
        self.head_total.move_to([COUNTS_X, SUM_Y, 0], aligned_edge=RIGHT)
        self.head_word = self.words(N_("one head"), LABEL).next_to(self.head_total, LEFT, buff=0.3)
        self.head_word.align_baseline(self.head_total.baseline)
        four = known.when(
            lambda head: [head["numbers"] / 4] * 4 == list(head["matrices"].values()), N_("four, of the same size")
        )
        text = N_("One head has four matrices. Together: {count} numbers.")
        with self.say(text, four, count=sizes.head) as line:
            rows = [FadeIn(Group(*row), shift=0.2 * RIGHT) for row in zip(self.products, self.counts, strict=True)]
            self.play(LaggedStart(*rows, lag_ratio=0.3), run_time=line.fraction(0.5))
            self.play(FadeIn(self.head_word, self.head_total, shift=0.2 * DOWN), run_time=line.remaining)

    def count_layer(self) -> None:
        sizes = self.sizes
        known, told = self.of_layer, {"heads": sizes.heads}
        shared = known.when(lambda layer: layer["groups"] < layer["heads"])
        own = known.when(lambda layer: layer["groups"] == layer["heads"], N_("as many keys and values as queries"))
        text = N_("A layer has {heads} heads. Here they share keys and values: only {groups} of each.")
        line_of = self.choose(
            said(text, shared, **told, groups=sizes.groups),
            said(N_("A layer has {heads} heads, each with four of its own."), own, **told),
        )
        muted = palette().muted
        self.times = [Words(f"× {sizes.copies(kind)} =", LABEL, muted, because=known) for kind in KINDS]
        self.in_layer = [whole_number(sizes.copies(kind) * sizes.matrix, known) for kind in KINDS]
        for times, number, y in zip(self.times, self.in_layer, ROWS_Y, strict=True):
            number.move_to([LAYER_X, y, 0], aligned_edge=RIGHT)
            times.next_to(number, LEFT, buff=0.2).align_baseline(number.baseline)
        self.layer_total = whole_number(sizes.layer, known, palette().attention)
        self.layer_total.move_to([LAYER_X, SUM_Y, 0], aligned_edge=RIGHT)
        self.layer_word = self.words(N_("one layer"), LABEL).next_to(self.layer_total, LEFT, buff=0.3)
        self.layer_word.align_baseline(self.layer_total.baseline)
        with self.say(line_of) as line:
            self.make_room(line.fraction(0.2))
            self.deal(line.fraction(0.35))
            numbers = [
                FadeIn(Group(times, number), target_position=count)
                for times, number, count in zip(self.times, self.in_layer, self.counts, strict=True)
            ]
            self.play(*numbers, run_time=line.fraction(0.2))
            total = FadeIn(self.layer_word, self.layer_total, shift=0.2 * DOWN)
            self.play(total, run_time=max(0.7, line.remaining))

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
        step = min(0.05, 0.36 / self.sizes.heads)
        for kind, strip in zip(KINDS, self.strips, strict=True):
            further = self.sizes.copies(kind) - 1
            deck = deck_of(strip, max(further, 1), shade_of(kind))
            self.decks.append(deck)
            flights.append(Flight(deck, dealt(deck, step) if further else deck.copy(), lag=0.5))
        self.add(*self.decks)
        self.bring_to_front(*self.strips)
        self.play(*flights, run_time=seconds)

    def count_all(self) -> None:
        sizes = self.sizes
        text = N_("In all {layers} layers: {count}, which is {share} of this model.")
        self.bar = ShareBar(self, sizes, self.model, BAR_Y, self.of_model)
        counted = Exact("layers * layer", layers=sizes.layers, layer=sizes.layer)
        values = {"layers": sizes.layers, "count": sizes.whole, "share": f"{sizes.share:.1%}"}
        with self.say(text, (counted, self.of_model), **values) as line:
            self.fill_bar(self.bar, line.remaining)

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
        with self.say(text, self.of_head, size=sizes.head_size, width=sizes.width) as line:
            gone = Group(*[one for one in self.mobjects if one not in (up, down, self.note)])
            self.play(FadeOut(gone), run_time=0.4)
            self.play(Flight(up, tall, lag=0), Flight(down, wide, lag=0), run_time=0.7)
            names = [Formula(SYMBOLS[kind], LABEL, shade_of(kind)) for kind in ("value", "output")]
            names[0].next_to(wide, UP, buff=0.12)
            names[1].next_to(tall, UP, buff=0.12)
            self.play(*[FadeIn(name) for name in names], run_time=0.4)
            note = self.map_note().next_to(product, DOWN, buff=0.18)
            self.play(Create(product), FadeIn(note, shift=0.2 * UP), run_time=max(0.8, line.remaining))

    @property
    def every(self) -> int:
        """Of how many rows and columns of the map one is shown."""
        return -(-self.sizes.width // MAP_CELLS)

    def map_picture(self) -> SignedPicture:
        """Return the map V↑ V↓ as a picture of as many of its rows and columns as can be told apart."""
        scale = self.map_shade.value
        return SignedPicture(self.map_shown, scale=scale, height=MAP_SIDE, gap=0, line=0).move_to(MAP_MIDDLE)

    def map_note(self) -> VGroup:
        """Return how large the map is, how much of it is shown, and which number its full shade stands for."""
        told = {
            "width": self.sizes.width,
            "every": self.every,
            "map": f"{self.map_shade.value:g}",
            "own": f"{self.shade.value:g}",
        }
        part = N_("{width} × {width}, one row and column of {every} shown")
        size, muted = part if self.every > 1 else N_("{width} × {width}"), palette().muted
        shown = (self.of_head, Exact("every", every=self.every))
        shades = N_("full shade: {map}, of the two matrices {own}")
        lines = (
            self.words(size, SMALL, muted, because=shown, values=told),
            self.words(shades, SMALL, muted, because=(self.map_shade, self.shade), values=told),
        )
        return VGroup(*lines).arrange(DOWN, buff=0.1)

    def directions_left(self) -> None:
        values, rank = self.singular, self.left.value["left"]
        count = len(values)
        axes, across = stretch_axes(self, values, self.left)
        fill = np.tile(np.append(rgb255(palette().positive), 1), (count, 1))
        along = np.arange(1, count + 1)
        self.points = Tiles(axes.point(along, 0 * values), POINT, fill=fill, corner=1.0)
        rising = Flight(self.points, self.points.copy().move_items(axes.point(along, values)), lag=0.7)
        foot = axes.point(rank, 0)
        edge = Line(foot, axes.point(rank, axes.y_axis.span[1]), color=palette().attention, stroke_width=2)
        text = N_("Only {size} numbers pass through: of {count} directions, {rank} are left.")
        few = self.left.when(
            lambda map_: map_["left"] <= map_["through"], N_("no more directions are left than numbers pass through")
        )
        with self.say(text, few, size=self.sizes.head_size, rank=rank, count=count) as line:
            self.play(Create(axes, lag_ratio=0.1), FadeIn(across), run_time=line.fraction(0.3))
            self.add(self.points)
            self.play(rising, run_time=line.fraction(0.45))
            self.play(Create(edge), run_time=max(0.6, line.remaining))

    # For comparison -----------------------------------------------------------------------------------------------

    def compare(self) -> None:
        published, counts = gpt3_sizes(), gpt3_counts()
        title = Words("GPT-3", TITLE, because=Quoted("GPT-3")).move_to([NAME_X, 3.25, 0], aligned_edge=LEFT)
        rows = counted_rows(self, GPT3, COUNTS_X, published)
        source = self.words(
            N_("sizes: Brown et al. 2020, table 2.1; the count is ours"),
            SMALL,
            color=palette().muted,
            because=published,
        )
        source.to_corner(UP + RIGHT, buff=MARGIN)
        total = whole_number(GPT3.whole, counts, palette().attention)
        total.move_to([COUNTS_X, THEIR_SUM_Y, 0], aligned_edge=RIGHT)
        word = self.words(N_("together"), LABEL).next_to(total, LEFT, buff=0.3).align_baseline(total.baseline)
        theirs = ShareBar(self, GPT3, "GPT-3", -1.55, counts)
        ours = ShareBar(self, self.sizes, self.model, -3.05, self.of_model)
        text = N_("Now GPT-3: {heads} heads in each of {layers} layers.")
        with self.say(text, (published, Quoted("GPT-3")), heads=GPT3.heads, layers=GPT3.layers) as line:
            come = LaggedStart(*[FadeIn(part, shift=0.2 * UP) for part in rows], lag_ratio=0.25)
            gone = FadeOut(Group(*self.mobjects), run_time=0.5)
            seen = AnimationGroup(FadeIn(title, source, run_time=0.6), come)
            self.play(LaggedStart(gone, seen, lag_ratio=0.6), run_time=line.fraction(0.55))
            self.play(FadeIn(word, total, shift=0.2 * DOWN), run_time=max(1.0, line.remaining))
        text = N_("By our count {theirs} of its numbers are attention; of this model's, {ours}.")
        values = {"theirs": f"{GPT3.share:.1%}", "ours": f"{self.sizes.share:.1%}"}
        with self.say(text, (*counts, self.of_model), result=True, **values) as line:
            self.fill_bar(theirs, line.fraction(0.6))
            self.fill_bar(ours, max(1.5, line.remaining))
