"""The table of scores grows with the square of the text: counted on this text, then measured on longer ones."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
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

from scenes.beats.beat import Beat
from scenes.beats.timeline import Said, said
from scenes.chapters.attention.counts.cost_plot import ROW_TEXT, ROWS_Y, CostPlot, factor_row
from scenes.chapters.attention.counts.measured_cost import BYTES, SIZES, TIMES, Cost, about_as_many, about_four
from scenes.chapters.attention.one_head.reading import head_note, tokens_of
from scenes.drawing.batched import rgb255
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Exact, Measured
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, TITLE, palette
from scenes.mobjects.grids.attention_grid import AttentionGrid
from scenes.text.numbers import Counter, Number
from scenes.text.tokens import token_words
from scenes.text.typeset import Words

DOUBLINGS = 3
SIDE = 6.3 / 2**DOUBLINGS  # of the first square, scene units
CORNER = np.array([-6.2, 3.15, 0])  # upper left one of all squares
TABLE_MIDDLE, TABLE_HEIGHT = np.array([-3.1, 0, 0]), 6.9  # of the pattern with its names
COLUMNS, FIRST_ROW, ROW = (2.5, 5.7), 1.6, -1.25  # of the table beside them
PLOT_X, WHOLE_X = 3.2, 5.6  # of the plots, and of the last column below them


class NSquared(Beat):
    """What a longer text costs."""

    def open(self) -> None:
        reading = self.data["attention-text"]
        self.tokens = tokens_of(reading)
        self.pattern = reading.read("pattern")
        self.cost = Cost.of(self.data["attention-cost"])
        self.processor = str(self.data["attention-cost"].origin["machine"]["processor"])
        self.note = head_note(self, reading)
        self.measure()

    def measure(self) -> None:
        """Measure what the lines tell: of this text's table, and of the time and memory of longer ones."""
        table = {"tokens": len(self.tokens), "comparisons": self.pattern.size}
        how = N_("the tokens of the text, and the cells of its pattern")
        of = ("attention-text/config.tokens", "attention-text/pattern")
        self.compared = Measured("table", table, how, of).when(
            lambda table: table["comparisons"] == table["tokens"] ** 2,
            N_("as many cells as pairs of a token with a token"),
        )
        cost = self.cost
        self.sizes = self.recorded("attention-cost", "tokens")
        self.memory, self.time_taken, self.growth = cost.memory(), cost.time(), cost.whole()
        self.spent = self.memory.when(lambda memory: set(memory["bytes of a score"]) == {BYTES})

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
            area = self.words(N_("a disc's area: the weight"), SMALL, palette().muted)
            self.notes = VGroup(self.note, area.next_to(self.note, DOWN, buff=0.12).align_to(self.note, RIGHT))
            seen = [Create(grid.lines), FadeIn(grid.query_labels, shift=0.3 * RIGHT), FadeIn(self.notes)]
            self.play(*seen, FadeIn(self.keys, shift=0.3 * DOWN), run_time=line.remaining)
        self.head = VGroup(
            *[
                self.words(text, LABEL, color=palette().muted).move_to([x, FIRST_ROW + 1.0, 0], aligned_edge=RIGHT)
                for text, x in zip((N_("tokens"), N_("comparisons")), COLUMNS, strict=True)
            ]
        )
        self.table = [self.table_row(0)]
        self.cells = grid_tiles(grid, count).set_z_index(-1)  # they come later than the discs, and lie behind them
        told = N_("{count} tokens, each compared with each: {comparisons} comparisons.")
        with self.say(told, self.compared, count=count, comparisons=count**2) as line:
            sizes, comparisons = self.table[0]
            comparisons.count(0)
            self.play(FadeIn(self.head[0]), FadeIn(sizes), Create(grid.discs), run_time=0.8)
            run = comparisons.animate_count(count**2)
            self.play(Create(self.cells), FadeIn(self.head[1], run_time=0.5), run, run_time=max(1.6, line.remaining))

    def lay_grid(self) -> AttentionGrid:
        """Return the pattern as a table, the keys' names upright over it: neighbours keep clear of each other."""
        names = [token_words(token, SMALL) for token in self.tokens]
        side = min(5.3, TABLE_HEIGHT - max(name.width for name in names))
        strength = self.pattern.clip(0, 1)
        grid = AttentionGrid(
            self.pattern, self.tokens, self.tokens, strength=strength, width=side, height=side, widest=0.8
        )
        em = grid.query_labels[0].size
        self.keys = VGroup(*[token_words(token, em).rotate(PI / 2) for token in self.tokens])
        for key, name in enumerate(self.keys):
            name.next_to(grid.place(0, key) + grid.cell[1] / 2 * UP, UP, buff=0.14)
        middle = Group(grid.lines, grid.query_labels, self.keys).get_center()
        grid.shift(TABLE_MIDDLE - middle)
        self.keys.shift(TABLE_MIDDLE - middle)
        return grid

    def table_row(self, doubling: int) -> tuple[Counter, Counter]:
        """Return how many tokens and how many comparisons there are after so many doublings."""
        tokens = Exact("n * 2 ** k", n=len(self.tokens), k=doubling)
        comparisons = Exact("(n * 2 ** k) ** 2", n=len(self.tokens), k=doubling)
        y = FIRST_ROW + doubling * ROW
        row = [Counter(count.value, size=TITLE, fixed="right", because=count) for count in (tokens, comparisons)]
        for number, x in zip(row, COLUMNS, strict=True):
            number.move_to([x, y, 0], aligned_edge=RIGHT)
        row[1].set_color(palette().attention)
        return row[0], row[1]

    def double(self) -> None:
        """Let the square become four, and these four times as many, and so on."""
        grid, middle, count = self.grid, CORNER + SIDE / 2 * (RIGHT + DOWN), len(self.tokens)
        cells = Group(self.cells, grid.lines, grid.discs)
        texts = Group(grid.query_labels, self.keys)
        self.squares = [square_tiles(middle[None])]
        text = N_("Twice the tokens: four times the comparisons. Twice again: sixteen times. Again: sixty-four.")
        squares = Exact("[(2 * n) ** 2, (4 * n) ** 2, (8 * n) ** 2] == [4 * n**2, 16 * n**2, 64 * n**2]", n=count)
        with self.say(text, squares) as line:
            small = cells.animate.scale(SIDE / max(grid.lines.width, grid.lines.height)).move_to(middle)
            gone = FadeOut(Group(texts, self.notes))
            self.play(LaggedStart(gone, small, lag_ratio=0.7), run_time=line.fraction(0.18))
            self.play(FadeIn(self.squares[0]), run_time=0.3)
            for doubling in range(1, DOUBLINGS + 1):
                self.double_once(doubling, max(1.4, line.fraction(0.24)))

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
        grown = Exact("below / above", below=below.value, above=above.value)
        word = Words(f"×{text}", SMALL, palette().muted, because=grown)
        return word.move_to([below.get_right()[0], (above.get_y() + below.get_y()) / 2, 0], aligned_edge=RIGHT)

    # Measured -------------------------------------------------------------------------------------------------------

    def set_up_measurement(self) -> None:
        cost = self.cost
        self.memory_plot = CostPlot(self, cost, cost.nbytes, N_("memory"), SIZES, -PLOT_X)
        quartiles = (cost.low, cost.high)
        self.time_plot = CostPlot(self, cost, cost.seconds, N_("processor time"), TIMES, PLOT_X, quartiles)
        both = (self.memory_plot, self.time_plot)
        text = N_("Does this hold in practice? We measured one head's scores, for up to {count} tokens.")
        with self.say(text, self.sizes, count=int(cost.tokens[-1])) as line:
            gone, where = Group(*self.mobjects), self.time_plot.machine_note(self.processor, cost.spread())
            plots = [FadeIn(part, shift=0.2 * UP) for part in (*[plot.axes for plot in both], where)]
            self.play(LaggedStart(FadeOut(gone), AnimationGroup(*plots), lag_ratio=0.4), run_time=line.fraction(0.24))
            sizes = [f"{n:,}" for n in cost.tokens[1:]]
            self.headings = factor_row(self, 0, N_("twice the tokens"), sizes, self.sizes)
            self.play(FadeIn(self.headings, shift=0.2 * UP, lag_ratio=0.1), run_time=line.fraction(0.26))
            points = [Create(plot.points) for plot in both]
            self.play(*points, FadeIn(self.time_plot.bars), run_time=line.remaining)

    def show_memory(self) -> None:
        plot = self.memory_plot
        law = plot.law("4 n^2", N_("bytes, exactly"), self.spent)
        factors = [f"×{factor:g}" for factor in self.cost.memory_factors]
        self.memory_row = factor_row(self, 1, N_("memory"), factors, self.memory)
        number = f"{plot.values[-1]:.0f}"
        text = N_("Memory follows from the size: four bytes a score, {size} for the longest.")
        with self.say(text, self.spent, size=f"{number} {plot.unit[1]}") as line:
            self.add(plot.curve, plot.points)
            self.play(plot.curve.animate_draw(), FadeIn(law), run_time=line.fraction(0.45))
            most = plot.at_last(number, self.memory)
            self.play(FadeIn(most, target_position=plot.points.centers[-1]), run_time=line.fraction(0.2))
            self.play(FadeIn(self.memory_row, shift=0.2 * UP, lag_ratio=0.1), run_time=max(0.8, line.remaining))

    def show_time(self) -> None:
        plot = self.time_plot
        law = plot.law("n^2", N_("through the last point"), self.time_taken)
        factors = [f"×{factor:.0f}" for factor in self.cost.time_factors]
        self.time_row = factor_row(self, 2, N_("time, to one digit"), factors, self.time_taken)
        with self.say(self.told_of_a_doubling()) as line:
            self.add(plot.curve, plot.bars, plot.points)
            self.play(plot.curve.animate_draw(), FadeIn(law), run_time=line.fraction(0.35))
            most = plot.at_last(f"{self.time_taken.value['longest']:g}", self.time_taken)
            self.play(FadeIn(most, target_position=plot.points.centers[-1]), run_time=line.fraction(0.15))
            rows = [FadeIn(one, shift=0.2 * UP) for one in self.time_row]
            self.play(LaggedStart(*rows, lag_ratio=0.3), run_time=max(1.0, line.remaining))

    def told_of_a_doubling(self) -> Said:
        """Return the line about how the time grows when the tokens double."""
        reason = N_("about four: the average is between 3.5 and 4.5")
        four = self.time_taken.when(about_four, reason)
        other = self.time_taken.when(lambda time: not about_four(time))
        return self.choose(
            said(N_("Time scatters. But on average each doubling takes about four times as long."), four),
            said(
                N_("Time scatters: on average each doubling takes {factor} times as long."),
                other,
                factor=f"{self.cost.time_of_a_doubling:.1f}",
            ),
        )

    def answer(self) -> None:
        grown = self.growth.value
        reason = N_("about as many: the two differ by a quarter at most")
        alike = self.growth.when(about_as_many, reason)
        other = self.growth.when(lambda growth: not about_as_many(growth))
        values = {"tokens": f"{grown['tokens']:g}", "memory": f"{grown['memory']:,.0f}"}
        time = f"{grown['time']:,.0f}"
        text = N_("So {tokens} times the text takes {memory} times the memory, and about as many times the time.")
        plain = N_("So {tokens} times the text takes {memory} times the memory, and here {time} times the time.")
        line_of = self.choose(said(text, alike, **values), said(plain, other, **values, time=time))
        self.whole = self.whole_column(values["tokens"], values["memory"], alike if alike.holds else time)
        with self.say(line_of, result=True) as line:
            self.indicate(self.memory_row, line.fraction(0.3))
            rows = (self.headings, self.memory_row, self.time_row)
            come = [FadeIn(one, target_position=row[-1]) for one, row in zip(self.whole, rows, strict=True)]
            self.play(LaggedStart(*come, lag_ratio=0.3), run_time=line.fraction(0.35))
            self.indicate(self.time_row, line.remaining)

    def whole_column(self, tokens: str, memory: str, time: str | Measured) -> VGroup:
        """Return by how much each row grew in all. time: its factor, or that it grew about as much as the memory."""
        shade = palette().attention
        texts = [f"×{number}" for number in (tokens, memory, time) if isinstance(number, str)]
        words = [Words(text, ROW_TEXT, shade, because=self.growth) for text in texts]
        if isinstance(time, Measured):
            words.append(self.words(N_("about as many"), ROW_TEXT, shade, because=time))
        return VGroup(*[word.move_to([WHOLE_X, y, 0]) for word, y in zip(words, ROWS_Y, strict=True)])

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
