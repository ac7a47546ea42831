"""Shows where in its sequences a model is right: a cell for every position of every sequence."""

from __future__ import annotations

import warnings

import numpy as np
from manim import (
    LEFT,
    RIGHT,
    UP,
    Create,
    FadeIn,
    Group,
    Line,
    Rectangle,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
    there_and_back,
)

from scenes.animate.answers.answers import NONE, Answers
from scenes.animate.answers.scoreboard import Scoreboard
from scenes.animate.shared.moments import between, run_share
from scenes.animate.shared.own import OwnBeat, Remark
from scenes.animate.shared.panels import LEFT_END, RIGHT_END
from scenes.beats.timeline import said
from scenes.evidence.evidence import Measured, Recorded
from scenes.language.translation import N_
from scenes.look.style import QUICK, SMALL, STROKE, palette
from scenes.mobjects.grids.answer_grid import AnswerGrid
from scenes.mobjects.plots.axes import AxisLine
from scenes.text.typeset import Words

MOST_SEQUENCES, MOST_POSITIONS = 12, 64
RUN = 9.0  # seconds that the whole training takes
WIDE, HIGH = 10.2, 3.6  # scene units for the grid
LARGEST = 0.8  # side of a cell
TOP = 2.75  # of the grid
BARS_BOTTOM, BARS_HIGH = -2.85, 1.25


class TokenMistakes(OwnBeat):
    """The part of a beat that shows answers (snapshot, sequence, position)."""

    answers: Answers
    scores: str

    def open_grid(self) -> None:
        answers = self.answers
        right = np.where(answers.counted & (answers.said != NONE), answers.right, np.nan)
        wrong = np.nansum(~answers.right[-1] & answers.counted, axis=1)
        self.sequences = np.sort(np.argsort(-wrong, kind="stable")[:MOST_SEQUENCES])
        self.stretch = -(-answers.truth.shape[1] // MOST_POSITIONS)  # positions in a cell
        cells = self.stretched(right)  # (snapshot, sequence, cell, position of the cell)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of cells and positions without any answer
            self.cells = np.nanmean(cells[:, self.sequences], axis=3)
            self.shares = np.nanmean(cells, axis=(1, 3))  # (snapshot, cell)
        self.tokens = answers.said[:, self.sequences] if self.stretch == 1 else None
        rows, columns = self.cells.shape[1:]
        cell = (min(WIDE / columns, LARGEST), min(HIGH / rows, LARGEST))
        self.grid = AnswerGrid(self.cells[0], cell, None if self.tokens is None else self.tokens.max(axis=0))
        self.measure_grid()
        self.grid.move_to([LEFT_END + 0.9 + WIDE / 2, 0, 0]).shift((TOP - self.grid.lines.get_top()[1]) * UP)
        self.board = Scoreboard(self, answers, self.scores, RIGHT_END, TOP)
        self.place_shares()
        self.show_answers(0, 0, 1.0)

    def measure_grid(self) -> None:
        """Measure what the grid shows of the answers, and what is answered there."""
        shown = {"shown": len(self.sequences), "count": len(self.answers.truth), "positions": self.stretch}
        how = N_(
            "sequences that have a row, those with the most mistakes at the last step, all, and positions in a cell"
        )
        self.drawn = self.measured("grid", shown, how)
        if self.tokens is not None and self.grid.numbers is not None:
            values = {"first": self.tokens[0].tolist(), "last": self.tokens[-1].tolist()}
            self.grid.numbers.evidence = (self.measured("tokens", values, N_("the classes with the highest scores")),)

    def stretched(self, values: np.ndarray) -> np.ndarray:
        """Return the positions by cells, (…, position) to (…, cell, position of the cell), NaN behind the last."""
        spare = -values.shape[-1] % self.stretch
        padded = np.concatenate([values, np.full((*values.shape[:-1], spare), np.nan)], axis=-1)
        return padded.reshape(*values.shape[:-1], -1, self.stretch)

    # The film of it -----------------------------------------------------------------------------------------------

    def tell_of_tokens(self) -> None:
        lines, muted = self.grid.lines, palette().muted
        across = self.words(N_("positions →"), SMALL, color=muted)
        down = self.words(N_("sequences ↓"), SMALL, color=muted)
        across.next_to(lines, UP, buff=0.15).align_to(lines, RIGHT)
        down.next_to(lines, UP, buff=0.15).align_to(lines, LEFT)
        if across.width + down.width + 0.4 > lines.width:
            down.next_to(across, LEFT, buff=0.4)
        note = self.note_of_grid()
        with self.say(N_("Where is it still wrong?")) as line:
            self.play(Create(lines), FadeIn(across, down, self.share_axes), run_time=line.remaining)
        texts = (
            N_("A cell is a token to name: green where right, red where wrong."),
            N_("A cell is {count} positions in a row: red where wrong, the greener, the more are right."),
        )
        by_stretch = self.drawn.when(lambda shown: shown["positions"] > 1, N_("several positions in a cell"))
        line_of = self.choose(said(texts[1], by_stretch, count=self.stretch), otherwise=said(texts[0]))
        with self.say(line_of) as line:
            numbers = [FadeIn(self.grid.numbers)] if self.grid.numbers is not None else []
            told = [FadeIn(note)] if note else []
            self.play(
                Create(self.grid.tiles),
                *numbers,
                *told,
                FadeIn(self.board, shift=0.3 * RIGHT),
                FadeIn(self.share_bars),
                run_time=line.fraction(0.8),
            )
        if len(self.answers.steps) > 1:
            self.let_it_learn()
        self.compare_positions()

    def note_of_grid(self) -> Words | None:
        answers, drawn = self.answers, self.drawn
        told: list[Remark] = []
        if self.grid.numbers is not None:
            told.append((N_("numbers: the tokens it names"), None, {}))
        if len(answers.truth) > len(self.sequences):
            lines = (
                N_("{shown} of {count} sequences: the first"),
                N_("{shown} of {count} sequences: those with most mistakes"),
            )
            text = lines[bool((~answers.right[-1] & answers.counted).any())]
            told.append((text, drawn, drawn.value))
        if np.isnan(self.cells[-1]).any():
            told.append((N_("empty: not asked for"), None, {}))
        for axis, text in (
            ("batch", N_("one in {k} sequences was recorded")),
            ("position", N_("one in {k} positions was recorded")),
        ):
            if k := answers.every.get(axis):
                part = Recorded(self.film, "config.sampled", {"array": self.scores, "axis": axis}, k)
                told.append((text, part, {"k": k}))
        return self.notes(told)

    def let_it_learn(self) -> None:
        last = len(self.answers.steps)

        def go(_: Group, alpha: float) -> None:
            self.show_answers(*between(alpha, last))

        with self.say(N_("Now it trains, and changes its answers.")):
            group = Group(self.grid, self.board, self.share_bars)
            self.play(UpdateFromAlphaFunc(group, go, rate_func=linear), run_time=RUN * run_share(last))
        self.show_answers(last - 1, last - 1, 1.0)

    def show_answers(self, before: int, after: int, share: float) -> None:
        """Show a share of the way between two snapshots; numbers are those of the one that was recorded last."""
        told = after if share >= 1 else before
        tokens = None if self.tokens is None else self.tokens[told]
        self.grid.show(self.cells[before], self.cells[after], share, tokens)
        self.show_shares(self.shares[before] * (1 - share) + self.shares[after] * share)
        step = int(self.answers.steps[told])
        self.showing_step(step)
        self.board.show(step)

    def place_shares(self) -> None:
        """Put a bar below each column: how often it is right there, over all sequences."""
        lines = self.grid.lines
        left, right = lines.get_left()[0], lines.get_right()[0]
        axis = AxisLine((0, 1), BARS_HIGH, ticks=(0, 1), form="{:.0%}", upright=True)
        axis.shift(np.array([left - 0.08, BARS_BOTTOM, 0]) - axis.line.get_start())
        floor = Line([left - 0.08, BARS_BOTTOM, 0], [right, BARS_BOTTOM, 0], stroke_width=STROKE, color=palette().muted)
        head = self.words(N_("right, by position"), SMALL, color=palette().muted)
        head.move_to([left, BARS_BOTTOM + BARS_HIGH + 0.32, 0], aligned_edge=LEFT)
        self.share_axes = VGroup(axis, floor, head)
        self.feet = left + (np.arange(self.shares.shape[1]) + 0.5) * self.grid.cell[0]
        width = 70 * self.grid.cell[0]  # 0.7 of a cell: a stroke of 100 is one scene unit
        self.share_bars = VGroup(*[Line(stroke_width=width, color=palette().right) for _ in self.feet])

    def show_shares(self, shares: np.ndarray) -> None:
        """Set the heights of the bars; there is none where there is no answer."""
        for bar, x, share in zip(self.share_bars, self.feet, np.nan_to_num(shares).tolist(), strict=True):
            foot = np.array([x, BARS_BOTTOM, 0])
            bar.put_start_and_end_on(foot, foot + max(1e-3, BARS_HIGH * share) * UP).set_stroke(
                opacity=float(share > 0)
            )

    def compare_positions(self) -> None:
        """Say how many are right in the end, and at which position fewest."""
        with self.say(self.board.at_the_end()) as line:
            count = self.board.count.animate(rate_func=there_and_back).scale(1.3)
            self.play(count, run_time=line.fraction(0.8))
        if np.isfinite(self.shares[-1]).any():
            self.point_out(self.measure_hardest(self.shares[-1]))

    def measure_hardest(self, shares: np.ndarray) -> Measured:
        """Return the position, or the positions of a cell, at which fewest of the answers are right."""
        worst, every = int(np.nanargmin(shares)), self.answers.every.get("position", 1)
        lowest, highest = float(np.nanmin(shares)), float(np.nanmax(shares))
        value = {
            "first": worst * self.stretch * every + 1,
            "last": (min((worst + 1) * self.stretch, self.answers.truth.shape[1]) - 1) * every + 1,
            "share": lowest,
            "highest": highest,
            "alike": int((shares == lowest).sum()),
        }
        how = N_("the cell with the smallest share of right answers over all sequences, and how many cells share it")
        return self.measured("hardest", value, how)

    def point_out(self, hardest: Measured) -> None:
        """Ring the position at which it is right least often, if there is one."""
        was = hardest.value
        values = {"first": was["first"], "share": f"{was['share']:.0%}"}
        alone = N_("the share is the smallest, of one cell alone")
        even = said(
            N_("It is right equally often at every position."),
            hardest.when(lambda was: was["share"] == was["highest"], N_("the largest share is the smallest, too")),
        )
        line_of = self.choose(
            even,
            said(
                N_("Hardest is position {first}: right in {share}."),
                hardest.when(lambda was: was["alike"] == 1 and was["first"] == was["last"], alone),
                **values,
            ),
            said(
                N_("Hardest are positions {first} to {last}: right in {share}."),
                hardest.when(lambda was: was["alike"] == 1, alone),
                last=was["last"],
                **values,
            ),
            otherwise=said(
                N_("In {count} cells it is right least often, the first at position {first}: {share}."),
                hardest.when(lambda was: was["alike"] > 1 and was["share"] < was["highest"]),
                count=was["alike"],
                **values,
            ),
        )
        lines = self.grid.lines
        ring = Rectangle(width=self.grid.cell[0], height=lines.height, color=palette().attention, stroke_width=STROKE)
        lowest = np.flatnonzero(self.shares[-1] == was["share"])
        rings = VGroup(*[ring.copy().move_to([self.feet[cell], lines.get_y(), 0]) for cell in lowest])
        with self.say(line_of, result=True):
            if line_of is not even:
                bars = [self.share_bars[cell].animate.set_color(palette().attention) for cell in lowest]
                self.play(Create(rings), *bars, run_time=QUICK)
