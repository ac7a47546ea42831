"""Nobody told a head where to look: one that copies what came before appears in the middle of a training."""

from __future__ import annotations

import string
from typing import Any

import numpy as np
from manim import (
    DOWN,
    LEFT,
    PI,
    RIGHT,
    UP,
    Arrow,
    Create,
    FadeIn,
    FadeOut,
    Group,
    Indicate,
    LaggedStart,
    Line,
    Rectangle,
    Transform,
    ValueTracker,
    VGroup,
    linear,
)

from scenes.beats.beat import Beat
from scenes.beats.timeline import Said, said
from scenes.chapters.attention.heads.learned_head import LEARNED, SCORE, SUDDEN, LearnedHead
from scenes.evidence.evidence import Source
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import LABEL, MARGIN, SMALL, palette
from scenes.mobjects.grids.attention_grid import PatternPicture
from scenes.mobjects.pictures.pixels import picture_frames
from scenes.mobjects.plots.growing_plot import GrowingPlot
from scenes.text.numbers import Number
from scenes.text.typeset import Words

LETTERS = string.ascii_lowercase + string.ascii_uppercase  # the tokens are numbers; a letter is easier to follow
WIDTH = 12.4  # of a copy of the letters, scene units
BETWEEN = 1.5  # scene units from the first copy to the second below it
SMALLER, AT_TOP = 0.56, 3.0 * UP  # the letters while other things are looked at
PICTURE, PICTURE_AT = 4.2, np.array([-3.6, -0.7, 0.0])
ACROSS, UPWARDS = 4.6, 1.6  # of the axes of a plot
CORNERS = (np.array([1.2, -0.15, 0.0]), np.array([1.2, -2.7, 0.0]))
COUNTER = np.array([0.2, -2.6, 0.0])  # where the step's number ends
LEARNING, REMAINDER = 4.0, 1.6  # seconds that the learning takes at least, and all that comes after


class ItWasLearned(Beat):
    """Who told a head where to look?"""

    def open(self) -> None:
        self.found = LearnedHead(self)
        self.half, self.last = len(self.found.tokens) // 2, float(self.found.score.steps[-1])
        self.learned = self.found.chosen.value["score"] >= LEARNED
        self.now = ValueTracker(0.0)  # the step that is shown
        self.place_letters()
        self.place_picture()
        self.place_plots()

    # What stands where --------------------------------------------------------------------------------------------

    def place_letters(self) -> None:
        """Put the two copies of the sequence one below the other."""
        pitch = WIDTH / self.half
        columns = np.arange(self.half) - (self.half - 1) / 2
        places = [[pitch * column, BETWEEN * (0.5 - copy), 0] for copy in (0, 1) for column in columns]
        names = [LETTERS[token % len(LETTERS)] for token in self.found.tokens]
        self.letters = VGroup(
            *[Words(name, 0.8 * pitch).move_to(place) for name, place in zip(names, places, strict=True)]
        )
        self.boxes = picture_frames(np.array(places), 0.9 * pitch)
        self.first, self.second = VGroup(*self.letters[: self.half]), VGroup(*self.letters[self.half :])

    def place_picture(self) -> None:
        self.picture = PatternPicture(self.found.pattern.at(0), height=PICTURE).move_to(PICTURE_AT)
        self.frame = picture_frames(PICTURE_AT[None], PICTURE)
        left, top = PICTURE_AT + PICTURE / 2 * LEFT, PICTURE_AT + PICTURE / 2 * UP
        queries = self.words(N_("looks"), SMALL, color=palette().muted).rotate(PI / 2).next_to(left, LEFT, buff=0.15)
        keys = self.words(N_("is looked at"), SMALL, color=palette().muted).next_to(top, UP, buff=0.12)
        self.sides = VGroup(queries, keys, self.picture_note())

    def picture_note(self) -> VGroup:
        """Return which head it is and why that one, what shades are, and over what the score is taken."""
        muted, texts = palette().muted, self.recorded("induction", "config.held_out")
        head = {"layer": self.found.layer, "head": self.found.head}
        lines = (
            self.words(
                N_("layer {layer}, head {head}: the highest final score"),
                SMALL,
                muted,
                because=self.found.chosen,
                values=head,
            ),
            self.words(
                N_("shade: √ of the weight; score: mean of {count} texts"),
                SMALL,
                muted,
                because=texts,
                values={"count": texts.content},
            ),
        )
        note = VGroup(*lines).arrange(DOWN, buff=0.1)
        return note.next_to(self.frame, DOWN, buff=0.16)

    def place_plots(self) -> None:
        """Make the plots of score and loss, and over each its name and its number."""
        high = 1.05 * float(self.found.loss.values.max())
        self.plots, self.heads, self.counts = [], [], []
        score, cost = self.found.score, self.found.loss
        shown: tuple[tuple[Series, float, str, str, dict[str, Any]], ...] = (
            (score, 1.0, N_("induction score"), palette().attention, {"ticks": (0, 0.5, 1), "form": "{:.1f}"}),
            (cost, high, N_("cost in the second copy"), palette().negative, {"ticks": 3, "form": "{:.0f}"}),
        )
        for (values, top, name, color, y), corner in zip(shown, CORNERS, strict=True):
            plot = GrowingPlot(self.last, self.last, top, ACROSS, UPWARDS, y=y, marked=corner is CORNERS[1])
            plot.add_line(values.steps, values.values, color)
            plot.shift(corner - plot.place(0, 0))
            number = Number(float(values.values[0]), "{:.2f}", LABEL, color, fixed="right").follow(values)
            number.move_to(corner + (UPWARDS + 0.35) * UP + ACROSS * RIGHT, aligned_edge=RIGHT)
            label = self.words(name, 0.34, color=color).align_to(plot, LEFT).align_baseline(number)
            self.plots.append(plot)
            self.counts.append(number)
            self.heads.append(Group(label, number))
        clock = self.clock_of("induction", SCORE)
        self.step = Number(float(clock.steps[0]), "{:,.0f}", LABEL, fixed="right").follow(clock)
        self.step.move_to(COUNTER, aligned_edge=RIGHT)
        word = self.words(N_("step"), SMALL, color=palette().muted).next_to(self.step, UP, buff=0.15)
        word.align_to(self.step, RIGHT)
        self.counter = Group(word, self.step)

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        self.ask()
        self.play_the_game()
        self.before()
        self.run_the_training()
        self.tell()

    def ask(self) -> None:
        with self.say(N_("Who told a head where to look? Watch one in training.")) as line:
            letters = self.recorded("induction", "config.vocabulary")
            text = N_("each letter stands for one of {count} tokens")
            told = {"count": letters.content}
            self.note = self.words(text, SMALL, palette().muted, because=letters, values=told)
            self.note.next_to(self.boxes, DOWN, buff=0.7)
            self.play(FadeIn(self.boxes), FadeIn(self.note), run_time=0.6)
            self.play(
                LaggedStart(*[FadeIn(letter, shift=0.2 * DOWN) for letter in self.first], lag_ratio=0.1),
                run_time=line.remaining,
            )

    def play_the_game(self) -> None:
        """Show what is to be guessed: the second copy says again what the first one said."""
        text = N_("A small transformer reads random letters, then the same ones again.")
        with self.say(text, self.found.copies) as line:
            self.play(
                LaggedStart(
                    *[
                        FadeIn(later, shift=BETWEEN * DOWN)
                        for sooner, later in zip(self.first, self.second, strict=True)
                    ],
                    lag_ratio=0.06,
                ),
                run_time=line.remaining,
            )
        column = self.half // 3
        query, copy, answer = self.second[column], self.first[column], self.first[column + 1]
        with self.say(N_("Which letter comes next? Find this one's first copy: the answer follows it.")) as line:
            others = [letter for letter in self.letters if letter not in (query, copy, answer)]
            self.play(
                *[letter.animate.set_opacity(0.33) for letter in others],
                query.animate.set_color(palette().attention).scale(1.4),
                run_time=0.6,
            )
            self.arrow = _arrow(query, copy)
            self.play(Create(self.arrow), run_time=line.fraction(0.3))
            self.play(
                Transform(self.arrow, _arrow(query, answer)),
                answer.animate.set_color(palette().right).scale(1.4),
                run_time=line.remaining,
            )

    def before(self) -> None:
        score = f"{float(self.found.score.values[0]):.2f}"
        alike = N_("Before training it looks everywhere alike. Its weight on the right letters, its score: {score}.")
        plain = N_("This is how it looks before training. Its weight on the right letters, its score: {score}.")
        first = self.found.score.evidence
        even = said(alike, (self.found.even, first), score=score)
        line_of = self.choose(even, otherwise=said(plain, first, score=score))
        with self.say(line_of) as line:
            game = Group(self.boxes, self.letters, self.arrow)
            self.play(game.animate.scale(SMALLER).move_to(AT_TOP), FadeOut(self.note), run_time=0.8)
            self.show(0.0)
            self.play(FadeIn(self.picture, self.frame), FadeIn(self.sides), run_time=0.8)
            parts = [FadeIn(part) for part in (*self.plots, *self.heads, self.counter)]
            self.play(LaggedStart(*parts, lag_ratio=0.15), run_time=line.remaining)

    def run_the_training(self) -> None:
        """Run the training while it is talked about, slowly where the head is learning, fast where nothing changes."""
        self.picture.add_updater(lambda _: self.show(self.now.get_value()))
        begun, done = (self.found.learning.value[name] if self.learned else self.last for name in ("begun", "done"))
        with self.say(N_("Watch for a stripe: a letter looking right behind its first copy.")) as line:
            self.run_to(begun, line.remaining)
        if self.learned:
            with self.say(self.told_of_the_moment(begun, done)) as line:
                marks = VGroup(*[self.mark(plot, begun, done) for plot in self.plots])
                self.play(FadeIn(marks), run_time=0.4)
                self.run_to(done, max(LEARNING, line.remaining))
            self.run_to(self.last, REMAINDER)
        self.picture.clear_updaters()

    def told_of_the_moment(self, begun: float, done: float) -> Said:
        """Return the line about the steps in which the head learns it."""
        soon = self.found.learning.when(
            lambda learning: learning["done"] - learning["begun"] <= SUDDEN * learning["steps"],
            N_("suddenly: in a quarter of all steps at most"),
        )
        values = {"begun": int(begun), "done": int(done)}
        return self.choose(
            said(N_("Between steps {begun} and {done} it is suddenly there."), soon, **values),
            otherwise=said(N_("Between steps {begun} and {done} it comes."), self.found.learning, **values),
        )

    def run_to(self, step: float, seconds: float) -> None:
        self.play(self.now.animate.set_value(step), rate_func=linear, run_time=seconds)

    def mark(self, plot: GrowingPlot, begun: float, done: float) -> Rectangle:
        """Return a light behind the steps of a plot in which the head is learning."""
        corners = [plot.place(begun, 0), plot.place(done, 0)]
        light = Rectangle(width=corners[1][0] - corners[0][0], height=UPWARDS, stroke_width=0)
        light.set_fill(palette().attention, opacity=0.16)
        return light.move_to(sum(corners) / 2, aligned_edge=DOWN)

    def show(self, now: float) -> None:
        """Show all as it was at step `now`: the picture on its way, numbers and curves as they were recorded last."""
        step = self.found.score.step(now)
        self.mark_step("induction", step)
        self.picture.show_pattern(self.found.pattern.at(now))
        for plot, count in zip(self.plots, self.counts, strict=True):
            plot.show(now, step)
            count.at(step)
        self.step.at(step)

    def tell(self) -> None:
        """Say how well it was learned, or that it was not."""
        final = f"{self.found.chosen.value['score']:.2f}"
        paper = Source("olsson2022", "Key Concepts", 2022)
        found = self.found.chosen.when(
            lambda head: head["score"] >= LEARNED, N_("such a head: half of its weight or more is there")
        )
        missed = self.found.chosen.when(lambda head: head["score"] < LEARNED, N_("learned: half of its weight or more"))
        text = N_("Now {score} of its weight lies there: it is called an induction head.")
        line_of = self.choose(
            said(text, (found, paper), score=final),
            said(N_("In this run no head has learned it: the highest score is {score}."), missed, score=final),
        )
        with self.say(line_of, result=True) as line:
            if not found.holds:
                self.play(Indicate(self.counts[0], color=palette().attention), run_time=1.2)
                return
            name = self.words(N_("induction heads: Olsson et al. 2022"), SMALL, color=palette().muted, because=paper)
            name.move_to([CORNERS[1][0] + ACROSS / 2, -4 + MARGIN + name.height / 2, 0])
            edge = self.stripe()
            self.play(Create(edge), Indicate(self.heads[0], color=palette().attention), run_time=line.fraction(0.4))
            self.play(FadeOut(edge), FadeIn(name, shift=0.1 * UP), run_time=line.remaining)

    def stripe(self) -> Line:
        """Return a line along the cells (query, query − half + 1), where an induction head looks."""
        cell = PICTURE / len(self.found.tokens)
        corner = self.picture.get_corner(UP + LEFT)
        ends = [(self.half, 1), (len(self.found.tokens) - 1, len(self.found.tokens) - self.half)]  # (query, key)
        places = [corner + cell * ((key + 0.5) * RIGHT + (query + 0.5) * DOWN) for query, key in ends]
        return Line(*places, color=palette().right, stroke_width=3)


def _arrow(start: Words, end: Words) -> Arrow:
    """Return the way a letter of the second copy looks at one of the first."""
    return Arrow(start, end, buff=0.16, color=palette().attention, stroke_width=4, max_tip_length_to_length_ratio=0.2)
