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

from scenes.chapter import Beat
from scenes.evidence import Shown
from scenes.mobjects.attention_grid import PatternPicture
from scenes.mobjects.growing_plot import GrowingPlot
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import picture_frames
from scenes.mobjects.typeset import Words
from scenes.series import Series
from scenes.style import LABEL, MARGIN, SMALL, palette
from scenes.translation import N_

LETTERS = string.ascii_lowercase + string.ascii_uppercase  # the tokens are numbers; a letter is easier to follow
WIDTH = 12.4  # of a copy of the letters, scene units
BETWEEN = 1.5  # scene units from the first copy to the second below it
SMALLER, AT_TOP = 0.56, 3.0 * UP  # the letters while other things are looked at
PICTURE, PICTURE_AT = 4.5, np.array([-3.6, -0.95, 0.0])
ACROSS, UPWARDS = 4.6, 1.6  # of the axes of a plot
CORNERS = (np.array([1.2, -0.3, 0.0]), np.array([1.2, -2.85, 0.0]))
COUNTER = np.array([0.2, -2.6, 0.0])  # where the step's number ends
LEARNING, REMAINDER = 4.0, 1.6  # seconds that the learning takes at least, and all that comes after
LEARNED = 0.3  # a score below which nobody would speak of an induction head
BEGUN, DONE = 0.1, 0.9  # shares of the final score between which it is being learned


class ItWasLearned(Beat):
    """Who told a head where to look?"""

    def open(self) -> None:
        self.recording = self.data["induction"]
        scores = self.recording.read("metric.induction_score")  # (step, layer, head)
        self.layer, self.head = (int(place) for place in np.unravel_index(scores[-1].argmax(), scores.shape[1:]))
        steps = self.recording.steps("metric.induction_score")
        self.score = Series(steps, scores[:, self.layer, self.head], Shown())
        name = f"blocks.{self.layer}.attention.pattern"
        pattern = self.recording.read(name, batch=0, head=self.head)
        self.pattern = Series(self.recording.steps(name), pattern, Shown())
        losses = self.recording.read("metric.second_half_loss")
        self.loss = Series(self.recording.steps("metric.second_half_loss"), losses, Shown())
        self.tokens = self.recording.read("probe.token", batch=0)
        self.half = len(self.tokens) // 2
        self.last = float(steps[-1])
        self.learned = float(self.score.values[-1]) >= LEARNED
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
        names = [LETTERS[token % len(LETTERS)] for token in self.tokens]
        self.letters = VGroup(
            *[Words(name, 0.8 * pitch).move_to(place) for name, place in zip(names, places, strict=True)]
        )
        self.boxes = picture_frames(np.array(places), 0.9 * pitch)
        self.first, self.second = VGroup(*self.letters[: self.half]), VGroup(*self.letters[self.half :])

    def place_picture(self) -> None:
        self.picture = PatternPicture(self.pattern.at(0), height=PICTURE).move_to(PICTURE_AT)
        self.frame = picture_frames(PICTURE_AT[None], PICTURE)
        left, top = PICTURE_AT + PICTURE / 2 * LEFT, PICTURE_AT + PICTURE / 2 * UP
        queries = self.words(N_("looks"), SMALL, color=palette().muted).rotate(PI / 2).next_to(left, LEFT, buff=0.15)
        keys = self.words(N_("is looked at"), SMALL, color=palette().muted).next_to(top, UP, buff=0.12)
        self.sides = VGroup(queries, keys)

    def place_plots(self) -> None:
        """Make the plots of score and loss, and over each its name and its number."""
        high = 1.05 * float(self.loss.values.max())
        self.plots, self.heads, self.counts = [], [], []
        shown: tuple[tuple[Series, float, str, str, dict[str, Any]], ...] = (
            (self.score, 1.0, N_("induction score"), palette().attention, {"ticks": (0, 0.5, 1), "form": "{:.1f}"}),
            (self.loss, high, N_("cost in the second copy"), palette().negative, {"ticks": 3, "form": "{:.0f}"}),
        )
        for (values, top, name, color, y), corner in zip(shown, CORNERS, strict=True):
            plot = GrowingPlot(self.last, self.last, top, ACROSS, UPWARDS, y=y, marked=corner is CORNERS[1])
            plot.add_line(values.steps, values.values, color)
            plot.shift(corner - plot.place(0, 0))
            number = Number(float(values.at(0)), "{:.2f}", LABEL, color, fixed="right")
            number.move_to(corner + (UPWARDS + 0.35) * UP + ACROSS * RIGHT, aligned_edge=RIGHT)
            label = self.words(name, 0.34, color=color).align_to(plot, LEFT).align_baseline(number)
            self.plots.append(plot)
            self.counts.append(number)
            self.heads.append(Group(label, number))
        self.step = Number(0, "{:,.0f}", LABEL, fixed="right")
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
        with self.say(N_("Who told a head where to look? Nobody. Watch one learn it.")) as line:
            note = self.tr(
                N_("each letter stands for one of {count} tokens"), count=self.recording.config["vocabulary"]
            )
            self.note = Words(note, SMALL, palette().muted).next_to(self.boxes, DOWN, buff=0.7)
            self.play(FadeIn(self.boxes), FadeIn(self.note), run_time=0.6)
            self.play(
                LaggedStart(*[FadeIn(letter, shift=0.2 * DOWN) for letter in self.first], lag_ratio=0.1),
                run_time=line.left,
            )

    def play_the_game(self) -> None:
        """Show what is to be guessed: the second copy says again what the first one said."""
        with self.say(N_("A small transformer reads random letters, then the same ones again.")) as line:
            self.play(
                LaggedStart(
                    *[
                        FadeIn(later, shift=BETWEEN * DOWN)
                        for sooner, later in zip(self.first, self.second, strict=True)
                    ],
                    lag_ratio=0.06,
                ),
                run_time=line.left,
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
            self.play(Create(self.arrow), run_time=line.share(0.3))
            self.play(
                Transform(self.arrow, _arrow(query, answer)),
                answer.animate.set_color(palette().right).scale(1.4),
                run_time=line.left,
            )

    def before(self) -> None:
        score = f"{float(self.score.at(0)):.2f}"
        text = N_("Before training it looks everywhere alike. Its weight on the right letters, its score: {score}.")
        with self.say(text, score=score) as line:
            game = Group(self.boxes, self.letters, self.arrow)
            self.play(game.animate.scale(SMALLER).move_to(AT_TOP), FadeOut(self.note), run_time=0.8)
            self.showing("induction", 0)
            self.play(FadeIn(self.picture, self.frame), FadeIn(self.sides), run_time=0.8)
            parts = [FadeIn(part) for part in (*self.plots, *self.heads, self.counter)]
            self.play(LaggedStart(*parts, lag_ratio=0.15), run_time=line.left)

    def run_the_training(self) -> None:
        """Run the training while it is talked about, slowly where the head is learning, fast where nothing changes."""
        self.picture.add_updater(lambda _: self.show(self.now.get_value()))
        begun, done = (self.reached(share) for share in (BEGUN, DONE)) if self.learned else (self.last, self.last)
        with self.say(N_("Watch for a stripe: every letter looking right behind its first copy.")) as line:
            self.run_to(begun, line.left)
        if self.learned:
            with self.say(N_("Between steps {begun} and {done} it is suddenly there."), begun=begun, done=done) as line:
                marks = VGroup(*[self.mark(plot, begun, done) for plot in self.plots])
                self.play(FadeIn(marks), run_time=0.4)
                self.run_to(done, max(LEARNING, line.left))
            self.run_to(self.last, REMAINDER)
        self.picture.clear_updaters()

    def run_to(self, step: float, seconds: float) -> None:
        self.play(self.now.animate.set_value(step), rate_func=linear, run_time=seconds)

    def mark(self, plot: GrowingPlot, begun: float, done: float) -> Rectangle:
        """Return a light behind the steps of a plot in which the head is learning."""
        corners = [plot.place(begun, 0), plot.place(done, 0)]
        light = Rectangle(width=corners[1][0] - corners[0][0], height=UPWARDS, stroke_width=0)
        light.set_fill(palette().attention, opacity=0.16)
        return light.move_to(sum(corners) / 2, aligned_edge=DOWN)

    def show(self, now: float) -> None:
        """Show all as it was at step `now`."""
        self.picture.show_pattern(self.pattern.at(now))
        for plot, count, values in zip(self.plots, self.counts, (self.score, self.loss), strict=True):
            plot.show(now)
            count.set_value(float(values.at(now)))
        self.step.set_value(now)
        self.showing("induction", round(now))

    def tell(self) -> None:
        """Say how well it was learned, or that it was not."""
        final = f"{float(self.score.values[-1]):.2f}"
        if not self.learned:
            with self.say(N_("In this run no head has learned it: the best one's score is {score}."), score=final):
                self.play(Indicate(self.counts[0], color=palette().attention), run_time=1.2)
            return
        loss = f"{float(self.loss.values[-1]):.2f}"
        text = N_("Score {score}, cost {loss}: it copies. It is called an induction head.")
        with self.say(text, score=final, loss=loss) as line:
            source = self.words(N_("induction heads: Olsson et al. 2022"), SMALL, color=palette().muted)
            source.to_edge(DOWN, buff=MARGIN - 0.1).set_x(PICTURE_AT[0])
            edge = self.stripe()
            self.play(Create(edge), Indicate(self.heads[0], color=palette().attention), run_time=line.share(0.4))
            self.play(FadeOut(edge), FadeIn(source, shift=0.1 * UP), run_time=line.left)

    def reached(self, share: float) -> int:
        """Return the first measured step with this share of the final score."""
        enough = self.score.values >= share * self.score.values[-1]
        return int(self.score.steps[np.flatnonzero(enough)[0]])

    def stripe(self) -> Line:
        """Return a line along the cells (query, query − half + 1), where an induction head looks."""
        cell = PICTURE / len(self.tokens)
        corner = self.picture.get_corner(UP + LEFT)
        ends = [(self.half, 1), (len(self.tokens) - 1, len(self.tokens) - self.half)]  # (query, key)
        places = [corner + cell * ((key + 0.5) * RIGHT + (query + 0.5) * DOWN) for query, key in ends]
        return Line(*places, color=palette().right, stroke_width=3)


def _arrow(start: Words, end: Words) -> Arrow:
    """Return the way a letter of the second copy looks at one of the first."""
    return Arrow(start, end, buff=0.16, color=palette().attention, stroke_width=4, max_tip_length_to_length_ratio=0.2)
