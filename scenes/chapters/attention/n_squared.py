"""The table of scores grows with the square of the text: counted on this text, then measured on longer ones."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    PI,
    RIGHT,
    UP,
    AnimationGroup,
    Create,
    FadeIn,
    FadeOut,
    Group,
    Indicate,
    LaggedStart,
    VGroup,
)

from scenes.chapter import Beat
from scenes.chapters.attention.measured_cost import SIZES, TIMES, Cost, unit_of
from scenes.chapters.attention.reading import head_note, tokens_of
from scenes.mobjects.attention_grid import AttentionGrid
from scenes.mobjects.axes import Axes2D, Curve
from scenes.mobjects.batched import rgb255
from scenes.mobjects.flight import Flight
from scenes.mobjects.numbers import Number
from scenes.mobjects.tiles import Tiles
from scenes.mobjects.tokens import token_words
from scenes.mobjects.typeset import Formula, Words
from scenes.style import LABEL, SMALL, TITLE, palette
from scenes.translation import N_

DOUBLINGS = 3
SIDE = 6.3 / 2**DOUBLINGS  # of the first square, scene units
CORNER = np.array([-6.2, 3.15, 0])  # upper left one of all squares
TABLE_MIDDLE, TABLE_HEIGHT = np.array([-3.1, 0, 0]), 6.9  # of the pattern with its names
COLUMNS, FIRST_ROW, ROW = (2.5, 5.7), 1.6, -1.25  # of the table beside them
PLOT_X, PLOT_Y, PLOT_WIDTH, PLOT_HEIGHT = 3.2, 0.85, 4.6, 4.1
POINT = 0.085  # radius
ROWS_Y, LEFT_EDGE, FIRST_FACTOR, LAST_FACTOR, WHOLE_X = (-2.2, -2.75, -3.3), -6.3, -2.85, 3.85, 5.75
ROW_TEXT = 0.34


class NSquared(Beat):
    """What a longer text costs."""

    def open(self) -> None:
        reading = self.data["attention-text"]
        self.tokens = tokens_of(reading)
        self.pattern = reading.read("pattern")
        self.cost = Cost.of(self.data["attention-cost"])
        self.note = head_note(self, reading)

    def script(self) -> None:
        self.show_table()
        self.double()
        self.set_up_measurement()
        self.show_memory()
        self.show_time()
        self.answer()

    # Counted --------------------------------------------------------------------------------------------------------

    def show_table(self) -> None:
        count = len(self.tokens)
        grid = self.grid = self.lay_grid()
        with self.say(N_("What does a longer text cost?")) as line:
            seen = [Create(grid.lines), FadeIn(grid.query_labels, shift=0.3 * RIGHT), FadeIn(self.note)]
            self.play(*seen, FadeIn(self.keys, shift=0.3 * DOWN), run_time=line.left)
        self.head = VGroup(
            *[
                self.words(text, LABEL, color=palette().muted).move_to([x, FIRST_ROW + 1.0, 0], aligned_edge=RIGHT)
                for text, x in zip((N_("tokens"), N_("comparisons")), COLUMNS, strict=True)
            ]
        )
        self.table = [self.table_row(0)]
        self.cells = grid_tiles(grid, count)
        told = N_("{count} tokens, each compared with each: {comparisons} comparisons.")
        with self.say(told, count=count, comparisons=count**2) as line:
            sizes, comparisons = self.table[0]
            comparisons.set_value(0)
            self.add(self.cells, grid.discs)
            self.play(FadeIn(self.head[0]), FadeIn(sizes), Create(grid.discs), run_time=0.8)
            run = comparisons.animate_value(count**2)
            self.play(Create(self.cells), FadeIn(self.head[1], run_time=0.5), run, run_time=max(1.6, line.left))

    def lay_grid(self) -> AttentionGrid:
        """Return the pattern as a table, the keys' names upright over it: neighbours keep clear of each other."""
        names = [token_words(token, SMALL) for token in self.tokens]
        side = min(5.3, TABLE_HEIGHT - max(name.width for name in names))
        grid = AttentionGrid(self.pattern, self.tokens, self.tokens, width=side, height=side, widest=0.8)
        em = grid.query_labels[0].size
        self.keys = VGroup(*[token_words(token, em).rotate(PI / 2) for token in self.tokens])
        for key, name in enumerate(self.keys):
            name.next_to(grid.place(0, key) + grid.cell[1] / 2 * UP, UP, buff=0.14)
        middle = Group(grid.lines, grid.query_labels, self.keys).get_center()
        grid.shift(TABLE_MIDDLE - middle)
        self.keys.shift(TABLE_MIDDLE - middle)
        return grid

    def table_row(self, doubling: int) -> tuple[Number, Number]:
        """Return how many tokens and how many comparisons there are after so many doublings."""
        tokens = len(self.tokens) * 2**doubling
        y = FIRST_ROW + doubling * ROW
        row = tuple(Number(value, "{:,.0f}", TITLE, fixed="right") for value in (tokens, tokens**2))
        for number, x in zip(row, COLUMNS, strict=True):
            number.move_to([x, y, 0], aligned_edge=RIGHT)
        row[1].set_color(palette().attention)
        return row[0], row[1]

    def double(self) -> None:
        """Let the square become four, and these four times as many, and so on."""
        grid, middle = self.grid, CORNER + SIDE / 2 * (RIGHT + DOWN)
        cells = Group(self.cells, grid.lines, grid.discs)
        texts = Group(grid.query_labels, self.keys)
        self.squares = [square_tiles(middle[None])]
        text = N_("Twice the tokens: four times the comparisons. Twice again: sixteen times. Again: sixty-four.")
        with self.say(text) as line:
            small = cells.animate.scale(SIDE / max(grid.lines.width, grid.lines.height)).move_to(middle)
            gone = FadeOut(Group(texts, self.note))
            self.play(LaggedStart(gone, small, lag_ratio=0.7), run_time=line.share(0.18))
            self.play(FadeIn(self.squares[0]), run_time=0.3)
            for doubling in range(1, DOUBLINGS + 1):
                self.double_once(doubling, max(1.4, line.share(0.24)))

    def double_once(self, doubling: int, seconds: float) -> None:
        half = 2 ** (doubling - 1)
        row, column = np.divmod(np.arange(4 * half**2), 2 * half)
        new = (row >= half) | (column >= half)
        steps = SIDE * np.stack([column, -row, 0 * row], axis=1)
        source = SIDE * np.stack([column % half, -(row % half), 0 * row], axis=1)
        middle = CORNER + SIDE / 2 * (RIGHT + DOWN)
        copies, there = square_tiles(middle + source[new]), square_tiles(middle + steps[new])
        before, after = self.table[-1], self.table_row(doubling)
        factors = [self.factor(number, next_, text) for number, next_, text in zip(before, after, "24", strict=True)]
        self.add(copies)
        self.play(
            Flight(copies, there, lag=0.0),
            *[FadeIn(number, shift=0.12 * DOWN) for number in after],
            *[FadeIn(factor) for factor in factors],
            run_time=seconds,
        )
        self.squares.append(copies)
        self.table.append(after)
        self.head.add(*factors)

    def factor(self, above: Number, below: Number, text: str) -> Words:
        """Return what a number was multiplied by, between it and the one below."""
        word = Words(f"×{text}", SMALL, palette().muted)
        return word.move_to([below.get_right()[0], (above.get_y() + below.get_y()) / 2, 0], aligned_edge=RIGHT)

    # Measured -------------------------------------------------------------------------------------------------------

    def set_up_measurement(self) -> None:
        cost = self.cost
        self.time_unit = unit_of(float(cost.seconds.max()), TIMES)
        self.size_unit = unit_of(float(cost.nbytes.max()), SIZES)
        self.memory_plot = self.plot(cost.nbytes / self.size_unit[0], N_("memory"), self.size_unit[1], -PLOT_X)
        self.time_plot = self.plot(cost.seconds / self.time_unit[0], N_("time"), self.time_unit[1], PLOT_X)
        text = N_("Does this hold in practice? We measured one head's scores, for up to {count} tokens.")
        with self.say(text, count=int(cost.tokens[-1])) as line:
            gone, where = Group(*self.mobjects), self.tag(N_("measured on this machine"))
            both = (self.memory_plot, self.time_plot)
            plots = [FadeIn(plot, shift=0.2 * UP) for plot in (*both, where)]
            self.play(LaggedStart(FadeOut(gone), AnimationGroup(*plots), lag_ratio=0.4), run_time=line.share(0.24))
            self.headings = self.factor_row(0, N_("twice the tokens"), [f"{n:,}" for n in cost.tokens[1:]])
            self.play(FadeIn(self.headings, shift=0.2 * UP, lag_ratio=0.1), run_time=line.share(0.26))
            self.memory_points = self.points(self.memory_plot, cost.nbytes / self.size_unit[0])
            self.time_points = self.points(self.time_plot, cost.seconds / self.time_unit[0])
            self.play(Create(self.memory_points), Create(self.time_points), run_time=line.left)

    def plot(self, values: np.ndarray, name: str, unit: str, x: float) -> Axes2D:
        """Return axes for so many tokens and up to the greatest of `values`."""
        most, tallest = float(self.cost.tokens[-1]), float(values.max())
        across = {"ticks": [0, most / 2, most], "form": "{:,.0f}", "label": Formula("n", SMALL, palette().muted)}
        title = Words(f"{self.tr(name)} ({unit})", LABEL, palette().text)
        up = {"ticks": 4, "label": title}
        axes = Axes2D((0, 1.06 * most), (0, 1.12 * tallest), PLOT_WIDTH, PLOT_HEIGHT, x=across, y=up)
        return axes.shift([x, PLOT_Y, 0] - axes.x_axis.line.get_center() - [0, PLOT_HEIGHT / 2, 0])

    def factor_row(self, place: int, name: str, texts: list[str]) -> VGroup:
        """Return a row below the plots: what it tells, and a text for each step from one size to the next."""
        y, shade = ROWS_Y[place], palette().text if place else palette().muted
        label = self.words(name, ROW_TEXT, color=palette().muted).move_to([LEFT_EDGE, y, 0], aligned_edge=LEFT)
        places = np.linspace(FIRST_FACTOR, LAST_FACTOR, len(texts))
        return VGroup(
            label, *[Words(text, ROW_TEXT, shade).move_to([x, y, 0]) for text, x in zip(texts, places, strict=True)]
        )

    def points(self, axes: Axes2D, values: np.ndarray) -> Tiles:
        """Return the measured points, where they were measured."""
        fill = np.tile(np.append(rgb255(palette().bright), 1), (len(values), 1))
        return Tiles(axes.point(self.cost.tokens, values), POINT, fill=fill, corner=1.0)

    def square_through_last(self, axes: Axes2D, values: np.ndarray) -> Curve:
        """Return the curve that grows with n² and goes through the last of the measured values."""
        last = float(self.cost.tokens[-1])
        across = np.linspace(0, last, 200)
        return axes.plot(across, values[-1] * (across / last) ** 2, color=palette().attention)

    def show_memory(self) -> None:
        values = self.cost.nbytes / self.size_unit[0]
        self.memory_curve = self.square_through_last(self.memory_plot, values)
        self.memory_law = self.law("4 n^2", self.memory_plot, N_("bytes, exactly"))
        self.memory_row = self.factor_row(1, N_("memory"), [f"×{factor:g}" for factor in self.cost.memory_factors])
        told = f"{values[-1]:.0f} {self.size_unit[1]}"
        text = N_("Memory follows from the size: four bytes a score, {size} for the longest.")
        with self.say(text, size=told) as line:
            self.add(self.memory_curve, self.memory_points)
            self.play(self.memory_curve.animate_draw(), FadeIn(self.memory_law), run_time=line.share(0.45))
            most = self.at_last(told, self.memory_points)
            self.play(FadeIn(most, target_position=self.memory_points.centers[-1]), run_time=line.share(0.2))
            self.play(FadeIn(self.memory_row, shift=0.2 * UP, lag_ratio=0.1), run_time=max(0.8, line.left))

    def at_last(self, told: str, points: Tiles) -> Words:
        """Return how much the last of some points stands for, over it."""
        return Words(told, SMALL, palette().bright).move_to(points.centers[-1] + 0.32 * UP)

    def law(self, source: str, axes: Axes2D, name: str) -> VGroup:
        """Return a curve's formula and what it is, in the free corner of its plot."""
        formula = Formula(source, LABEL, palette().attention)
        law = VGroup(formula, self.words(name, SMALL, color=palette().attention)).arrange(RIGHT, buff=0.18)
        return law.move_to(
            axes.point(0.06 * float(self.cost.tokens[-1]), 0.86 * axes.y_axis.span[1]), aligned_edge=LEFT
        )

    def show_time(self) -> None:
        cost, values = self.cost, self.cost.seconds / self.time_unit[0]
        self.time_curve = self.square_through_last(self.time_plot, values)
        self.time_law = self.law("n^2", self.time_plot, N_("through the last point"))
        self.time_row = self.factor_row(2, N_("time, as measured"), [f"×{factor:.1f}" for factor in cost.time_factors])
        low, high = f"{cost.time_factors.min():.1f}", f"{cost.time_factors.max():.1f}"
        with self.say(N_("Time is less regular: {low} to {high} times a doubling."), low=low, high=high) as line:
            self.add(self.time_curve, self.time_points)
            self.play(self.time_curve.animate_draw(), FadeIn(self.time_law), run_time=line.share(0.35))
            most = self.at_last(f"{values[-1]:.0f} {self.time_unit[1]}", self.time_points)
            self.play(FadeIn(most, target_position=self.time_points.centers[-1]), run_time=line.share(0.15))
            rows = [FadeIn(one, shift=0.2 * UP) for one in self.time_row]
            self.play(LaggedStart(*rows, lag_ratio=0.3), run_time=max(1.0, line.left))

    def answer(self) -> None:
        cost = self.cost
        first, last = int(cost.tokens[0]), int(cost.tokens[-1])
        memory, time = (values[-1] / values[0] for values in (cost.nbytes, cost.seconds))
        told = (f"{first:,} → {last:,}", f"×{memory:,.0f}", f"×{time:,.0f}")
        self.whole = VGroup(
            *[
                Words(text, ROW_TEXT, palette().attention).move_to([WHOLE_X, y, 0])
                for text, y in zip(told, ROWS_Y, strict=True)
            ]
        )
        text = N_(
            "So twice the text takes four times the memory. "
            "From {first} to {last} tokens the time grew {factor} times: about {mean} a doubling."
        )
        mean = f"{cost.mean_time_factor:.1f}"
        with self.say(text, first=first, last=last, factor=f"{time:,.0f}", mean=mean) as line:
            self.indicate(self.memory_row, line.share(0.36))
            rows = (self.headings, self.memory_row, self.time_row)
            come = [FadeIn(one, target_position=row[-1]) for one, row in zip(self.whole, rows, strict=True)]
            self.play(LaggedStart(*come, lag_ratio=0.3), run_time=line.share(0.3))
            self.indicate(self.time_row, line.left)

    def indicate(self, row: VGroup, seconds: float) -> None:
        factors = [Indicate(one, 1.25, palette().attention) for one in row[1:]]
        self.play(LaggedStart(*factors, lag_ratio=0.25), run_time=seconds)


def square_tiles(centers: np.ndarray) -> Tiles:
    """Return squares as large as the first one around their centers (n, 3)."""
    line = np.tile(np.append(rgb255(palette().attention), 0.8), (len(centers), 1))
    return Tiles(centers, SIDE / 2, fill=line * [1, 1, 1, 0.14], stroke=line, stroke_width=1.4)


def grid_tiles(grid: AttentionGrid, count: int) -> Tiles:
    """Return a faint square for each of a grid's cells, row by row."""
    centers = np.array([grid.place(query, key) for query in range(count) for key in range(count)])
    fill = np.tile(np.append(rgb255(palette().attention), 0.14), (count**2, 1))
    return Tiles(centers, 0.46 * float(min(grid.cell)), fill=fill)
