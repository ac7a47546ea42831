"""Shows which classes a model takes for which, as a table whose dots, its probes, move while it learns."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    Group,
    LaggedStart,
    Line,
    Square,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
    there_and_back,
)

from scenes.animate.answers.answers import MOST_CLASSES, Answers, kept_classes
from scenes.animate.answers.confusions import right_by_class, table_of, worst_confusion
from scenes.animate.answers.gallery import Gallery
from scenes.animate.answers.scoreboard import Scoreboard
from scenes.animate.shared.fitting import cut_to, name_as_said
from scenes.animate.shared.moments import between, run_share
from scenes.animate.shared.own import OwnBeat, Remark
from scenes.animate.shared.panels import LEFT_END, RIGHT_END
from scenes.beats.timeline import said
from scenes.evidence.evidence import Mark, Quoted, Recorded
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, STROKE, palette
from scenes.mobjects.grids.confusion import ConfusionMatrix
from scenes.mobjects.plots.axes import LABEL_GAP
from scenes.text.many_numbers import Numbers
from scenes.text.numbers import Number
from scenes.text.typeset import Words

RUN = 8.0  # seconds that the whole training takes
HIGH, WIDE = 5.5, 7.5  # scene units for the table, with the names of its rows
LARGEST = 2.5  # side of a cell
TOP = 2.55  # of the table
NUMBERED = 0.45  # scene units between a row's number and its name
NAMES = 2.3  # scene units for a class's name
BOARD = 2.4  # scene units from the counts beside the table to the end of the board
BAR = 1.6  # scene units of a full bar
FAINT = 0.15  # opacity of dots that a number stands on
GRID_NUMBER = 0.62  # share of a cell that the widest number in it may take


class ClassMistakes(OwnBeat):
    """The part of a beat that shows answers (snapshot, batch) of a classification."""

    answers: Answers
    scores: str

    def open_table(self) -> None:
        answers = self.answers
        self.kept = kept_classes(answers.confusions(), answers.truth)
        self.shown = np.flatnonzero(np.isin(answers.truth, self.kept))  # probes that have a dot
        self.columns = np.stack([self.column_of(said[self.shown]) for said in answers.said])
        rows, columns = len(self.kept), len(self.kept) + (len(answers.names) > MOST_CLASSES)
        names = [answers.names[one] for one in self.kept]
        written = [cut_to(NAMES, name, lambda text: Words(text, SMALL, because=Quoted(text))) for name in names]
        self.down = self.words(N_("what it is ↓"), SMALL, color=palette().muted)
        widest = max(word.width for word in written)
        room = max(widest, self.down.width) + 0.25
        self.cell = min(LARGEST, HIGH / rows, (WIDE - room) / columns)
        if numbered := widest > 0.92 * self.cell:
            room = max(widest + NUMBERED, self.down.width) + 0.25
            self.cell = min(self.cell, (WIDE - room) / columns)
        truth = np.searchsorted(self.kept, answers.truth[self.shown])
        self.matrix = ConfusionMatrix(truth, self.columns[0], (rows, columns), self.cell)
        self.measure_table()
        self.place_table(room, written, numbered)
        self.place_bars()
        right = self.bars_with_all.get_right()[0] + BOARD
        self.board = Scoreboard(self, answers, self.scores, right, TOP)
        everything = Group(self.matrix, self.row_names, self.column_names, self.captions_of_table, self.bars_with_all)
        everything.add(self.board).shift((LEFT_END + RIGHT_END) / 2 * RIGHT - everything.get_x() * RIGHT)
        self.show_moment(0, 0, 1.0)

    def measure_table(self) -> None:
        """Measure how many dots there are, how many are right of each class, and how many end in each cell."""
        answers, matrix = self.answers, self.matrix
        dots = {"shown": len(self.shown), "count": int(answers.counted.sum())}
        self.drawn = self.measured("dots", dots, N_("examples of a class that has a row, and of any class"))
        names = [answers.names[one] for one in self.kept]
        by_class = right_by_class(names, matrix.truth, self.columns)
        self.by_class = self.measured(
            "by_class", by_class, N_("examples of each class, and how many are right by step")
        )
        self.totals, self.right_by_class = np.array(by_class["counts"]), np.array(by_class["right"])
        table = table_of(matrix.truth, self.columns[-1], matrix.shape)
        self.cells = self.measured("cells", table.tolist(), N_("examples at the last step, by class and by answer"))

    def column_of(self, said: np.ndarray) -> np.ndarray:
        """Return the columns of answers: for a class without a column the one behind all, for no answer −1."""
        place = np.searchsorted(self.kept, said).clip(0, len(self.kept) - 1)
        column = np.where(self.kept[place] == said, place, len(self.kept))
        return np.where(said < 0, -1, column)

    # What stands where --------------------------------------------------------------------------------------------

    def place_table(self, room: float, names: list[Words], numbered: bool) -> None:
        """Put the table at the left, with the names of its rows and columns; numbers where names have no room."""
        matrix, muted = self.matrix, palette().muted
        (rows, columns), side = matrix.shape, self.cell
        left = LEFT_END + room
        matrix.shift([left + columns * side / 2, TOP - rows * side / 2, 0])
        self.row_names, self.column_names = VGroup(), VGroup()
        for row, name in enumerate(names):
            at = matrix.place(row, 0) + (side / 2 + LABEL_GAP) * LEFT
            over = matrix.place(0, row) + (side / 2) * UP
            if numbered:
                mark = Words(str(row + 1), SMALL, muted, because=Mark(row + 1)).move_to(at, aligned_edge=RIGHT)
                name.move_to(at + NUMBERED * LEFT, aligned_edge=RIGHT)
                self.row_names.add(mark)
            else:
                name.move_to(at, aligned_edge=RIGHT)
            self.row_names.add(name)
            told = mark.copy() if numbered else name.copy()
            self.column_names.add(told.move_to(over + 0.22 * UP))
        if columns > rows:
            over = matrix.place(0, rows) + (side / 2) * UP
            self.column_names.add(Words("…", SMALL, muted).move_to(over + 0.22 * UP))
        corner = matrix.place(0, 0) + (side / 2) * (LEFT + UP)
        across = self.words(N_("what the model says →"), SMALL, color=muted)
        across.move_to(corner + 0.68 * UP, aligned_edge=LEFT)
        self.down.move_to([corner[0] - LABEL_GAP - 0.05, across.get_y() - 0.46, 0], aligned_edge=RIGHT)
        self.captions_of_table = VGroup(self.down, across)

    def place_bars(self) -> None:
        """Put a bar for each row beside it: how many of its probes are right, and of how many."""
        matrix, side = self.matrix, self.cell
        left = matrix.lines.get_right()[0] + 0.4
        self.tracks, self.bars, self.counts, ofs = VGroup(), VGroup(), VGroup(), VGroup()
        thick = 100 * min(0.24, 0.5 * side)
        widest = Number(int(self.totals.max(initial=1)), "{:,.0f}", SMALL).width
        for row, total in enumerate(self.totals.tolist()):
            start = np.array([left, matrix.place(row, 0)[1], 0])
            self.tracks.add(Line(start, start + BAR * RIGHT, stroke_width=thick, color=palette().right))
            self.bars.add(Line(start, start + 1e-3 * RIGHT, stroke_width=thick, color=palette().right))
            right = Series(self.answers.steps, self.right_by_class[:, row], self.by_class)
            count = Number(0, "{:,.0f}", SMALL, fixed="right").follow(right)
            count.move_to(start + (BAR + 0.25 + widest) * RIGHT, aligned_edge=RIGHT)
            of = Words(f"/ {total:,}", SMALL, palette().muted, because=self.by_class)
            of.next_to(count, RIGHT, buff=0.1).align_baseline(count)
            self.counts.add(count)
            ofs.add(of)
        self.tracks.set_stroke(opacity=0.16)
        head = self.words(N_("right, by class"), SMALL, color=palette().muted)
        head.move_to([left, self.captions_of_table[1].get_y(), 0], aligned_edge=LEFT)
        self.bars_with_all = Group(head, self.tracks, self.bars, self.counts, ofs)

    def note_of_table(self) -> Words | None:
        """Return the note on which probes and classes are left out; None where none are."""
        answers = self.answers
        told: list[Remark] = []
        if len(answers.names) > MOST_CLASSES:
            classes = {"shown": len(self.kept), "count": len(answers.names)}
            how = N_("classes that have a row, those most often taken for another or another for them, and all")
            text = N_("{shown} of {count} classes: those confused most; the others in column …")
            told.append((text, self.measured("classes", classes, how), classes))
        if self.drawn.value["shown"] < self.drawn.value["count"]:
            told.append((N_("{shown} of {count} examples have a dot"), self.drawn, self.drawn.value))
        if k := answers.every.get("batch"):
            part = Recorded(self.film, "config.sampled", {"array": self.scores, "axis": "batch"}, k)
            told.append((N_("one in {k} examples was recorded"), part, {"k": k}))
        return self.notes([*told, *self.about_classes()])

    # The film of it -----------------------------------------------------------------------------------------------

    def tell_of_classes(self) -> None:
        self.set_up()
        if len(self.answers.steps) > 1:
            self.run_the_training()
        self.count_up()
        self.gallery = Gallery(self, self.answers, self.input_name, self.scores)
        if len(self.gallery.which):
            self.show_examples()

    def set_up(self) -> None:
        note = self.note_of_table()
        with self.say(N_("What does it still get wrong?")) as line:
            parts = [
                Create(self.matrix.lines),
                FadeIn(self.row_names, shift=0.2 * RIGHT),
                FadeIn(self.column_names, shift=0.2 * DOWN),
                FadeIn(self.captions_of_table),
                FadeIn(self.bars_with_all, shift=0.3 * RIGHT),
                FadeIn(self.board, shift=0.3 * RIGHT),
            ]
            self.play(LaggedStart(*parts, lag_ratio=0.25), run_time=line.remaining)
        text = N_("A dot is one of {count} examples: down what it is, across the answer.")
        with self.say(text, self.drawn, count=len(self.shown)) as line:
            self.matrix.marks.set_opacity(0)
            self.add(self.matrix.marks)
            self.bring_to_front(self.matrix.lines)
            told = [FadeIn(note)] if note else []
            self.play(Create(self.matrix.dots), *told, run_time=line.fraction(0.7))
            self.play(
                self.matrix.marks.animate.set_opacity(1),
                run_time=line.fraction(0.2),
            )

    def run_the_training(self) -> None:
        """Let every probe go from answer to answer."""
        last = len(self.answers.steps)

        def go(_: Group, alpha: float) -> None:
            self.show_moment(*between(alpha, last))

        with self.say(N_("Now it trains. On the diagonal, the answer is right.")):
            group = Group(self.matrix.dots, self.bars, self.counts, self.board)
            self.play(UpdateFromAlphaFunc(group, go, rate_func=linear), run_time=RUN * run_share(last))
        self.show_moment(last - 1, last - 1, 1.0)

    def show_moment(self, before: int, after: int, share: float) -> None:
        """Show a share of the way between two snapshots; numbers are those of the one that was recorded last."""
        self.matrix.show(self.columns[before], self.columns[after], share)
        step = int(self.answers.steps[after if share >= 1 else before])
        self.showing_step(step)
        self.board.show(step)
        right = self.right_by_class[before] * (1 - share) + self.right_by_class[after] * share
        lengths = right / np.maximum(self.totals, 1)
        for bar, track, length, number in zip(self.bars, self.tracks, lengths, self.counts, strict=True):
            start = track.get_start()
            bar.put_start_and_end_on(start, start + max(1e-3, BAR * float(length)) * RIGHT)
            bar.set_stroke(opacity=float(length > 0))
            number.at(step)

    def count_up(self) -> None:
        """Write into each cell how many dots it holds, and point out the largest confusion."""
        self.numbers = self.numbers_in_cells()
        with self.say(self.board.at_the_end()) as line:
            self.play(self.matrix.dots.animate.set_opacity(FAINT), FadeIn(self.numbers), run_time=line.fraction(0.6))
        value = worst_confusion(self.answers)
        if value is None or not np.isin([value["row"], value["column"]], self.kept).all():
            return
        how = N_("the class most often taken for one other, how often, and how often the next one is")
        confused = self.measured("confused", value, how)
        truth, answer = (name_as_said(value[name]) for name in ("truth", "answer"))
        line_of = said(
            N_("Most often, {truth} is taken for {answer}: {count} times."),
            (confused.when(lambda are: are["count"] > are["next"]), Quoted(truth), Quoted(answer)),
            truth=truth,
            answer=answer,
            count=value["count"],
        )
        if value["count"] > 1 and line_of.holds:
            ring = Square(self.cell, color=palette().attention, stroke_width=2 * STROKE)
            ring.move_to(self.matrix.place(*np.searchsorted(self.kept, [value["row"], value["column"]])))
            with self.say(line_of) as line:
                self.play(FadeIn(ring, scale=2), run_time=line.fraction(0.3))
                self.play(ring.animate(rate_func=there_and_back).scale(1.15), run_time=line.fraction(0.4))

    def numbers_in_cells(self) -> Numbers:
        """Return how many dots each cell holds at the last step, where it holds any."""
        table = np.array(self.cells.value)
        row, column = np.nonzero(table)
        values = table[row, column]
        digits = len(f"{values.max(initial=0):,}")
        em = float(np.clip(GRID_NUMBER * self.cell / (0.5 * digits), 0.235, LABEL))
        return Numbers(values, self.matrix.place(row, column), form="{:,.0f}", size=em, because=self.cells)

    # Some of them -------------------------------------------------------------------------------------------------

    def show_examples(self) -> None:
        """Show the probes answered wrong most confidently; where none is, those answered right least confidently."""
        gallery = self.gallery
        where = {int(probe): place for place, probe in enumerate(self.shown)}
        all_places = self.matrix.dots.centers
        sources = [all_places[where[one]] if one in where else self.matrix.lines.get_center() for one in gallery.which]
        gone = [one for one in self.mobjects if one is not self.matrix.dots]
        moving = gallery.from_dots(self.matrix.dots, self.shown)
        with self.say(gallery.first_line()) as line:
            self.remove(self.matrix.dots)
            if gallery.all_dots is not None:
                self.play(FadeOut(Group(*gone)), *moving, run_time=max(1.2, line.fraction(0.35)))
                self.play(*gallery.bring_out(sources), run_time=1.2)
            else:
                self.play(FadeOut(Group(*gone)), *moving, *gallery.bring_out(sources), run_time=1.6)
            self.play(FadeIn(gallery.verdicts, lag_ratio=0.1), FadeIn(gallery.note), run_time=max(1.5, line.remaining))
        with self.say(gallery.last_line(), result=True) as line:
            self.play(Create(gallery.ring()), run_time=line.fraction(0.35))
            first = Group(gallery.pictures[0], gallery.verdicts[0])
            self.play(first.animate(rate_func=there_and_back).scale(1.03), run_time=line.fraction(0.45))
