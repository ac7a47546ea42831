"""Where in its sequences a model is right: a cell for every position of every sequence."""

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

from scenes.animate.answers import NONE, Answers
from scenes.animate.moments import between, run_share
from scenes.animate.own import OwnBeat
from scenes.animate.panels import LEFT_END, RIGHT_END
from scenes.animate.scoreboard import Scoreboard
from scenes.mobjects.answer_grid import AnswerGrid
from scenes.mobjects.axes import AxisLine
from scenes.mobjects.typeset import Words
from scenes.style import QUICK, SMALL, STROKE, palette
from scenes.translation import N_

MOST_SEQUENCES, MOST_POSITIONS = 12, 64
RUN = 9.0  # seconds that the whole training takes
WIDE, HIGH = 10.2, 3.6  # scene units for the grid
LARGEST = 0.8  # side of a cell
TOP = 2.75  # of the grid
BARS_BOTTOM, BARS_HIGH = -2.85, 1.25


class TokenMistakes(OwnBeat):
    """The part of a beat that shows answers (snapshot, sequence, position)."""

    answers: Answers

    def open_grid(self) -> None:
        answers = self.answers
        right = np.where(answers.counted & (answers.said != NONE), answers.right, np.nan)
        wrong = np.nansum(~answers.right[-1] & answers.counted, axis=1)
        self.sequences = np.sort(np.argsort(-wrong, kind="stable")[:MOST_SEQUENCES])
        self.stretch = -(-answers.truth.shape[1] // MOST_POSITIONS)  # positions in a cell
        self.by_position = self.stretched(right)  # (snapshot, sequence, cell)
        self.cells = self.by_position[:, self.sequences]
        self.tokens = answers.said[:, self.sequences] if self.stretch == 1 else None
        rows, columns = self.cells.shape[1:]
        cell = (min(WIDE / columns, LARGEST), min(HIGH / rows, LARGEST))
        self.grid = AnswerGrid(self.cells[0], cell, None if self.tokens is None else self.tokens.max(axis=0))
        self.grid.move_to([LEFT_END + 0.9 + WIDE / 2, 0, 0]).shift((TOP - self.grid.lines.get_top()[1]) * UP)
        self.board = Scoreboard(self, int(answers.counted.sum()), RIGHT_END, TOP)
        self.place_shares()
        self.show_answers(0, 0, 1.0)

    def stretched(self, values: np.ndarray) -> np.ndarray:
        """Return the means over stretches of positions, (…, position) to (…, cell)."""
        spare = -values.shape[-1] % self.stretch
        padded = np.concatenate([values, np.full((*values.shape[:-1], spare), np.nan)], axis=-1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of stretches without any answer
            return np.nanmean(padded.reshape(*values.shape[:-1], -1, self.stretch), axis=-1)

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
            self.play(Create(lines), FadeIn(across, down, self.share_axes), run_time=line.left)
        with self.say(N_("A cell for every token that it is to name: green where right, red where wrong.")) as line:
            numbers = [FadeIn(self.grid.numbers)] if self.grid.numbers is not None else []
            told = [FadeIn(note)] if note else []
            self.play(
                Create(self.grid.tiles),
                *numbers,
                *told,
                FadeIn(self.board, shift=0.3 * RIGHT),
                FadeIn(self.share_bars),
                run_time=line.share(0.8),
            )
        if len(self.answers.steps) > 1:
            self.let_it_learn()
        self.compare_positions()

    def note_of_grid(self) -> Words | None:
        answers, told = self.answers, []
        if self.grid.numbers is not None:
            told.append(self.tr(N_("numbers: the tokens it names")))
        if len(answers.truth) > len(self.sequences):
            lines = (
                N_("{shown} of {count} sequences: the first"),
                N_("{shown} of {count} sequences: those with most mistakes"),
            )
            text = lines[bool((~answers.right[-1] & answers.counted).any())]
            told.append(self.tr(text, shown=len(self.sequences), count=len(answers.truth)))
        if self.stretch > 1:
            told.append(self.tr(N_("a cell: {count} positions"), count=self.stretch))
        for axis, text in (
            ("batch", N_("1 in {k} sequences was recorded")),
            ("position", N_("1 in {k} positions was recorded")),
        ):
            if k := answers.every.get(axis):
                told.append(self.tr(text, k=k))
        return self.note(" · ".join(told)) if told else None

    def let_it_learn(self) -> None:
        last = len(self.answers.steps)

        def go(_: Group, alpha: float) -> None:
            self.show_answers(*between(alpha, last))

        with self.say(N_("Now it trains, and changes its answers.")):
            group = Group(self.grid, self.board, self.share_bars)
            self.play(UpdateFromAlphaFunc(group, go, rate_func=linear), run_time=RUN * run_share(last))
        self.show_answers(last - 1, last - 1, 1.0)

    def show_answers(self, before: int, after: int, share: float) -> None:
        """Show a share of the way between two snapshots; numbers are those of the one that is nearer."""
        told = after if share >= 0.5 else before
        tokens = None if self.tokens is None else self.tokens[told]
        self.grid.show(self.cells[before], self.cells[after], share, tokens)
        self.show_shares(self.shares[before] * (1 - share) + self.shares[after] * share)
        step = int(self.answers.steps[told])
        self.showing_step(step)
        self.board.show(step, int(self.answers.right[told].sum()))

    def place_shares(self) -> None:
        """Put a bar below each column: how often it is right there, over all sequences."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of positions without any answer
            self.shares = np.nanmean(self.by_position, axis=1)  # (snapshot, cell)
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
        """Let the bars be so high; nothing where there is no answer."""
        for bar, x, share in zip(self.share_bars, self.feet, np.nan_to_num(shares).tolist(), strict=True):
            foot = np.array([x, BARS_BOTTOM, 0])
            bar.put_start_and_end_on(foot, foot + max(1e-3, BARS_HIGH * share) * UP).set_stroke(
                opacity=float(share > 0)
            )

    def compare_positions(self) -> None:
        """Say how many are right in the end, and at which position fewest."""
        with self.say(self.board.at_the_end(self.answers), **self.board.told()) as line:
            count = self.board.count.animate(rate_func=there_and_back).scale(1.3)
            self.play(count, run_time=line.share(0.8))
        self.point_out(self.shares[-1])

    def point_out(self, shares: np.ndarray) -> None:
        """Ring the position at which it is right least often, if there is one."""
        known = shares[np.isfinite(shares)]
        if not len(known) or known.min() == known.max():
            with self.say(N_("It is right equally often at every position.")):
                return
        worst = int(np.nanargmin(shares))
        every = self.answers.every.get("position", 1)
        first = worst * self.stretch * every + 1
        last = min((worst + 1) * self.stretch, self.answers.truth.shape[1]) * every
        lines = (
            N_("Hardest is position {first}: right in {share}."),
            N_("Hardest are positions {first} to {last}: right in {share}."),
        )
        side, lines_of = self.grid.cell[0], self.grid.lines
        top, bottom = lines_of.get_top()[1], BARS_BOTTOM
        ring = Rectangle(width=side, height=top - bottom, color=palette().attention, stroke_width=STROKE)
        ring.move_to([self.feet[worst], (top + bottom) / 2, 0])
        told = {"first": first, "share": f"{float(shares[worst]):.0%}"}
        if self.stretch > 1:
            told["last"] = last
        with self.say(lines[self.stretch > 1], **told):
            self.play(Create(ring), run_time=QUICK)
