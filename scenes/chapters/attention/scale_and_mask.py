"""Scores become weights: divided, kept from what comes later, and turned into shares, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import (
    DOWN,
    RIGHT,
    FadeIn,
    FadeOut,
    Group,
    Indicate,
    LaggedStart,
    TransformFromCopy,
    UpdateFromAlphaFunc,
    VGroup,
)

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.attention.one_head.meeting import TABLES, QueryKeyGrid, cell_form, chip_of, mark_row, sums_beside
from scenes.chapters.attention.one_head.weighing import MOSTLY, division_lines, measure_weighing, whom_line
from scenes.drawing.batched import rgb255
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.language.translation import N_
from scenes.look.frame import layout_in
from scenes.look.style import DIMMED, TITLE, palette
from scenes.text.many_numbers import Numbers
from scenes.text.numbers import Number
from scenes.text.tokens import token_on_screen
from scenes.text.typeset import Formula

WEIGHED = 0.35  # opacity of the discs behind the weights
TURN = 0.78  # share of the time in which all old numbers go, and in which all new ones come
VEIL = 0.1  # alpha over a cell that is masked
NOTHING = 0.005  # a weight below this is written as 0.00


class ScaleAndMask(Beat):
    """Divide, mask, softmax: every row becomes shares that add up to 1."""

    first_picture = "the dot products"

    def open(self) -> None:
        recording = self.data["attention-text"]
        self.table = layout_in(TABLES)
        self.meeting = QueryKeyGrid(self, recording)
        self.grid = self.meeting.grid
        self.scores, self.weighed = (self.recorded("attention-text", name) for name in ("score", "pattern"))
        self.score, self.pattern = self.scores.content, self.weighed.content
        self.masked = ~np.isfinite(recording.read("masked_score"))
        self.looked_at = int(self.pattern[-1].argmax())
        self.agreeing = self.pattern.argmax(axis=1) == self.looked_at  # (query,) who looks there most
        tokens = self.meeting.tokens
        self.measured = measure_weighing(self.score, self.masked, self.pattern, tokens, self.meeting.size)
        self.steps = [self.meeting.step]
        self.infinities, self.veil = VGroup(), Group()
        self.add(self.meeting.note, self.grid, self.meeting.step, self.meeting.mark, self.meeting.pair)

    def script(self) -> None:
        self.ask()
        self.divide()
        self.mask()
        self.share_out()
        self.sum_rows()
        self.tell_whom()

    def add_step(self, source: str, told: str, *others: Any, **evidence: Any) -> None:
        """Write the next step beside the grid, with other motions; the step before it steps back."""
        step = self.meeting.step_of(self, len(self.steps), source, told, **evidence)
        before = [one.animate.set_opacity(DIMMED) for one in self.steps[-1:]]
        self.play(FadeIn(step, shift=0.3 * DOWN), *before, *others, run_time=0.6)
        self.steps.append(step)

    # The three steps ------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        with self.say(N_("How do dot products become attention?")) as line:
            self.play(
                Indicate(self.meeting.pair[-1], 1.25, color=palette().attention), run_time=max(1.3, line.remaining)
            )

    def divide(self) -> None:
        """Let the numbers become the scores; the discs, which tell sizes among each other, stay as they are."""
        size, root = self.meeting.size, np.sqrt(self.meeting.size)
        written = f"{root:.0f}" if root == round(root) else f"{root:.2f}"
        undivided = self.measured.undivided
        with self.say(self.choose(*division_lines(undivided, token_on_screen(self.meeting.tokens[-1])))) as line:
            room = self.meeting.pair.animate.shift(self.table.drop * DOWN)
            step = {"because": undivided, "values": {"root": written}}
            self.add_step(f"div sqrt({size})", N_("divided by {root}"), room, **step)
            number = self.meeting.pair[-1]
            moves = [number.animate_change(float(self.score[-1, self.meeting.best]), self.scores)]
            if isinstance(self.grid.numbers, Numbers):
                moves.append(UpdateFromAlphaFunc(self.grid.numbers, self.show_divided))
            self.play(*moves, run_time=max(2.0, line.fraction(0.55)))

    def show_divided(self, numbers: Numbers, alpha: float) -> None:
        """Show the dot products fading, and coming back as the scores."""
        before = alpha < 0.5
        now = self.meeting.products if before else self.score
        numbers.evidence = (self.meeting.dots if before else self.scores,)
        numbers.form = cell_form(now)
        numbers.show_values(now)
        numbers.set_opacity(abs(2 * alpha - 1))

    def mask(self) -> None:
        if not self.masked.any():
            free = self.measured.masked.when(lambda masked: masked["masked"] == 0)
            with self.say(N_("This model may look both ways: here nothing is masked."), free) as line:
                self.play(self.pair_leaves(), run_time=0.6)
                self.play(Indicate(self.meeting.labels, 1.05, color=palette().bright), run_time=line.remaining)
            return
        masked = self.measured.masked
        line_of = self.choose(
            said(
                N_("A token must not look ahead: later ones are set to minus infinity."),
                masked.when(
                    lambda there: there["masked"] == there["later"] == there["masked later"],
                    N_("the pairs that are set are those with a later token, and no others"),
                ),
            ),
            said(
                N_("{count} pairs must not meet: they are set to minus infinity."),
                masked.when(lambda there: there["masked"] > 0),
                count=masked.value["masked"],
            ),
        )
        cells = np.flatnonzero(self.masked)
        self.veil = self.veil_over(cells)
        discs = self.grid.discs.copy()
        discs.shown = (~self.masked).astype(np.float32).ravel()
        moves = [Flight(self.grid.discs, discs, order=self.row_order())]
        if isinstance(self.grid.numbers, Numbers):
            numbers = self.grid.numbers.copy()
            numbers.shown = discs.shown.copy()
            moves.append(Flight(self.grid.numbers, numbers, order=self.row_order()))
            sign = Formula("-infinity", self.number_size(), palette().muted)
            self.infinities = VGroup(*[sign.copy().move_to(self.veil.centers[k]) for k in range(len(cells))])
        with self.say(line_of) as line:
            self.add_step("-infinity", N_("out of sight"), self.pair_leaves())
            seconds = max(1.5, line.fraction(0.55))
            self.play(*moves, FadeIn(self.veil), run_time=0.6 * seconds)
            if len(self.infinities):
                rising = LaggedStart(*[FadeIn(one, scale=0.5) for one in self.infinities], lag_ratio=0.05)
                self.play(rising, run_time=0.4 * seconds)

    def pair_leaves(self) -> FadeOut:
        return FadeOut(self.meeting.pair, self.meeting.mark)

    def veil_over(self, cells: np.ndarray) -> Tiles:
        """Return a grey shade over some cells."""
        grey = np.tile(np.append(rgb255(palette().line), VEIL), (len(cells), 1))
        return Tiles(self.grid.discs.centers[cells], 0.5, fill=grey).reshape_items(*self.grid.cell)

    def number_size(self) -> float:
        return float(np.linalg.norm(self.grid.numbers.points[1] - self.grid.numbers.points[0]))

    def row_order(self) -> np.ndarray:
        """Return when each cell's turn is, 0 to 1: row by row."""
        rows, columns = self.grid.shape
        return np.repeat(np.arange(rows) / max(rows - 1, 1), columns)

    def share_out(self) -> None:
        told = N_("Softmax: e to each score, divided by its row's sum.")
        agreeing = self.measured.softmax
        final = self.grid.with_strength(self.pattern)
        final.set_opacity(WEIGHED if self.grid.has_numbers else 1.0)
        order = self.row_order()
        moves = [Flight(self.grid.discs, final, order=order, lag=0.8)]
        if isinstance(self.grid.numbers, Numbers):
            gone = self.grid.numbers.copy()
            gone.shown = np.zeros(len(gone), np.float32)
            self.weights = self.weight_numbers()
            hidden = self.weights.copy()
            hidden.shown = np.zeros(len(gone), np.float32)
            moves += [
                Flight(self.grid.numbers, gone, order=order, lag=0.8, rate_func=_first),
                Flight(hidden, self.weights, order=order, lag=0.8, rate_func=_then),
            ]
        fading = [FadeOut(one) for one in self.infinities]
        with self.say(told, agreeing) as line:
            text = N_("softmax by row\ndisc area: weight")
            self.add_step("e^x / (sum e^x)", text, because=agreeing)
            if fading:
                moves.append(LaggedStart(*fading, lag_ratio=0.1))
            self.play(*moves, run_time=max(3.0, line.remaining))
        if len(moves) > 1:
            self.remove(hidden)
            self.grid.remove(self.grid.numbers)
            self.grid.numbers = self.weights
            self.grid.add(self.weights)

    def weight_numbers(self) -> Numbers:
        """Return the weights in their cells, what is as good as nothing faint."""
        plain = np.tile(np.append(rgb255(palette().text), 1.0), (self.pattern.size, 1))
        plain[self.pattern.ravel() < NOTHING, 3] = DIMMED
        look: dict[str, Any] = {"form": "{:.2f}", "size": self.number_size(), "rgba": plain}
        numbers = Numbers(self.pattern, self.grid.discs.centers, **look, because=self.weighed)
        numbers.shown = (~self.masked).astype(np.float32).ravel()
        return numbers

    # What came of it --------------------------------------------------------------------------------------------------

    def sum_rows(self) -> None:
        """Let a frame run down the rows, the sum of each appearing beside it."""
        sums = self.measured.sums
        self.sums = sums_beside(self.grid, np.array(sums.value), sums)
        self.frame = mark_row(self.grid, 0)
        whole = sums.when(
            lambda rows: max(abs(row - 1) for row in rows) < NOTHING, N_("no row's sum is further from 1 than 0.005")
        )
        with self.say(N_("Now each row adds up to 1: shares of one token's attention."), whole) as line:
            self.play(FadeIn(self.frame), FadeIn(self.sums[0], shift=0.2 * RIGHT), run_time=0.4)
            rest = list(enumerate(self.sums))[1:]
            each = max(1.8, line.remaining) / len(rest)
            for query, number in rest:
                moved = self.frame.animate.move_to(mark_row(self.grid, query))
                self.play(moved, FadeIn(number, shift=0.2 * RIGHT), run_time=each)

    def tell_whom(self) -> None:
        weight = float(self.pattern[-1, self.looked_at])
        asks = chip_of(self.meeting.tokens[-1], palette().attention)
        answers = chip_of(self.meeting.tokens[self.looked_at], palette().right)
        number = Number(weight, "{:.2f}", 1.6 * TITLE, palette().attention, because=self.weighed)
        arrow = Formula("arrow.r" if self.table.across else "arrow.b", 1.3 * TITLE, palette().muted)
        told_of = VGroup(asks, arrow, answers, number)
        if self.table.across:
            told_of.arrange(RIGHT, buff=0.28).move_to([0, (self.table.steps[0][1] + self.table.steps[-1][1]) / 2, 0])
        else:
            told_of.arrange(DOWN, buff=0.28).move_to([self.table.pair[0], 0, 0])
            number.shift(0.15 * DOWN)
        asking, answering = self.grid.query_labels[-1], self.grid.key_labels[self.looked_at]
        with self.say(self.choose(*whom_line(self.measured.whom)), result=True) as line:
            self.play(FadeOut(*self.steps), *self.step_back(), run_time=0.6)
            for label, chip, sign in ((asking, asks, arrow), (answering, answers, None)):
                boxed = [FadeIn(chip[0])] if sign is None else [FadeIn(chip[0]), FadeIn(sign, shift=0.2 * DOWN)]
                self.play(TransformFromCopy(label, chip[1]), *boxed, run_time=max(0.8, line.fraction(0.25)))
            place = self.grid.place(self.meeting.last, self.looked_at)
            self.play(FadeIn(number, target_position=place, scale=0.3), run_time=max(0.8, line.remaining))

    def many_agree(self) -> bool:
        """Return whether most tokens that have a choice look most at the same one as the last token."""
        return self.looked_at != self.meeting.last and self.measured.whom.value["agreeing"] > MOSTLY

    def step_back(self) -> list[Any]:
        """Return the motions that dim all rows but the last one, and but the cells that say the same as it."""
        others = np.ones(self.grid.shape, dtype=bool)  # (query, key)
        others[-1] = False
        if self.many_agree():
            others[self.agreeing, self.looked_at] = False
        discs = self.grid.discs.copy()
        discs.fill[others.ravel(), 3] *= DIMMED
        moves = [self.grid.discs.animate.become(discs)]
        if isinstance(self.grid.numbers, Numbers):
            numbers = self.grid.numbers.copy()
            numbers.rgba[others.ravel(), 3] *= DIMMED
            moves.append(self.grid.numbers.animate.become(numbers))
        faint = [self.grid.query_labels[query] for query in np.flatnonzero(others.all(axis=1))]
        faint += self.sums[:-1]
        faint += [label for key, label in enumerate(self.grid.key_labels) if key != self.looked_at]
        return [*moves, *[one.animate.set_opacity(DIMMED) for one in faint]]


def _first(alpha: float) -> float:
    """Run through all in the first part of the time."""
    return min(1.0, alpha / TURN)


def _then(alpha: float) -> float:
    """Run through all in the last part of the time."""
    return max(0.0, (alpha - 1 + TURN) / TURN)
